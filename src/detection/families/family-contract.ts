// Test support, a contract suite: what every family promises. Each family's test begins with it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type Entry, type ObservationEntry } from '../entry.ts';
import { factsOf } from '../facts.ts';
import { logArbitrary, observationArbitrary, START } from '../log-arbitrary.ts';
import { readMessage } from '../message.ts';
import { encode, newState } from '../state.ts';
import { step } from '../step.ts';
import type { Family } from './family.ts';

export interface FamilyContract {
  readonly family: Family;
  /** Does it act in an exception window? */
  readonly actsInWindow: boolean;
}

/** A message that has something for each family to say: refused strangers, a new name, a foreign From, a link, spam, the third copy of a text. */
const LOUD: ObservationEntry = {
  kind: 'observation',
  at: START + 40 * 86_400_000,
  epoch: 0,
  recipients: Array.from({ length: 12 }, (_, n) => ({ address: `p${n}@nobody.example.com`, code: 550 })),
  envelopeSender: 'new@elsewhere.example.net',
  clientAddress: '203.0.113.9',
  headerFrom: 'Bank <info@bank.example>',
  linkHosts: ['evil.example.com'],
  messageBytes: 1_000,
  sketch: Array.from({ length: 16 }, (_, i) => i + 1),
  spam: true,
  messageId: '<loud@example.net>',
  queueId: '',
  attempted: false,
};

export function familyContract({ family, actsInWindow }: FamilyContract): void {
  const stateAfter = (log: readonly Entry[], entry: ObservationEntry) => {
    const state = newState(3);
    for (const each of log) step(state, each);
    return { state, facts: factsOf(state, readMessage(entry, state.key)) };
  };

  describe(`the family ${family.name}`, () => {
    it('keeps its terms within its bounds and never gives NaN', () => {
      fc.assert(
        fc.property(logArbitrary, observationArbitrary, (log, entry) => {
          const { state, facts } = stateAfter(log, entry);
          const term = family.term(state, facts);
          expect(term).toBeGreaterThanOrEqual(family.bounds[0]);
          expect(term).toBeLessThanOrEqual(family.bounds[1]);
        }),
        { numRuns: 30 },
      );
    });

    it('reads without changing anything', () => {
      fc.assert(
        fc.property(logArbitrary, observationArbitrary, (log, entry) => {
          const { state, facts } = stateAfter(log, entry);
          const before = encode(state);
          family.term(state, facts);
          family.count(facts);
          family.words(state, facts, ...family.count(facts));
          expect(encode(state)).toEqual(before);
        }),
        { numRuns: 30 },
      );
    });

    it('finds a message no more suspicious after it has learnt it', () => {
      fc.assert(
        fc.property(logArbitrary, observationArbitrary, (log, entry) => {
          const { state, facts } = stateAfter(log, entry);
          const before = family.term(state, facts);
          family.learn(state, facts);
          const again = factsOf(state, readMessage(entry, state.key));
          expect(family.term(state, again)).toBeLessThanOrEqual(Math.max(before, 0) + 1e-9);
        }),
        { numRuns: 30 },
      );
    });

    it('says its evidence in one short line without control characters', () => {
      fc.assert(
        fc.property(logArbitrary, observationArbitrary, (log, entry) => {
          const { state, facts } = stateAfter(log, entry);
          const [so, of] = family.count(facts);
          expect(so).toBeLessThanOrEqual(of);
          const words = family.words(state, facts, so, of);
          expect(words).toMatch(/^[\x20-\x7e]{5,120}$/);
          expect(words).not.toMatch(/NaN|Infinity|undefined/);
        }),
        { numRuns: 30 },
      );
    });

    it(`${actsInWindow ? 'acts' : 'is silent'} in an exception window`, () => {
      const quiet = Array.from({ length: 200 }, (_, n) => ({ ...LOUD, ...QUIET, at: START + n * 4 * 3_600_000 }));
      const copies = [1, 2, 3].map(() => LOUD);
      const { state } = stateAfter([...quiet, ...copies], LOUD);
      expect(family.term(state, factsOf(state, readMessage(LOUD, 3)))).toBeGreaterThan(0);
      state.settings = { ...DEFAULT_SETTINGS, window: { from: LOUD.at, until: LOUD.at + 1 } };
      const termOf = (sketch: readonly number[]) =>
        family.term(state, factsOf(state, readMessage({ ...LOUD, sketch }, 3)));
      if (actsInWindow) expect(termOf(OTHER_TEXT)).toBeGreaterThan(0);
      else expect([termOf(OTHER_TEXT), termOf(LOUD.sketch!)]).toEqual([0, 0]);
    });
  });
}

const QUIET = {
  recipients: [{ address: 'friend@example.com', code: 250 }],
  envelopeSender: 'a@example.org',
  clientAddress: '192.0.2.1',
  headerFrom: '',
  linkHosts: ['shop.example.org'],
  sketch: Array.from({ length: 16 }, (_, i) => i + 100),
  spam: false,
};

const OTHER_TEXT = Array.from({ length: 16 }, (_, i) => i + 200);
