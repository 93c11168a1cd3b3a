import { expect, it } from 'vitest';
import { anObservation, aText, START } from '../log-arbitrary.ts';
import { newState } from '../state.ts';
import { bulk } from './bulk.ts';
import { familyContract } from './family-contract.ts';
import { termOf, termsOf, wordsOf } from './family-terms.ts';

familyContract({ family: bulk, actsInWindow: false });

const copy = (n: number, to: string, at = START + n * 1_000) =>
  anObservation({ at, sketch: aText(1), recipients: [{ address: to, code: 250 }] });

it('a text to ever new people is a campaign from the third copy on', () => {
  const terms = termsOf(
    bulk,
    newState(1),
    [0, 1, 2, 3].map((n) => copy(n, `stranger${n}@example.com`)),
  );
  expect(terms).toEqual([0, 0.2, 0.8, 0.8]);
});

it('the same text to the same people is none', () => {
  const terms = termsOf(
    bulk,
    newState(1),
    [0, 1, 2, 3].map((n) => copy(n, 'friend@example.com')),
  );
  expect(terms).toEqual([0, 0, 0, 0]);
});

it('a text known for more than three days speaks for its sender', () => {
  const state = newState(1);
  termsOf(bulk, state, [copy(0, 'a@example.com')]);
  expect(termOf(bulk, state, copy(0, 'b@example.com', START + 3 * 86_400_000 + 60_000))).toBe(-0.5);
});

it('says how many copies went to how many new people', () => {
  const state = newState(1);
  termsOf(
    bulk,
    state,
    [0, 1].map((n) => copy(n, `stranger${n}@example.com`)),
  );
  expect(wordsOf(bulk, state, copy(2, 'x@example.com'))).toBe('one new text in 3 messages, 1.0 new recipients each');
});

it('is silent without a text', () => {
  const state = newState(1);
  const blank = (n: number) => ({ ...copy(n, `stranger${n}@example.com`), sketch: undefined });
  expect(termsOf(bulk, state, [0, 1, 2, 3].map(blank))).toEqual([0, 0, 0, 0]);
});
