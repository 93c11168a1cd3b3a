import { expect, test } from 'vitest';
import { CommandLimiter } from './command-limiter.ts';

test('a clock that is set back keeps nobody out for longer than a window', () => {
  let now = 10_000_000;
  const limiter = new CommandLimiter(() => now, { commands: 1, windowMs: 60_000, atOnce: 1 });
  expect([limiter.take('a'), limiter.take('a')]).toEqual([true, false]);
  now = 1_000;
  expect(limiter.rateOf('a').resetAt).toBe(61_000);
  expect(limiter.take('a')).toBe(true);
});

test('holds no more than who asked of late, but those who are at it', () => {
  let now = 0;
  const limiter = new CommandLimiter(() => now, { commands: 1, windowMs: 60_000, atOnce: 1 });
  limiter.begin('busy');
  for (let i = 0; i < 5_000; i++) {
    now += 1_000;
    limiter.take(`token ${i}`);
  }
  expect(limiter.size).toBeLessThan(1_100);
  expect(limiter.begin('busy')).toBe(false);
});
