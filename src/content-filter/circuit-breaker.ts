// Keeps a filter that does not work from being asked by every message (M. Nygard, Release It!, chapter 5).

export interface CircuitBreakerOptions {
  /** So many failures in a row open it. */
  readonly failures: number;
  /** How long it stays open before one message probes whether the filter works again; milliseconds. */
  readonly retryMilliseconds: number;
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  readonly onOpened: () => void;
  readonly onClosed: () => void;
}

/** Closed: ask. Open: do not. Half-open: one probe is under way. */
export type BreakerState = 'closed' | 'open' | 'half-open';

export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #state: BreakerState = 'closed';
  #failuresInARow = 0;
  #since = 0;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** May the filter be asked now? Who is told to ask or to probe must say how it went. */
  admit(): 'ask' | 'probe' | 'skip' {
    if (this.#state === 'closed') return 'ask';
    if (this.#state === 'half-open' || !this.#isDue) return 'skip';
    this.#state = 'half-open';
    return 'probe';
  }

  /** A clock that was set back shall not keep it open for longer. */
  get #isDue(): boolean {
    return Math.abs(this.#options.now() - this.#since) >= this.#options.retryMilliseconds;
  }

  /** Also of a question from before it opened: an answer is an answer. */
  succeeded(): void {
    this.#failuresInARow = 0;
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#options.onClosed();
  }

  failed(): void {
    if (this.#state === 'closed') {
      if (++this.#failuresInARow < this.#options.failures) return;
      this.#open();
      this.#options.onOpened();
    }
  }

  /** The probe went wrong, as expected. */
  probeFailed(): void {
    if (this.#state === 'half-open') this.#open();
  }

  #open(): void {
    this.#state = 'open';
    this.#since = this.#options.now();
  }
}
