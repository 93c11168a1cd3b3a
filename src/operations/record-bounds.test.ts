import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundedChanges, boundedParameters, OF_ACTS, OF_REFUSALS } from './record-bounds.ts';

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('parameters', () => {
  test('are as they are where they are small', () => {
    const parameters = { reason: 'fixed', list: ['a', 1, null], nothing: undefined };
    expect(boundedParameters(parameters, OF_ACTS)).toBe(parameters);
  });

  test('lose what is long, not what is short, and say so', () => {
    const parameters = { from: '2026-11-01', ids: Array.from({ length: 10_000 }, (_, i) => `id ${i}`), reason: 'x' };
    const kept = boundedParameters(parameters, OF_ACTS);
    expect(kept).toMatchObject({ from: '2026-11-01', reason: 'x', cut: '1 value' });
    const ids = kept.ids as string[];
    expect(ids).toEqual(parameters.ids.slice(0, ids.length));
    expect(bytes(ids)).toBeGreaterThan(15_000);
  });

  test('of a refusal are a beginning of each value', () => {
    const kept = boundedParameters({ reason: 'r'.repeat(1_000), who: 'anna' }, OF_REFUSALS);
    expect(kept).toEqual({ reason: `${'r'.repeat(195)}…`, who: 'anna', cut: '1 value' });
    const many = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`name${i}`, 'v'.repeat(1_000)]));
    const some = boundedParameters({ ...many, ['n'.repeat(65)]: 1 }, OF_REFUSALS);
    const count = Object.keys(some).length - 1;
    expect(some.cut).toBe(`${count} values, ${901 - count} parameters left out`);
  });

  test('are within their bounds, whatever is sent, and stay as they are when they are bounded again', () => {
    const parameters = fc.dictionary(
      fc.string({ maxLength: 100, unit: 'binary' }),
      fc.oneof(
        fc.string({ maxLength: 5_000, unit: 'binary' }),
        fc.array(fc.string({ maxLength: 900 })),
        fc.jsonValue(),
      ),
      { maxKeys: 60 },
    );
    fc.assert(
      fc.property(parameters, fc.constantFrom(OF_ACTS, OF_REFUSALS), (given, bounds) => {
        const kept = boundedParameters(given, bounds);
        expect(bytes(kept)).toBeLessThanOrEqual(bounds.total);
        if (bounds === OF_REFUSALS) expect(boundedParameters(kept, bounds)).toBe(kept);
      }),
    );
  });
});

test('changes keep their names, and what has room', () => {
  const changes = [
    { name: 'mode', before: 'observe', after: 'enforce' },
    { name: 'addresses', after: Array.from({ length: 5_000 }, (_, i) => `192.0.2.${i}`) },
    { name: 'note', before: 'n'.repeat(100_000), after: '' },
  ];
  const { changes: kept, cut } = boundedChanges(changes, OF_ACTS);
  expect(kept[0]).toEqual(changes[0]);
  expect(kept[1]).toEqual({ name: 'addresses', after: expect.arrayContaining(['192.0.2.0']) });
  expect(kept[2]).toEqual({ name: 'note', before: expect.stringMatching(/^n+…$/), after: '' });
  expect(cut).toBe(2);
  expect(bytes(kept)).toBeLessThan(OF_ACTS.total + 200);
  expect(boundedChanges(changes.slice(0, 1), OF_ACTS)).toEqual({ changes: changes.slice(0, 1), cut: 0 });
});
