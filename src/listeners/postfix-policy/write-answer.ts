// Writes a decision as Postfix's policy protocol wants it: `action=...` and an empty line (access(5) for the actions).
import type { Decision } from '../../decision/decision.ts';
import { oneLine, type Reply } from '../../mail/reply.ts';

/** No opinion: Postfix goes on with its own restrictions. OK would end them, and so open a relay. */
export const DUNNO = 'action=DUNNO\n\n';

/**
 * The bytes for Postfix, ASCII. A refusal carries its own code: `action=451 ...` is a "try again later" with our code, where
 * DEFER and REJECT would take theirs from main.cf. Postfix puts `<rcpt>: Recipient address rejected: ` before the text.
 * There is one line: the human sentence cannot be said here.
 */
export function writeAnswer(decision: Decision): string {
  return decision.action === 'accept' ? DUNNO : refusal(decision.reply);
}

/** A line end within the text would end the answer and shift every later one, so that none gets out. */
function refusal(reply: Reply): string {
  return `action=${oneLine(reply).replace(/[^\x20-\x7e]+/g, ' ')}\n\n`;
}
