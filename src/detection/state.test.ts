import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './entry.ts';
import { anObservation, aText, entryArbitrary, logArbitrary, START, settingsArbitrary } from './log-arbitrary.ts';
import { copyState, decode, type EntityState, encode, newState } from './state.ts';
import { step } from './step.ts';

const stateAfter = (log: Parameters<typeof step>[1][], state = newState(5)): EntityState => {
  for (const entry of log) step(state, entry);
  return state;
};

describe('a snapshot', () => {
  it('is the state bit for bit: whatever comes next, both go on alike', () => {
    fc.assert(
      fc.property(
        logArbitrary,
        fc.array(entryArbitrary, { maxLength: 20 }),
        settingsArbitrary,
        (log, more, settings) => {
          const state = stateAfter(log, newState(5, settings));
          const restored = decode(encode(state));
          expect(encode(restored)).toEqual(encode(state));
          for (const entry of more) expect(step(restored, entry)).toEqual(step(state, entry));
          expect([...restored.sums]).toEqual([...state.sums]);
          expect(encode(restored)).toEqual(encode(state));
        },
      ),
    );
  });

  it('of anything else is refused with a RangeError, never read as a state', () => {
    const bytes = encode(stateAfter(Array.from({ length: 50 }, (_, n) => anObservation({ sketch: aText(n) }))));
    for (let cut = 0; cut < bytes.length; cut += 97) expect(() => decode(bytes.subarray(0, cut))).toThrow(RangeError);
    expect(() => decode(new Uint8Array([...bytes, 0]))).toThrow(RangeError);
    expect(() => decode(new TextEncoder().encode('{"not":"a snapshot"}'))).toThrow(RangeError);
  });
});

describe('a copy', () => {
  it('is equal, and what happens to it does not happen to the original', () => {
    fc.assert(
      fc.property(logArbitrary, logArbitrary, (log, more) => {
        const state = stateAfter(log);
        const bytes = encode(state);
        const copy = copyState(state);
        expect(encode(copy)).toEqual(bytes);
        stateAfter(more, copy);
        expect(encode(state)).toEqual(bytes);
      }),
    );
  });
});

describe('the size', () => {
  it('of an entity with a million recipients, 64 texts and an incident stays below 64 KB', () => {
    const many = (n: number) =>
      anObservation({
        at: START + n * 60_000,
        recipients: Array.from({ length: 50 }, (_, k) => ({ address: `r${n * 50 + k}@example.com`, code: 250 })),
        envelopeSender: `s${n}@d${n}.example.org`,
        clientAddress: `10.${n % 250}.${(n * 7) % 250}.1`,
        sketch: aText(n),
        spam: n % 3 === 0,
        messageId: `<${'x'.repeat(300)}${n}@example.com>`,
      });
    const state = newState(5, { ...DEFAULT_SETTINGS, threshold: 1_000 });
    let largest = 0;
    for (let n = 0; n < 20_000; n++) {
      // At last an incident, of which messages are kept.
      if (n === 19_900) state.settings = { ...DEFAULT_SETTINGS, mode: 'observe' };
      step(state, many(n));
      if (n % 100 === 99) largest = Math.max(largest, encode(state).length);
    }
    expect(largest).toBeGreaterThan(30_000);
    expect(largest).toBeLessThanOrEqual(64_000);
  });
});
