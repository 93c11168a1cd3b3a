// One connection of a mail server: the milter protocol's events in order, for one SMTP session after another and one message
// after another. Builds the questions for the guard and says its answers. Knows no socket: bytes come in as packets and go out
// through `send`.
import type { MilterSession as NotedSession, Sessions } from '../../activity/sessions.ts';
import type { Decision } from '../../decision/decision.ts';
import { unbracket } from '../../mail/address.ts';
import type { ContentFilterWord } from '../../mail/content-filter.ts';
import { BODY_BYTES, messageContent } from '../../mail/message-content.ts';
import type {
  ClientCertificate,
  RecipientAnswer,
  RelayClient,
  RelayedMessage,
  RelayRequest,
} from '../../mail/relay-request.ts';
import { oneLine } from '../../mail/reply.ts';
import type { Guard, Judged } from '../guard.ts';
import { HeaderBlock } from './header-block.ts';
import {
  negotiate,
  SMFIP_NR_BODY,
  SMFIP_NR_CONN,
  SMFIP_NR_HDR,
  SMFIP_NR_HELO,
  SMFIP_NR_MAIL,
  SMFIP_SKIP,
} from './negotiate.ts';
import type { Packet } from './packet.ts';
import {
  type ConnectedClient,
  declaredSize,
  type Macros,
  NO_MACROS,
  readClient,
  readHeader,
  readMacros,
  readStrings,
  refusalCode,
} from './read-request.ts';
import { CONTINUE, packet, SKIP, writeDecision } from './write-answer.ts';

/** What the sessions of one listener share. */
export interface SessionContext {
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly contentFilter: ContentFilterWord;
  /** A new id for each message. */
  readonly nextInstance: () => string;
}

/** The connection is to be closed; `why` is undefined where the mail server asked for it. */
export interface Disconnect {
  readonly why: string | undefined;
}

/** Who is on the other side of the mail server, from one CONNECT to the next. */
interface SmtpSession {
  readonly client: ConnectedClient;
  readonly noted: NotedSession;
  heloName: string | undefined;
  /** Of the client certificate, where the mail server trusts its chain. */
  certificateNames: readonly string[];
}

/** One message, from MAIL to its end. */
interface OpenMessage {
  readonly envelopeSender: string;
  readonly saslUsername: string | undefined;
  readonly declaredBytes: number;
  readonly instance: string;
  readonly since: number;
  readonly recipients: RecipientAnswer[];
  readonly headers: HeaderBlock;
  queueId: string | undefined;
  /** Of header and body, as far as we were shown them. */
  seenBytes: number;
  /** The beginning of the body, at most BODY_BYTES. */
  body: Buffer;
  isSkipped: boolean;
}

const QUIT: Disconnect = { why: undefined };
const NO_BODY = Buffer.alloc(0);

export class Session {
  readonly #context: SessionContext;
  readonly #mailServer: string;
  /** Hands an answer to the mail server; false where it is gone. */
  readonly #send: (answer: Buffer) => boolean;
  /** Undefined before the negotiation. */
  #steps: number | undefined;
  #smtp: SmtpSession | undefined;
  #message: OpenMessage | undefined;
  /** Of the event that comes next, and which event that is. */
  #macros: Macros = NO_MACROS;
  #macrosEvent = 0;

  constructor(context: SessionContext, mailServer: string, send: (answer: Buffer) => boolean) {
    this.#context = context;
    this.#mailServer = mailServer;
    this.#send = send;
  }

  /**
   * Takes one event and answers it where it wants an answer. Where a promise is returned, the next event must wait for it.
   * The packet's payload is not needed afterwards.
   */
  handle({ command, payload }: Packet): Disconnect | undefined | Promise<undefined> {
    if (this.#steps === undefined && command !== OPTNEG) return { why: `${letter(command)} before the negotiation` };
    switch (command) {
      case MACRO:
        return this.#onMacros(payload);
      case HEADER:
        return this.#onHeader(payload);
      case RCPT:
        return this.#onRcpt(payload, this.#takeMacros(command));
      case BODY:
        return this.#onBody(payload);
      case BODYEOB:
        return this.#onEndOfMessage(payload, this.#takeMacros(command));
      case MAIL:
        return this.#onMail(payload, this.#takeMacros(command));
      case HELO:
        return this.#onHelo(payload, this.#takeMacros(command));
      case CONNECT:
        return this.#onConnect(payload);
      case ABORT:
        this.#abandon();
        return undefined;
      case OPTNEG:
        return this.#onNegotiation(payload);
      case QUIT_NEW_CONNECTION:
        this.end();
        return undefined;
      case QUIT_COMMAND:
        this.end();
        return QUIT;
      case DATA:
      case END_OF_HEADER:
      case UNKNOWN_COMMAND:
        // Negotiated away; a mail server that could not do that waits for an answer.
        this.#answer(CONTINUE);
        return undefined;
      default:
        return { why: `unknown command ${letter(command)}` };
    }
  }

  /** The SMTP session is over: its message, if one is open, is abandoned. Twice is harmless. */
  end(): void {
    this.#smtp?.noted.leave();
    this.#abandon();
    this.#smtp = undefined;
  }

  #onNegotiation(payload: Buffer): Disconnect | undefined {
    if (this.#steps !== undefined) return { why: 'a second negotiation' };
    const agreement = negotiate(payload);
    if (agreement === undefined) return { why: 'a malformed negotiation' };
    this.#steps = agreement.steps;
    this.#answer(packet('O', agreement.answer));
    return undefined;
  }

  /** A new SMTP session, or (XCLIENT) the old one for another client: nothing known of the last one may stay. */
  #onConnect(payload: Buffer): Disconnect | undefined {
    this.end();
    const client = readClient(payload);
    if (client === undefined) return { why: 'a malformed CONNECT' };
    const noted = this.#context.sessions.enter(this.#mailServer, client.address, client.port);
    this.#smtp = { client, noted, heloName: undefined, certificateNames: [] };
    this.#answerUnless(SMFIP_NR_CONN);
    return undefined;
  }

