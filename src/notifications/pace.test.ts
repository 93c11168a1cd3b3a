import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('a burst begins at once, and then one after another', () => {
  const pace = new Pace({ perSecond: 5, burst: 3 });
  expect([0, 0, 0].map((at) => pace.take(at))).toEqual([0, 0, 0]);
  expect(pace.take(0)).toBe(200);
  expect(pace.take(150)).toBe(50);
  expect(pace.take(200)).toBe(0);
  expect(pace.take(200)).toBe(200);
});

test('a pause gives back a burst and not more, and a clock that is set back nothing and no delay', () => {
  const pace = new Pace({ perSecond: 5, burst: 3 });
  for (let i = 0; i < 3; i++) pace.take(0);
  expect(Array.from({ length: 4 }, () => pace.take(1e9))).toEqual([0, 0, 0, 200]);
  expect(pace.take(5)).toBe(200);
  expect(pace.take(205)).toBe(0);
});
