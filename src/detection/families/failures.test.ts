import { expect, it } from 'vitest';
import { anObservation } from '../log-arbitrary.ts';
import { newState } from '../state.ts';
import { failures } from './failures.ts';
import { familyContract } from './family-contract.ts';
import { termOf, termsOf } from './family-terms.ts';

familyContract({ family: failures, actsInWindow: true });

const answered = (...codes: number[]) =>
  anObservation({ recipients: codes.map((code, n) => ({ address: `p${n}@example.com`, code })) });

it('one refusal at an entity without any is worth 2', () => {
  expect(termOf(failures, newState(1), answered(550))).toBe(2);
});

it('delivered mail takes back a quarter at most, however many recipients it had', () => {
  expect(termOf(failures, newState(1), answered(250, 250, 250, 250, 250, 250))).toBe(-0.25);
});

it('a refusal that comes with each message is usual in the end', () => {
  const state = newState(1);
  const terms = termsOf(
    failures,
    state,
    Array.from({ length: 300 }, () => answered(250, 250, 550)),
  );
  expect(terms[0]).toBeGreaterThan(1);
  expect(terms.at(-1)).toBeLessThan(0.6);
});

it('is silent where nobody tells the answers, and about deferred recipients', () => {
  expect(termOf(failures, newState(1), answered(0, 0, 0))).toBe(0);
  expect(termOf(failures, newState(1), answered(451, 421))).toBe(0);
});