  /** Comes again after STARTTLS, then with the certificate; ends an open message as RSET does (RFC 5321 4.1.4). */
  #onHelo(payload: Buffer, macros: Macros): Disconnect | undefined {
    this.#abandon();
    const name = readStrings(payload)?.[0];
    if (this.#smtp === undefined || name === undefined) return { why: 'a malformed or early HELO' };
    this.#smtp.heloName = name === '' ? undefined : name;
    this.#smtp.certificateNames = trustedNames(macros);
    this.#answerUnless(SMFIP_NR_HELO);
    return undefined;
  }

  #onMail(payload: Buffer, macros: Macros): Disconnect | undefined {
    this.#abandon();
    const strings = readStrings(payload);
    if (this.#smtp === undefined || strings === undefined) return { why: 'a malformed or early MAIL' };
    this.#message = {
      envelopeSender: unbracket(strings[0]),
      saslUsername: macros.get('auth_authen')?.toLowerCase(),
      declaredBytes: strings.length > 1 ? declaredSize(strings) : 0,
      instance: this.#context.nextInstance(),
      since: this.#context.guard.now(),
      recipients: [],
      headers: new HeaderBlock(),
      queueId: macros.get('i'),
      seenBytes: 0,
      body: NO_BODY,
      isSkipped: false,
    };
    this.#answerUnless(SMFIP_NR_MAIL);
    return undefined;
  }

  #onRcpt(payload: Buffer, macros: Macros): Disconnect | undefined | Promise<undefined> {
    const message = this.#message;
    const path = readStrings(payload)?.[0];
    if (this.#smtp === undefined || message === undefined || path === undefined) {
      return { why: 'a malformed or early RCPT' };
    }
    message.queueId = macros.get('i') ?? message.queueId;
    const address = unbracket(path);
    const code = refusalCode(macros);
    if (code !== undefined) {
      // The mail server refused it already: evidence at the end of the message, and nothing left to decide.
      message.recipients.push({ address, code });
      this.#answer(CONTINUE);
      return undefined;
    }
    const decision = this.#context.guard.ask(this.#request(this.#smtp, message, address));
    if (!(decision instanceof Promise)) return this.#answerRecipient(message, address, decision);
    return decision.then((late) => this.#answerRecipient(message, address, late));
  }

  #answerRecipient(message: OpenMessage, address: string, decision: Decision): undefined {
    message.recipients.push({ address, code: decision.action === 'accept' ? 250 : decision.reply.code });
    this.#answer(writeDecision(decision));
  }

  #onHeader(payload: Buffer): Disconnect | undefined {
    const field = readHeader(payload);
    if (this.#message === undefined || field === undefined) return { why: 'a malformed or early header field' };
    this.#message.headers.add(field);
    this.#message.seenBytes += payload.length + HEADER_SEPARATORS;
    this.#answerUnless(SMFIP_NR_HDR);
    return undefined;
  }

  #onBody(payload: Buffer): Disconnect | undefined {
    const message = this.#message;
    if (message === undefined) return { why: 'a body before MAIL' };
    takeBody(message, payload);
    if (message.body.length >= BODY_BYTES && (this.#steps! & SMFIP_SKIP) !== 0) {
      message.isSkipped = true;
      this.#answer(SKIP);
    } else this.#answerUnless(SMFIP_NR_BODY);
    return undefined;
  }

  #onEndOfMessage(payload: Buffer, macros: Macros): Disconnect | undefined | Promise<undefined> {
    const message = this.#message;
    if (this.#smtp === undefined || message === undefined) return { why: 'the end of a message before MAIL' };
    if (payload.length > 0) takeBody(message, payload);
    message.queueId = macros.get('i') ?? message.queueId;
    const relayed = this.#relayed(this.#smtp, message, Number(macros.get('msg_size') ?? 0));
    // From here on the message is the guard's: an ABORT that follows has nothing left to abandon.
    this.#message = undefined;
    const judged = this.#context.guard.judge(relayed);
    return judged instanceof Promise ? judged.then((late) => this.#answerMessage(late)) : this.#answerMessage(judged);
  }

  #answerMessage({ decision, settle }: Judged): undefined {
    const isDelivered = this.#send(writeDecision(decision));
    if (!isDelivered) settle('');
    else settle(decision.action === 'accept' ? '250' : oneLine(decision.reply));
  }

  /** Macros come before their event. Those of header fields and body pieces say nothing that the others do not. */
  #onMacros(payload: Buffer): Disconnect | undefined {
    const event = payload[0];
    if (event === HEADER || event === BODY || event === END_OF_HEADER || event === DATA) return undefined;
    const macros = readMacros(payload.subarray(1));
    if (macros === undefined) return { why: 'malformed macros' };
    this.#macros = macros;
    this.#macrosEvent = event ?? 0;
    return undefined;
  }

  #takeMacros(event: number): Macros {
    const macros = this.#macrosEvent === event ? this.#macros : NO_MACROS;
    this.#macros = NO_MACROS;
    return macros;
  }

  #abandon(): void {
    const message = this.#message;
    this.#message = undefined;
    if (this.#smtp === undefined || message === undefined || message.recipients.length === 0) return;
    this.#context.guard.abandon(this.#relayed(this.#smtp, message, 0));
  }

  #answer(answer: Buffer): void {
    this.#send(answer);
  }

  #answerUnless(noReply: number): void {
    if ((this.#steps! & noReply) === 0) this.#answer(CONTINUE);
  }

  #request(smtp: SmtpSession, message: OpenMessage, recipient: string): RelayRequest {
    return {
      listener: 'milter',
      stage: 'RCPT',
      client: this.#relayClient(smtp, message),
      envelopeSender: message.envelopeSender,
      recipient,
      queueId: message.queueId,
      instance: message.instance,
      since: message.since,
    };
  }

  #relayed(smtp: SmtpSession, message: OpenMessage, serverBytes: number): RelayedMessage {
    const headers = message.headers.fields;
    const spam = this.#context.contentFilter(headers, { queueId: message.queueId });
    return {
      listener: 'milter',
      client: this.#relayClient(smtp, message),
      envelopeSender: message.envelopeSender,
      recipients: message.recipients,
      messageBytes: serverBytes || (message.isSkipped ? message.declaredBytes : message.seenBytes),
      queueId: message.queueId,
      instance: message.instance,
      since: message.since,
      content: messageContent(headers, message.body, spam),
      attempted: false,
    };
  }

  #relayClient(smtp: SmtpSession, message: OpenMessage): RelayClient {
    return {
      mailServer: this.#mailServer,
      clientAddress: smtp.client.address,
      clientPort: smtp.client.port,
      clientName: smtp.client.name,
      heloName: smtp.heloName,
      saslUsername: message.saslUsername,
      certificate: certificateOf(smtp),
    };
  }
}

