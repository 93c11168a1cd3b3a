// Test support: a clock and timers that a test moves on.
export class FakeTime {
  now: number;
  #timers: { readonly at: number; readonly act: () => void }[] = [];

  constructor(now: number) {
    this.now = now;
  }

  readonly setTimer = (act: () => void, milliseconds: number): (() => void) => {
    const timer = { at: this.now + milliseconds, act };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  };

  /** Milliseconds until the next timer; undefined where none is set. */
  get next(): number | undefined {
    return this.#timers.length === 0 ? undefined : Math.min(...this.#timers.map(({ at }) => at)) - this.now;
  }

  /** Moves to the next timer and fires it; how far it was. Throws where there is none. */
  forward(): number {
    const [first] = this.#timers.sort((a, b) => a.at - b.at);
    if (first === undefined) throw new Error('no timer is set');
    const span = first.at - this.now;
    this.now = first.at;
    this.#timers = this.#timers.filter((each) => each !== first);
    first.act();
    return span;
  }
}
