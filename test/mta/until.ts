// Waiting for what another program does: a bounded poll, never a fixed sleep.
import { setTimeout as pause } from 'node:timers/promises';

/** The first value of `look` that is not undefined. Rejects after `seconds` with what was waited for. */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  seconds = 30,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await pause(20);
  }
}
