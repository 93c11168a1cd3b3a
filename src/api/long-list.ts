// A page of a list that may have ten thousand rows, as JSON a piece at a time: mail is answered between the pieces.
import { setImmediate } from 'node:timers/promises';

/** About a millisecond. */
const AT_ONCE = 100;

/** The text of `{ items, next }`. `present` gives a row as the list's schema has it: nobody checks it any more. */
export async function* longList<T>(
  rows: readonly T[],
  present: (row: T) => object,
  next: string | undefined,
): AsyncGenerator<string> {
  yield '{"items":[';
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    await setImmediate();
    const some = rows.slice(from, from + AT_ONCE).map((row) => JSON.stringify(present(row)));
    yield `${from === 0 ? '' : ','}${some.join(',')}`;
  }
  yield next === undefined ? ']}' : `],"next":${JSON.stringify(next)}}`;
}
