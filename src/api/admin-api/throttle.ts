// What is answered to whoever asks too much, and what everybody is told of how much he still may.
import type { Principal } from '../../access/principal.ts';
import { type Answer, errorAnswer } from './answer.ts';
import { CommandLimiter, type Limits } from './command-limiter.ts';
import { invalidRequest } from './refusals.ts';

type Act = () => Promise<Answer> | Answer;

export class Throttle {
  readonly #limiter: CommandLimiter;
  readonly #now: () => number;

  constructor(now: () => number, limits?: Limits) {
    this.#now = now;
    this.#limiter = new CommandLimiter(now, limits);
  }

  /** A request: 429 where too many of his run. */
  async request({ id }: Principal, act: Act): Promise<Answer> {
    // The words by which clients know it.
    const words = 'You have reached the maximum number of concurrent requests per tenant. Please wait and try again.';
    if (!this.#limiter.begin(id)) return tooMany(words, 1_000);
    try {
      return await act();
    } finally {
      this.#limiter.end(id);
    }
  }

  /** A command, of which a batch has several. */
  async command({ id }: Principal, act: Act): Promise<Answer> {
    if (this.#limiter.take(id)) return act();
    const { limit, resetAt } = this.#limiter.rateOf(id);
    return tooMany(`You have run ${limit} commands in a few minutes, and no more are taken.`, resetAt - this.#now());
  }

  headers({ id }: Principal): Readonly<Record<string, string>> {
    const { limit, remaining, resetAt } = this.#limiter.rateOf(id);
    return {
      'Rate-Limit-Limit': String(limit),
      'Rate-Limit-Remaining': String(remaining),
      'Rate-Limit-Reset': new Date(resetAt).toISOString(),
    };
  }
}

function tooMany(words: string, waitMs: number): Answer {
  const seconds = Math.ceil(waitMs / 1_000);
  const error = invalidRequest(words, {
    status: 429,
    category: 'LimitsExceeded',
    errorId: 'TooManyRequests',
    advice: `Try again after ${seconds} s.`,
  });
  const { status, headers, body } = errorAnswer(error);
  return { status, headers: { ...headers, 'Retry-After': String(seconds) }, body };
}
