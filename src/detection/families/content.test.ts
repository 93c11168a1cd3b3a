import { expect, it } from 'vitest';
import { anObservation, aText, START } from '../log-arbitrary.ts';
import { newState } from '../state.ts';
import { content } from './content.ts';
import { familyContract } from './family-contract.ts';
import { termOf, termsOf } from './family-terms.ts';

familyContract({ family: content, actsInWindow: true });

const spam = (n: number, more = {}) => anObservation({ spam: true, sketch: aText(n), ...more });

it('a yes of the filter about a clean entity weighs 2.2', () => {
  expect(termOf(content, newState(1), spam(1))).toBeCloseTo(2.2);
});

it('a no of the filter takes back at most 1', () => {
  const term = termOf(content, newState(1), spam(1, { spam: false }));
  expect(term).toBeLessThan(0);
  expect(term).toBeGreaterThanOrEqual(-1);
});

it('of one template only the first four messages count', () => {
  const terms = termsOf(
    content,
    newState(1),
    Array.from({ length: 6 }, () => spam(1)),
  );
  expect(terms.map((term) => term > 0)).toEqual([true, true, true, true, false, false]);
});

it('a text seen on three days counts no more, whatever the filter says of it', () => {
  const daily = [0, 1, 2].map((day) => spam(1, { at: START + day * 86_400_000, spam: false }));
  const state = newState(1);
  termsOf(content, state, daily.slice(0, 2));
  expect(termOf(content, state, { ...daily[2]!, spam: true })).toBe(0);
});

it('where spam is usual, another yes says little', () => {
  const state = newState(1);
  state.spamRate.yes = 50;
  state.spamRate.no = 50;
  expect(termOf(content, state, spam(1))).toBeCloseTo(Math.log(0.6 / 0.4));
});

it('without a filter or without a text it is silent', () => {
  expect(termOf(content, newState(1), spam(1, { spam: undefined }))).toBe(0);
  expect(termOf(content, newState(1), spam(1, { sketch: undefined }))).toBe(0);
});
