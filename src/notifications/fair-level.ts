// Whom it costs when all together have too much: whoever has most. Pure.

/** The highest whole number to which all larger counts can be cut so that their sum is at most `most`; Infinity where none is to be cut. */
export function fairLevel(counts: readonly number[], most: number): number {
  let left = most;
  const ascending = [...counts].sort((a, b) => a - b);
  for (const [index, count] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (count > share) return Math.max(0, share);
    left -= count;
  }
  return Infinity;
}
