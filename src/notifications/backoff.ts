// When a delivery that failed is tried again.

const FIRST_MS = 30_000;
/** No delivery is due later than this from now: one that is was written before the clock was set back. */
export const LONGEST_MS = 3_600_000;

const GIVE_UP_AFTER_MS = 3 * 24 * 3_600_000;
/** Far fewer than three days have: a clock that is set forward ends nothing by itself. */
const GIVE_UP_ATTEMPTS = 20;

/** After three days nobody is helped by the news any more. */
export function isGivenUp(attempts: number, waitedMs: number): boolean {
  return attempts >= GIVE_UP_ATTEMPTS && waitedMs >= GIVE_UP_AFTER_MS;
}

/**
 * How long to wait after the attempt number `attempts` (1 is the first), in milliseconds: 30 s, 1 min, 2 min, 4 min and so on, at
 * most an hour, and of that between three quarters and all, so that what failed together does not come back together.
 * `random`: 0 to 1, without 1.
 */
export function waitAfter(attempts: number, random: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.round(whole * (0.75 + random / 4));
}
