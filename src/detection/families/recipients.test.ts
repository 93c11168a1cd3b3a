import { expect, it } from 'vitest';
import { anObservation } from '../log-arbitrary.ts';
import { newState } from '../state.ts';
import { familyContract } from './family-contract.ts';
import { termOf, termsOf, wordsOf } from './family-terms.ts';
import { recipients } from './recipients.ts';

familyContract({ family: recipients, actsInWindow: false });

const to = (...names: string[]) =>
  anObservation({ recipients: names.map((name) => ({ address: `${name}@example.com`, code: 250 })) });

it('five strangers say no more than 1.5, five friends no less than -1.5', () => {
  const state = newState(1);
  expect(termOf(recipients, state, to('a', 'b', 'c', 'd', 'e', 'f'))).toBe(1.5);
  termsOf(recipients, state, [to('a', 'b', 'c', 'd', 'e', 'f')]);
  expect(termOf(recipients, state, to('a', 'b', 'c', 'd', 'e'))).toBe(-1.5);
});

it('where nearly everybody is new, one more is worth nothing', () => {
  const state = newState(1);
  state.newRecipientRate.yes = 99;
  state.newRecipientRate.no = 1;
  expect(termOf(recipients, state, to('a'))).toBe(0);
});

it('the bulk profile takes 90 % new for usual from the first message on', () => {
  const state = newState(1);
  state.settings = { ...state.settings, bulk: true };
  expect(termOf(recipients, state, to('a'))).toBe(0);
});

it('one message to three hundred strangers teaches as little as one to five', () => {
  const crowd = to(...Array.from({ length: 300 }, (_, n) => `p${n}`));
  const [a, b] = [newState(1), newState(1)];
  termsOf(recipients, a, [crowd]);
  termsOf(recipients, b, [to('a', 'b', 'c', 'd', 'e')]);
  expect(a.newRecipientRate).toEqual(b.newRecipientRate);
});

it('a deferred recipient is not there: he comes again', () => {
  const deferred = anObservation({ recipients: [{ address: 'x@example.com', code: 451 }] });
  expect(termOf(recipients, newState(1), deferred)).toBe(0);
});

it('says the shares in plain words', () => {
  const state = newState(1);
  state.newRecipientRate.yes = 21;
  state.newRecipientRate.no = 79;
  expect(wordsOf(recipients, state, to('a', 'b'))).toBe('new recipients 100 % (2 of 2) against 21 % usual');
});
