// The demo's clock: begins a fortnight ago, is set forward from message to message, and runs with the real one in the end.

const FORTNIGHT_MS = 14 * 24 * 3_600_000;

export class StoryClock {
  readonly #real: () => number;
  #offset: number;

  constructor(real: () => number) {
    this.#real = real;
    this.#offset = -FORTNIGHT_MS;
  }

  /** Milliseconds since 1970, in the story. */
  readonly now = (): number => this.#real() + this.#offset;

  /** Sets the clock forward; never back, and never beyond the real time. */
  moveTo(at: number): void {
    this.#offset = Math.min(0, Math.max(this.#offset, at - this.#real()));
  }

  /** From now on the story's time is the real one. */
  arrive(): void {
    this.#offset = 0;
  }
}
