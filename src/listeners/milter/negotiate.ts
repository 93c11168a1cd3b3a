// What mail server and milter agree on at the start of a connection (SMFIC_OPTNEG): which events we get, which of them we
// answer. The fewer of both, the less the mail server waits for us. Names and values are Sendmail's (libmilter/mfdef.h).

/** Events that the mail server may leave out. */
export const SMFIP_NOUNKNOWN = 0x100;
export const SMFIP_NODATA = 0x200;
export const SMFIP_NOEOH = 0x40;
/** We may say that we have seen enough of the body. */
export const SMFIP_SKIP = 0x400;
/** Recipients that the mail server refused are told, too. */
export const SMFIP_RCPT_REJ = 0x800;
/** Events that we do not answer. */
export const SMFIP_NR_HDR = 0x80;
export const SMFIP_NR_CONN = 0x1000;
export const SMFIP_NR_HELO = 0x2000;
export const SMFIP_NR_MAIL = 0x4000;
export const SMFIP_NR_BODY = 0x80000;
/** We may name the macros that we want (an "action", though it changes no message). */
const SMFIF_SETSYMLIST = 0x100;

const VERSION = 6;
/** Sendmail 8.11; older ones nobody runs. */
const OLDEST_VERSION = 2;

/**
 * CONNECT is answered, though we have nothing to say then: Postfix keeps unanswered events in its buffer until it wants an
 * answer, and its policy question about the first recipient would come before we know of the session (activity/sessions.ts).
 * For the same reason its MAIL reaches us with the first RCPT, and a message counts from there on (`RelayRequest.since`).
 */
const WANTED =
  SMFIP_NOUNKNOWN |
  SMFIP_NODATA |
  SMFIP_NOEOH |
  SMFIP_SKIP |
  SMFIP_RCPT_REJ |
  SMFIP_NR_HDR |
  SMFIP_NR_HELO |
  SMFIP_NR_MAIL;

/** Stage (SMFIM_*) and the macros that we read there. Naming them makes us independent of `milter_*_macros` in main.cf. */
const MACROS: readonly (readonly [stage: number, names: string])[] = [
  [1, '{cert_subject} {verify}'], // HELO
  [2, 'i {auth_authen}'], // MAIL
  [3, 'i {rcpt_mailer} {rcpt_host}'], // RCPT
  [5, 'i {msg_size}'], // end of the message
];

export interface Agreement {
  /** SMFIP_* flags that both sides keep to. */
  readonly steps: number;
  /** Payload of our SMFIC_OPTNEG. */
  readonly answer: Buffer;
}

/** Undefined where the offer is malformed, or from a mail server too old to talk to. */
export function negotiate(offer: Buffer): Agreement | undefined {
  if (offer.length < 12) return undefined;
  const version = Math.min(VERSION, offer.readUInt32BE(0));
  if (version < OLDEST_VERSION) return undefined;
  const actions = offer.readUInt32BE(4) & SMFIF_SETSYMLIST;
  const offered = offer.readUInt32BE(8);
  // Who cannot be told to skip the rest of a body shall at least not wait for an answer to each piece.
  const wanted = offered & SMFIP_SKIP ? WANTED : WANTED | SMFIP_NR_BODY;
  const steps = offered & wanted;
  const head = Buffer.allocUnsafe(12);
  head.writeUInt32BE(version, 0);
  head.writeUInt32BE(actions, 4);
  head.writeUInt32BE(steps, 8);
  return { steps, answer: actions === 0 ? head : Buffer.concat([head, MACRO_LISTS]) };
}

const MACRO_LISTS = Buffer.concat(
  MACROS.map(([stage, names]) => {
    const stageBytes = Buffer.alloc(4);
    stageBytes.writeUInt32BE(stage);
    return Buffer.concat([stageBytes, Buffer.from(`${names}\0`)]);
  }),
);
