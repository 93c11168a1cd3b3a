import { expect, it } from 'vitest';
import { anObservation, START } from '../log-arbitrary.ts';
import { newState } from '../state.ts';
import { familyContract } from './family-contract.ts';
import { termOf, termsOf } from './family-terms.ts';
import { identity } from './identity.ts';

familyContract({ family: identity, actsInWindow: true });

const LATER = START + 13 * 86_400_000;

const settled = () => {
  const state = newState(1);
  termsOf(
    identity,
    state,
    Array.from({ length: 100 }, (_, n) => anObservation({ at: START + n * 3 * 3_600_000 })),
  );
  return state;
};

it.each([
  ['sender', { envelopeSender: 'other@example.org' }],
  ['domain', { envelopeSender: 'a@elsewhere.example.net' }],
  ['client', { clientAddress: '198.51.100.1' }],
])('a new %s is worth 1.2', (_, change) => {
  const state = settled();
  expect(termOf(identity, state, anObservation({ ...change, at: state.at }))).toBe(1.2);
});

it('a neighbour in the same subnet is another client: addresses count, never their blocks', () => {
  expect(termOf(identity, settled(), anObservation({ clientAddress: '192.0.2.200', at: LATER }))).toBe(1.2);
  expect(termOf(identity, settled(), anObservation({ clientAddress: '2001:db8::200', at: LATER }))).toBe(1.2);
});

it('a new name counts with its first four messages of a day, until it was seen on three days', () => {
  const state = settled();
  const colleague = (day: number, n: number) =>
    anObservation({ envelopeSender: 'new@example.org', at: state.at + (n === 0 ? day : 0) * 86_400_000 });
  const terms = [1, 1, 1, 1].map((day) => {
    const today: number[] = [];
    for (let n = 0; n < 6; n++) today.push(...termsOf(identity, state, [colleague(day, n)]));
    return today.filter((term) => term > 0).length;
  });
  expect(terms).toEqual([4, 4, 1, 0]);
});

it('where every message has a new name, another one says nothing', () => {
  const state = newState(1);
  const strangers = Array.from({ length: 200 }, (_, n) => anObservation({ envelopeSender: `x${n}@example.net` }));
  expect(termsOf(identity, state, strangers).at(-1)).toBeLessThan(0.01);
});
