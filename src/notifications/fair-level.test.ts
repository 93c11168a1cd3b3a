import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fairLevel } from './fair-level.ts';

test.each([
  [[20, 3, 2], 18, 13],
  [[9, 9, 1], 11, 5],
  [[3, 3], 6, Infinity],
  [[5, 5, 5], 2, 0],
  [[], 0, Infinity],
])('%j are cut for %i at %i', (counts, most, level) => {
  expect(fairLevel(counts, most)).toBe(level);
});

test('what is left is never too much, and who is below the level keeps all', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2_000), { maxLength: 50 }), fc.nat(10_000), (counts, most) => {
      const level = fairLevel(counts, most);
      const sum = (cut: number) => counts.reduce((total, count) => total + Math.min(count, cut), 0);
      expect(sum(level)).toBeLessThanOrEqual(most);
      if (level !== Infinity) expect(sum(level + 1)).toBeGreaterThan(most);
    }),
  );
});
