import { expect, it } from 'vitest';
import { anObservation, START } from '../log-arbitrary.ts';
import { newState } from '../state.ts';
import { familyContract } from './family-contract.ts';
import { termOf, termsOf, wordsOf } from './family-terms.ts';
import { volume } from './volume.ts';

familyContract({ family: volume, actsInWindow: false });

const HOUR = 3_600_000;
const many = (count: number, at: number) =>
  anObservation({
    at,
    recipients: Array.from({ length: count }, (_, n) => ({ address: `p${n}@example.com`, code: 250 })),
  });

it('the first mails of a quiet printer are no spike', () => {
  const terms = termsOf(
    volume,
    newState(1),
    [0, 1, 2].map((n) => many(1, START + n * 60_000)),
  );
  expect(Math.max(...terms)).toBeLessThan(0);
});

it('four times the usual hour is tolerated, ten times is not', () => {
  const state = newState(1);
  for (let day = 0; day < 20; day++) {
    for (const hour of [8, 9, 10]) termsOf(volume, state, [many(50, START + day * 24 * HOUR + hour * HOUR)]);
  }
  const nine = START + 20 * 24 * HOUR + 9 * HOUR;
  expect(termOf(volume, state, many(200, nine))).toBeLessThan(0.05);
  expect(termOf(volume, state, many(500, nine))).toBeGreaterThan(0.4);
});

it('the same mail at three in the morning is far more than usual', () => {
  const state = newState(1);
  for (let day = 0; day < 20; day++) termsOf(volume, state, [many(50, START + day * 24 * HOUR + 10 * HOUR)]);
  const night = many(50, START + 20 * 24 * HOUR + 3 * HOUR);
  expect(termOf(volume, state, night)).toBe(0.8);
  expect(wordsOf(volume, state, night)).toBe('50 recipients in 60 minutes against none usual at this hour of the day');
});

it('never gives more than 0.8: a spike is no crime', () => {
  expect(termOf(volume, newState(1), many(100_000, START))).toBe(0.8);
});
