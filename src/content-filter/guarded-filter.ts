// What stands between the mail and a filter that may be slow, dead or overrun: a budget of time, a circuit breaker, and a bound
// on the questions under way. Mail goes on without the filter's word, never without an answer.
import { CircuitBreaker } from './circuit-breaker.ts';
import type { ContentFilter, Envelope, FilterAnswer, FilterProtocol } from './content-filter.ts';
import { MessageCopy } from './message-copy.ts';

export interface GuardedFilterOptions {
  readonly protocol: FilterProtocol;
  /** The longest that a message waits for its word; milliseconds. */
  readonly budgetMilliseconds: number;
  /** The filter is not asked about a longer message. */
  readonly maximumBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls `act` after so many milliseconds, unless what it returns is called before. */
  readonly setTimer: (act: () => void, milliseconds: number) => () => void;
  /** The filter failed so often in a row that it is not asked any more; `why` names it and the last reason. */
  readonly onOpened: (why: string) => void;
  readonly onClosed: () => void;
}

/** Messages by what came of asking. */
export type FilterCounts = Record<
  | 'spam'
  | 'ham'
  /** The filter had no opinion. */
  | 'silent'
  | 'timeout'
  | 'unreachable'
  | 'unreadable'
  /** Not asked: the circuit breaker is open. */
  | 'skipped'
  /** Not asked: too many questions under way. */
  | 'busy'
  /** Not asked: longer than `maximumBytes`. */
  | 'too-long',
  number
>;

/** A filter that is dead or stopped costs this many messages their budget, at the most, before it costs nothing. */
const FAILURES = 5;
const RETRY_MS = 10_000;
/** More than this many at once neither Rspamd nor spamd works on; beyond it they would wait for each other. */
const MOST_AT_ONCE = 64;

export class GuardedFilter implements ContentFilter {
  readonly counts: FilterCounts = {
    spam: 0,
    ham: 0,
    silent: 0,
    timeout: 0,
    unreachable: 0,
    unreadable: 0,
    skipped: 0,
    busy: 0,
    'too-long': 0,
  };
  readonly #options: GuardedFilterOptions;
  readonly #breaker: CircuitBreaker;
  #underWay = 0;
  #lastFailure = '';

  constructor(options: GuardedFilterOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker({
      failures: FAILURES,
      retryMilliseconds: RETRY_MS,
      now: options.now,
      onOpened: () => options.onOpened(`${options.protocol.name}: ${this.#lastFailure}`),
      onClosed: options.onClosed,
    });
  }

  /** False while the circuit breaker is not closed. */
  get isAnswering(): boolean {
    return this.#breaker.state === 'closed';
  }

  begin(bytesAre: 'plain' | 'dot-stuffed'): MessageCopy {
    return new MessageCopy(this.#options.maximumBytes, bytesAre === 'dot-stuffed');
  }

  async word(copy: MessageCopy, envelope: Envelope): Promise<boolean | undefined> {
    const { message } = copy;
    if (message === undefined) return this.#notAsked('too-long');
    const admitted = this.#breaker.admit();
    // The message lends the probe its text and does not wait for it: a dead filter costs nobody anything.
    if (admitted === 'probe') void this.#probe(message, envelope);
    if (admitted !== 'ask') return this.#notAsked('skipped');
    if (this.#underWay >= MOST_AT_ONCE) return this.#notAsked('busy');
    const answer = await this.#ask(message, envelope);
    this.#count(answer);
    return 'failure' in answer ? this.#failed(answer.words) : this.#succeeded(answer.spam);
  }

  #notAsked(why: 'too-long' | 'skipped' | 'busy'): undefined {
    this.counts[why]++;
  }

  #count(answer: FilterAnswer): void {
    if ('failure' in answer) this.counts[answer.failure]++;
    else if (answer.spam === undefined) this.counts.silent++;
    else this.counts[answer.spam ? 'spam' : 'ham']++;
  }

  #failed(words: string): undefined {
    this.#lastFailure = words;
    this.#breaker.failed();
  }

  #succeeded(spam: boolean | undefined): boolean | undefined {
    this.#breaker.succeeded();
    return spam;
  }

  async #probe(message: Buffer, envelope: Envelope): Promise<void> {
    const answer = await this.#ask(message, envelope);
    if ('failure' in answer) this.#breaker.probeFailed();
    else this.#breaker.succeeded();
  }

  async #ask(message: Buffer, envelope: Envelope): Promise<FilterAnswer> {
    this.#underWay++;
    const answer = await this.#withinBudget(message, envelope);
    this.#underWay--;
    return answer;
  }

  /** The budget holds even where the protocol ignores the signal. Never rejects. */
  #withinBudget(message: Buffer, envelope: Envelope): Promise<FilterAnswer> {
    const { protocol, budgetMilliseconds, setTimer } = this.#options;
    return new Promise((resolve) => {
      const budget = new AbortController();
      const cancel = setTimer(() => {
        resolve({ failure: 'timeout', words: `no answer within ${budgetMilliseconds} ms` });
        budget.abort();
      }, budgetMilliseconds);
      protocol
        .ask(message, envelope, budget.signal)
        .catch((error: unknown): FilterAnswer => ({ failure: 'unreadable', words: String(error) }))
        .then((answer) => {
          cancel();
          resolve(answer);
        });
    });
  }
}
