// Counts on the command line.
import { InvalidArgumentError } from 'commander';

/** For an option of commander's. Throws its error for what is no whole number from 1 to 999999. */
export function readCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Must be a whole number from 1 to 999999.');
  return Number(text);
}
