// Long work of one request in pieces: mail is judged by the same event loop, and waits for no longer than a piece.
import { setImmediate } from 'node:timers/promises';

const PIECE_MS = 5;

export class Turns {
  #since = performance.now();

  /** True: others have waited for long enough; call `next`. Asked before each step, so that a step must be short. */
  isOver(): boolean {
    return performance.now() - this.#since >= PIECE_MS;
  }

  /** Resolves when the others have had their turn. */
  async next(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
