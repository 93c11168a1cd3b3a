// The messages under way of one mail server, and how each of them ends for the guard: judged or abandoned, exactly once.
// Postfix tells of an end only where it asks at END-OF-MESSAGE; which of its services do that is learnt by seeing it.
import type { Guard, Judged } from '../guard.ts';
import type { Log } from '../log.ts';
import type { OpenMessage } from './message.ts';
import { writeAnswer } from './write-answer.ts';

export interface MessageHolder {
  /** The message of the last question. */
  readonly message: OpenMessage | undefined;
}

export class Messages {
  /** The mail server's connections. Each has one message at most. */
  readonly connections = new Set<MessageHolder>();
  readonly #guard: Guard;
  readonly #log: Log;
  /** The mail server's ports (25, 587, ...) whose service was seen to ask at END-OF-MESSAGE. */
  readonly #portsAskingAtEnd = new Set<string>();
  #ownInstances = 0;
  readonly #lateJudgements = new Set<Promise<void>>();

  constructor(guard: Guard, log: Log) {
    this.#guard = guard;
    this.#log = log;
  }

  /**
   * The message of another connection. Postfix uses two where main.cf spells the same service in two ways, one for its recipients
   * and one for its end. Looked for only then, one by one: an index by instance, with an entry added and removed for each message,
   * keeps dead messages alive from one full garbage collection to the next, and lengthens all the short ones between.
   */
  find(instance: string): OpenMessage | undefined {
    for (const { message } of this.connections)
      if (message !== undefined && !message.isOver && message.instance === instance) return message;
    return undefined;
  }

  /** For a question without an instance (not Postfix's): it is a message of its own. */
  nextOwnInstance(): string {
    return `cordon-${++this.#ownInstances}`;
  }

  asksAtEnd(serverPort: string): boolean {
    return this.#portsAskingAtEnd.has(serverPort);
  }

  /** Postfix asks at END-OF-MESSAGE. The caller settles what it gets. */
  judge(message: OpenMessage, messageBytes: number): Judged | Promise<Judged> {
    this.#portsAskingAtEnd.add(message.serverPort);
    message.isOver = true;
    return this.#guard.judge(message.describe(false, messageBytes));
  }

  /**
   * The message gets no more questions. Where the service asks at END-OF-MESSAGE and did not, it was aborted; elsewhere nobody
   * knows, and it is judged as attempted. One whose recipients were all refused was not taken, whatever is asked.
   */
  endUnasked(message: OpenMessage): void {
    if (message.isOver) return;
    message.isOver = true;
    if (message.recipients.length === 0) return;
    try {
      if (this.asksAtEnd(message.serverPort) || !message.hasPassed) this.#guard.abandon(message.describe(false, 0));
      else this.#judgeAttempted(message);
    } catch (err) {
      this.#reportFailure(err);
    }
  }

  /** Resolves when every judgement under way is settled. */
  async settled(): Promise<void> {
    await Promise.all(this.#lateJudgements);
  }

  #judgeAttempted(message: OpenMessage): void {
    const judged = this.#guard.judge(message.describe(true, 0));
    if (!(judged instanceof Promise)) {
      settleAttempted(message, judged);
      return;
    }
    const settled: Promise<void> = judged
      .then((late) => settleAttempted(message, late))
      .catch((err) => this.#reportFailure(err))
      .finally(() => this.#lateJudgements.delete(settled));
    this.#lateJudgements.add(settled);
  }

  #reportFailure(err: unknown): void {
    this.#log.error({ err }, 'the guard failed at the end of a message');
  }
}

/** We let it pass, recipient by recipient. A refusal comes too late for anybody to be answered. */
function settleAttempted(message: OpenMessage, judged: Judged): void {
  message.answer = writeAnswer(judged.decision);
  judged.settle(judged.decision.action === 'accept' ? '250' : '');
}
