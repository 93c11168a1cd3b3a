// Chance with a seed: the same story each time, twenty different ones for twenty seeds.

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [least, most]. */
  int(least: number, most: number): number;
  pick<T>(from: readonly T[]): T;
  chance(part: number): boolean;
}

/** Mulberry32. */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b9) | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return { next, int, pick: (from) => from[int(0, from.length - 1)]!, chance: (part) => next() < part };
}
