import { expect, it } from 'vitest';
import { anObservation } from '../log-arbitrary.ts';
import { newState } from '../state.ts';
import { familyContract } from './family-contract.ts';
import { termOf, termsOf } from './family-terms.ts';
import { identity } from './identity.ts';

familyContract({ family: identity, actsInWindow: true });

const settled = () => {
  const state = newState(1);
  termsOf(
    identity,
    state,
    Array.from({ length: 100 }, () => anObservation()),
  );
  return state;
};

it.each([
  ['sender', { envelopeSender: 'other@example.org' }],
  ['domain', { envelopeSender: 'a@elsewhere.example.net' }],
  ['network', { clientAddress: '198.51.100.1' }],
])('a new %s is worth 1.2', (_, change) => {
  expect(termOf(identity, settled(), anObservation(change))).toBe(1.2);
});

it('another address of the same /24, or of the same IPv6 /48, is not new', () => {
  expect(termOf(identity, settled(), anObservation({ clientAddress: '192.0.2.200' }))).toBe(-0.05);
  const state = newState(1);
  termsOf(identity, state, [anObservation({ clientAddress: '2001:db8:1:2::3' })]);
  expect(termOf(identity, state, anObservation({ clientAddress: '2001:db8:1:ffff::9' }))).toBe(-0.05);
  expect(termOf(identity, state, anObservation({ clientAddress: '2001:db8:2::9' }))).toBeGreaterThan(0);
});

it('where every message has a new name, another one says nothing', () => {
  const state = newState(1);
  const strangers = Array.from({ length: 200 }, (_, n) => anObservation({ envelopeSender: `x${n}@example.net` }));
  expect(termsOf(identity, state, strangers).at(-1)).toBeLessThan(0.01);
});
