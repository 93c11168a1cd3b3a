import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Threshold } from './threshold.ts';

const fires = (threshold: number, window: number, times: readonly number[]) => {
  const counted = new Threshold(threshold, window);
  return times.filter((at) => counted.reached(at));
};

test('so many within the window are news, one fewer or too far apart are not', () => {
  expect(fires(3, 60, [0, 30, 59])).toEqual([59]);
  expect(fires(3, 60, [0, 30])).toEqual([]);
  expect(fires(3, 60, [0, 30, 60])).toEqual([]);
  expect(fires(3, 60, [0, 40, 80, 99])).toEqual([99]);
});

test('what goes on is said once a window', () => {
  const each = Array.from({ length: 20 }, (_, i) => i * 10);
  expect(fires(3, 60, each)).toEqual([20, 80, 140]);
});

test('a clock that was set back counts from there on', () => {
  expect(fires(2, 60, [1_000, 10, 20])).toEqual([20]);
  expect(fires(2, 60, [1_000, 1_001, 10, 20])).toEqual([1_001, 20]);
});

test('property: never twice within a window, never without enough activities, and never silent where a fresh count would speak', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 80 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 100 }), steps, (threshold, window, gaps) => {
      let now = 0;
      const times = gaps.map((gap) => (now += gap));
      const counted = new Threshold(threshold, window);
      let last: { at: number; index: number } | undefined;
      times.forEach((at, index) => {
        const within = times.slice((last?.index ?? -1) + 1, index + 1).filter((time) => time > at - window).length;
        const isQuiet = last !== undefined && last.at > at - window;
        const fired = counted.reached(at);
        expect(fired).toBe(within >= threshold && !isQuiet);
        if (fired) last = { at, index };
      });
    }),
  );
});
