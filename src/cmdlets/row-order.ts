// Keys of rows: texts that ascend as the rows do.

/** Puts in the order of their keys, which are unique. */
export function inOrderOf<T>(keyOf: (one: T) => string): (a: T, b: T) => number {
  return (a, b) => (keyOf(a) < keyOf(b) ? -1 : 1);
}

/** By name in any case; `id` where several have it. */
export const byName = (name: string, id: string): string => `${name.toLowerCase()} ${id}`;

/** The newest first; `id` where several are of that time. */
export const newestFirst = (at: Date, id: string): string => `${greatestFirst(at.getTime())} ${id}`;

/** Ascends as the whole number, 0 or more, goes down. */
export const greatestFirst = (number: number): string => String(Number.MAX_SAFE_INTEGER - number).padStart(16, '0');
