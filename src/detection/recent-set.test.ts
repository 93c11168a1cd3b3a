import { expect, it } from 'vitest';
import { mix32 } from './hash.ts';
import { RecentSet } from './recent-set.ts';

const SLOTS = 320;
const hash = (n: number): number => mix32(n + 1) >>> 0 || 1;
const filled = (count: number): RecentSet => {
  const set = new RecentSet(SLOTS);
  for (let n = 0; n < count; n++) set.add(hash(n));
  return set;
};

it('remembers everything while there is room', () => {
  const set = filled(256);
  for (let n = 0; n < 256; n++) expect(set.has(hash(n))).toBe(true);
  expect(set.has(hash(256))).toBe(false);
});

it('always remembers the last full generation, and forgets the oldest', () => {
  const set = filled(10_000);
  for (let n = 10_000 - 256; n < 10_000; n++) expect(set.has(hash(n))).toBe(true);
  expect(set.has(hash(0))).toBe(false);
});

it('keeps one that comes back again and again', () => {
  const set = filled(0);
  for (let n = 0; n < 10_000; n++) {
    if (n % 100 === 0) set.add(hash(7));
    set.add(hash(n));
    expect(set.has(hash(7))).toBe(true);
  }
});

it('does not count one twice', () => {
  const set = filled(200);
  for (let n = 0; n < 1_000; n++) set.add(hash(5));
  expect(set.has(hash(0))).toBe(true);
});

it('a copy shares nothing', () => {
  const set = filled(3);
  const copy = set.copy();
  copy.add(hash(99));
  expect(set.has(hash(99))).toBe(false);
  expect(copy.has(hash(0))).toBe(true);
});