// Commands of the mail server (SMFIC_*).
const ABORT = 0x41; // A
const BODY = 0x42; // B
const CONNECT = 0x43; // C
const MACRO = 0x44; // D
const BODYEOB = 0x45; // E
const HELO = 0x48; // H
const QUIT_NEW_CONNECTION = 0x4b; // K
const HEADER = 0x4c; // L
const MAIL = 0x4d; // M
const END_OF_HEADER = 0x4e; // N
const OPTNEG = 0x4f; // O
const QUIT_COMMAND = 0x51; // Q
const RCPT = 0x52; // R
const DATA = 0x54; // T
const UNKNOWN_COMMAND = 0x55; // U

/** A field has two NUL here; in the message ': ' and CRLF. */
const HEADER_SEPARATORS = 2;

function letter(command: number): string {
  return command > 0x20 && command < 0x7f ? String.fromCharCode(command) : `0x${command.toString(16)}`;
}

function takeBody(message: OpenMessage, piece: Buffer): void {
  message.seenBytes += piece.length;
  const room = BODY_BYTES - message.body.length;
  if (room <= 0) return;
  const taken = piece.length > room ? piece.subarray(0, room) : piece;
  message.body = message.body.length === 0 ? Buffer.from(taken) : Buffer.concat([message.body, taken]);
}

/**
 * {cert_subject} is the common name. Postfix says it of trusted chains only; Sendmail says it of any certificate, and its
 * judgement in {verify}: a name that anybody can sign himself must not count.
 */
function trustedNames(macros: Macros): readonly string[] {
  const subject = macros.get('cert_subject');
  const verified = macros.get('verify');
  return subject === undefined || (verified !== undefined && verified !== 'OK') ? [] : [subject.toLowerCase()];
}

/** What this protocol tells of the certificate, and the fingerprint that only the policy protocol tells. */
function certificateOf({ certificateNames, noted }: SmtpSession): ClientCertificate | undefined {
  const fromPolicy = noted.certificate;
  if (certificateNames.length === 0) return fromPolicy;
  return { fingerprint: fromPolicy?.fingerprint, names: certificateNames };
}
