import { expect, test } from 'vitest';
import { lingering } from './lingering-trouble.ts';

test('is over when it did not come again for a while, with one timer however often it comes', () => {
  const told: string[] = [];
  const timers: (() => void)[] = [];
  const happened = lingering({
    trouble: (what) => told.push(what),
    well: () => told.push('well'),
    setTimer: (act) => void timers.push(act),
    quietMs: 300_000,
  });
  const goOff = () => timers.shift()!();
  for (const what of ['one', 'two', 'three']) happened(what);
  goOff();
  expect(told).toEqual(['one', 'two', 'three']);
  goOff();
  expect(told.at(-1)).toBe('well');
  expect(timers).toEqual([]);
  happened('four');
  goOff();
  expect(told.slice(-2)).toEqual(['four', 'well']);
});
