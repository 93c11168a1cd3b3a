// So many activities within a window: counts the last ones of a policy and says when that is news.

export class Threshold {
  readonly #threshold: number;
  readonly #windowMs: number;
  /** Times of the last activities that count, at most as many as the threshold, oldest first. */
  #times: number[] = [];
  #firedAt: number | undefined;

  constructor(threshold: number, windowMs: number) {
    this.#threshold = threshold;
    this.#windowMs = windowMs;
  }

  /**
   * Counts an activity at `now`. True where with it the threshold is reached within the window that ends now, and it was not already said
   * within that window; counting then begins anew. What counted at a later time than now, before the clock was set back, counts no more.
   */
  reached(now: number): boolean {
    const since = now - this.#windowMs;
    this.#times = this.#times.filter((at) => at > since && at <= now);
    this.#times.push(now);
    if (this.#times.length > this.#threshold) this.#times.shift();
    if (this.#times.length < this.#threshold) return false;
    if (this.#firedAt !== undefined && this.#firedAt > since && this.#firedAt <= now) return false;
    this.#firedAt = now;
    this.#times = [];
    return true;
  }
}
