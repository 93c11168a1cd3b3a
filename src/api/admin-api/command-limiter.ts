// How much one account or token may ask of the admin API: so many commands in a window of five minutes, and so many requests at once. Both are far above what
// scripts and consoles do; they bound one that runs away.

export interface Limits {
  readonly commands: number;
  readonly windowMs: number;
  readonly atOnce: number;
}

export const LIMITS: Limits = { commands: 30_000, windowMs: 5 * 60_000, atOnce: 50 };

/** As the headers Rate-Limit-* tell it. */
export interface Rate {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since 1970. */
  readonly resetAt: number;
}

interface Use {
  commands: number;
  until: number;
  running: number;
}

/** Beyond so many principals those are forgotten whose window is over. */
const MANY = 1_000;

export class CommandLimiter {
  readonly #now: () => number;
  readonly #limits: Limits;
  readonly #uses = new Map<string, Use>();

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number, limits: Limits = LIMITS) {
    this.#now = now;
    this.#limits = limits;
  }

  /** Of how many it knows. */
  get size(): number {
    return this.#uses.size;
  }

  /** False: too many run already. Whoever got true calls `end` once. */
  begin(principalId: string): boolean {
    const use = this.#useOf(principalId);
    if (use.running >= this.#limits.atOnce) return false;
    use.running++;
    return true;
  }

  end(principalId: string): void {
    this.#useOf(principalId).running--;
  }

  /** Counts a command; false where the window has no more. */
  take(principalId: string): boolean {
    const use = this.#useOf(principalId);
    if (use.commands >= this.#limits.commands) return false;
    use.commands++;
    return true;
  }

  rateOf(principalId: string): Rate {
    const { commands, until } = this.#useOf(principalId);
    const { commands: limit } = this.#limits;
    return { limit, remaining: limit - commands, resetAt: until };
  }

  #useOf(principalId: string): Use {
    const now = this.#now();
    const { windowMs } = this.#limits;
    const use = this.#uses.get(principalId) ?? { commands: 0, until: 0, running: 0 };
    // Also where the clock was set back: nobody waits for longer than a window.
    if (use.until <= now || use.until > now + windowMs) {
      use.commands = 0;
      use.until = now + windowMs;
    }
    if (this.#uses.size >= MANY && !this.#uses.has(principalId)) this.#forgetIdle(now);
    this.#uses.set(principalId, use);
    return use;
  }

  #forgetIdle(now: number): void {
    for (const [id, { until, running }] of this.#uses) if (until <= now && running === 0) this.#uses.delete(id);
  }
}
