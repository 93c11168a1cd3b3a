// How many in the last minute or hour: slots in a ring. Pure but for its own state.

/** One slot more than the window has, so that no window of that length, wherever it begins, holds more than is counted. */
const SLOTS = 61;

export class SlidingCount {
  readonly #slotMs: number;
  readonly #slots = new Uint32Array(SLOTS);
  #newest = 0;
  #sum = 0;

  /** The window is 60 slots long. */
  constructor(slotMs: number) {
    this.#slotMs = slotMs;
  }

  /** The count at `now`, never less than that of the 60 slots before it. A clock that was set back by more begins afresh. */
  at(now: number): number {
    const slot = Math.floor(now / this.#slotMs);
    if (slot <= this.#newest - SLOTS) this.#beginAt(slot);
    else this.#goTo(slot);
    return this.#sum;
  }

  /** Counts at a time of the past, too; `count` may be negative, to take back what was counted at the same time. */
  add(at: number, count: number): void {
    const slot = Math.floor(at / this.#slotMs);
    this.#goTo(slot);
    if (slot <= this.#newest - SLOTS) return;
    const counted = Math.max(-this.#slots[slot % SLOTS]!, count);
    this.#slots[slot % SLOTS]! += counted;
    this.#sum += counted;
  }

  #goTo(slot: number): void {
    if (slot - this.#newest >= SLOTS) {
      this.#beginAt(slot);
      return;
    }
    while (this.#newest < slot) {
      const next = ++this.#newest % SLOTS;
      this.#sum -= this.#slots[next]!;
      this.#slots[next] = 0;
    }
  }

  #beginAt(slot: number): void {
    this.#slots.fill(0);
    this.#sum = 0;
    this.#newest = slot;
  }
}
