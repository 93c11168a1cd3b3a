import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingCount } from './sliding-count.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('whatever comes, the count is never less than the last hour, nor more than an hour and two minutes', () => {
  const event = fc.record({ after: fc.integer({ min: 0, max: 2 * HOUR }), count: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 0, max: 2 * HOUR }), (events, last) => {
      const counter = new SlidingCount(MINUTE);
      const seen: { at: number; count: number }[] = [];
      let now = 1_000 * HOUR;
      for (const { after, count } of events) {
        now += after;
        counter.add(now, count);
        seen.push({ at: now, count });
      }
      now += last;
      const since = (from: number) => seen.filter(({ at }) => at > from).reduce((sum, { count }) => sum + count, 0);
      const counted = counter.at(now);
      expect(counted).toBeGreaterThanOrEqual(since(now - HOUR));
      expect(counted).toBeLessThanOrEqual(since(now - HOUR - 2 * MINUTE));
    }),
  );
});

test('what is taken back is gone, and no more than was there', () => {
  const counter = new SlidingCount(MINUTE);
  counter.add(HOUR, 5);
  counter.add(HOUR + MINUTE, 3);
  counter.add(HOUR, -2);
  expect(counter.at(HOUR + MINUTE)).toBe(6);
  counter.add(HOUR, -9);
  expect(counter.at(HOUR + MINUTE)).toBe(3);
});

test('what lies too far back is not counted any more', () => {
  const counter = new SlidingCount(MINUTE);
  counter.add(5 * HOUR, 1);
  counter.add(HOUR, 7);
  expect(counter.at(5 * HOUR)).toBe(1);
});

test('a clock that is set back begins afresh, and counts', () => {
  const counter = new SlidingCount(MINUTE);
  counter.add(100 * HOUR, 7);
  expect(counter.at(HOUR)).toBe(0);
  counter.add(HOUR, 2);
  expect(counter.at(HOUR)).toBe(2);
});
