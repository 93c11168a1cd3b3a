// How fast deliveries begin. Writing a mail and opening a session cost the thread that also answers mail servers some milliseconds: a
// thousand alerts in a minute are to be told, and not felt.
export interface PaceLimits {
  readonly perSecond: number;
  /** So many at once after a pause. */
  readonly burst: number;
}

export class Pace {
  readonly #limits: PaceLimits;
  #left: number;
  #at: number | undefined;

  constructor(limits: PaceLimits) {
    this.#limits = limits;
    this.#left = limits.burst;
  }

  /** 0 where one may begin now, which is counted; else the milliseconds until it may. A clock that is set back costs nothing. */
  take(now: number): number {
    const { perSecond, burst } = this.#limits;
    const passed = Math.max(0, now - (this.#at ?? now));
    this.#at = now;
    this.#left = Math.min(burst, this.#left + (passed * perSecond) / 1_000);
    // Sums of fractions fall a little short of the whole.
    if (this.#left > 0.999_999) {
      this.#left -= 1;
      return 0;
    }
    return Math.ceil(((1 - this.#left) * 1_000) / perSecond);
  }
}
