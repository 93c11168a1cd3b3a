// One entity while the guard runs: its state, and the messages under way, which have been judged but not yet answered for good.
import type { Entry } from './entry.ts';
import type { Message } from './message.ts';
import { copyState, type EntityState } from './state.ts';
import { step, stepMessage, weighMessage } from './step.ts';
import type { Verdict } from './verdict.ts';
import type { Weighing } from './weighing.ts';

interface UnderWay {
  readonly message: Message;
  epoch: number;
}

/** Older than every epoch: of what is journaled and never judged. */
export const NEVER_JUDGED = -1;

export class LiveEntity {
  /** A function of the log up to `seq` alone. */
  readonly state: EntityState;
  seq: number;
  /** Few at a time. Not a Set: V8 keeps what was in one alive until the next full collection. */
  readonly #underWay: UnderWay[] = [];
  /** The state as it will be if all messages under way are taken; made when a second one comes meanwhile. */
  #expected: EntityState | undefined;
  /** The last message that was weighed against `state` itself, until that changes: most are taken next. */
  #weighed: { readonly message: Message; readonly weighing: Weighing } | undefined;

  constructor(state: EntityState, seq: number) {
    this.state = state;
    this.seq = seq;
  }

  /** Judges as if every message under way had been taken: twenty at once must not each be the first. */
  weigh(message: Message, epoch: number): Verdict {
    if (this.#underWay.length > 0) return weighMessage(this.#expectation(), message, epoch).verdict;
    const weighing = weighMessage(this.state, message, epoch);
    if (weighing.facts !== undefined) this.#weighed = { message, weighing };
    return weighing.verdict;
  }

  /** From now on the message counts for others. The result is called once: with true when it was taken and stepped, else with false. */
  begin(message: Message, epoch: number): (taken: boolean) => void {
    const underWay = { message, epoch };
    this.#underWay.push(underWay);
    if (this.#expected !== undefined) stepMessage(this.#expected, message, epoch);
    return (taken) => {
      this.#underWay.splice(this.#underWay.indexOf(underWay), 1);
      if (!taken || this.#underWay.length === 0) this.#expected = undefined;
    };
  }

  /** What is under way of this login counts for nobody any more. */
  discount(login: number): void {
    for (const each of this.#underWay) {
      if (each.message.login !== login) continue;
      each.epoch = NEVER_JUDGED;
      this.#expected = undefined;
    }
  }

  take(message: Message, epoch: number, seq: number): Verdict {
    const known = this.#weighed?.message === message ? this.#weighed : undefined;
    this.#weighed = undefined;
    this.seq = seq;
    return stepMessage(this.state, message, epoch, known?.weighing);
  }

  /** Any entry but an observation. */
  apply(entry: Entry, seq: number): Verdict {
    this.seq = seq;
    this.#weighed = this.#expected = undefined;
    return step(this.state, entry);
  }

  #expectation(): EntityState {
    if (this.#expected === undefined) {
      this.#expected = copyState(this.state);
      for (const { message, epoch } of this.#underWay) stepMessage(this.#expected, message, epoch);
    }
    return this.#expected;
  }
}
