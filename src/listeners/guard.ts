// What every door asks the guard. `main.ts` hands one in; a listener knows nothing of what lies behind it.
import type { Decision } from '../decision/decision.ts';
import type { RelayedMessage, RelayRequest } from '../mail/relay-request.ts';

export interface Guard {
  /** The moment that a MAIL FROM has to remember (`RelayRequest.since`). */
  now(): number;

  /**
   * A recipient (stage RCPT). Answered from memory; a promise only where a restriction must still become durable.
   * Never throws and never rejects: doubt is a `defer`.
   */
  ask(request: RelayRequest): Decision | Promise<Decision>;

  /**
   * Will this message be weighed at its end, as far as can be told by now? A content filter is asked about no other.
   * From memory; never throws.
   */
  weighs(message: Pick<RelayedMessage, 'client' | 'recipients'>): boolean;

  /**
   * The end of a message, before its final answer. Its recipients are those that were asked for, with their answers.
   * The caller must call `settle` exactly once with what the mail was answered in the end.
   */
  judge(message: RelayedMessage): Judged | Promise<Judged>;

  /** A message that ended before its end: refused recipients, RSET, a lost connection. Journaled, and no evidence. */
  abandon(message: RelayedMessage): void;
}

export interface Judged {
  readonly decision: Decision;
  /**
   * What the client was answered: our refusal, or the next hop's own words (`250 2.0.0 Ok`, `451 ...`). A door that does not
   * learn it (policy, milter) gives '250' where it let the message pass. '' where nobody could be answered.
   */
  settle(reply: string): void;
}
