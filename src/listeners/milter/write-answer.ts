// Our answers as packets of the milter protocol (SMFIR_*).
import type { Decision } from '../../decision/decision.ts';
import { multiLine, type Reply } from '../../mail/reply.ts';

/** A packet: length, command letter, payload. */
export function packet(letter: string, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(5 + payload.length);
  bytes.writeUInt32BE(1 + payload.length, 0);
  bytes[4] = letter.charCodeAt(0);
  payload.copy(bytes, 5);
  return bytes;
}

const NOTHING = Buffer.alloc(0);

/** Go on; at the end of a message: we have nothing against it. */
export const CONTINUE = packet('c', NOTHING);
/** Enough of this body; its end still comes (SMFIP_SKIP). */
export const SKIP = packet('s', NOTHING);

/** Try again later: the answer to an event that we failed at. */
export const TEMPFAIL = packet('t', NOTHING);

/** The answer to a recipient or to a whole message. */
export function writeDecision(decision: Decision): Buffer {
  return decision.action === 'accept' ? CONTINUE : writeReply(decision.reply);
}

/** Refused in our own words (SMFIR_REPLYCODE). '%' is doubled: the mail server undoes it (libmilter's smfi_setreply asks for it). */
function writeReply(reply: Reply): Buffer {
  return packet('y', Buffer.from(`${multiLine(reply).replaceAll('%', '%%')}\0`));
}
