import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';

const values = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('u32' as const), value: fc.nat(0xffffffff) }),
    fc.record({ kind: fc.constant('f64' as const), value: fc.double() }),
    fc.record({ kind: fc.constant('maybe' as const), value: fc.option(fc.double(), { nil: undefined }) }),
    fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'grapheme', maxLength: 300 }) }),
    fc.record({ kind: fc.constant('u32s' as const), value: fc.uint32Array({ maxLength: 3_000 }) }),
    fc.record({ kind: fc.constant('f64s' as const), value: fc.float64Array({ maxLength: 300 }) }),
  ),
  { maxLength: 30 },
);

function written(list: readonly { kind: string; value: unknown }[]): Uint8Array {
  const out = new ByteWriter() as unknown as Record<string, (value: unknown) => void> & ByteWriter;
  for (const { kind, value } of list) out[kind]!(value);
  return out.done();
}

it('reads what was written, bit for bit', () => {
  fc.assert(
    fc.property(values, (list) => {
      const from = new ByteReader(written(list)) as unknown as Record<string, () => unknown> & ByteReader;
      for (const { kind, value } of list) expect(from[kind]!()).toEqual(value);
      from.end();
    }),
  );
});

it('throws a RangeError for bytes that end too early, whatever they were', () => {
  fc.assert(
    fc.property(values, fc.nat(), (list, cut) => {
      const bytes = written(list);
      if (bytes.length === 0) return;
      const from = new ByteReader(bytes.subarray(0, cut % bytes.length)) as unknown as Record<string, () => unknown>;
      expect(() => {
        for (const { kind } of list) from[kind]!();
      }).toThrow(RangeError);
    }),
  );
});

it('throws a RangeError where bytes are left', () => {
  expect(() => new ByteReader(new Uint8Array(1)).end()).toThrow(RangeError);
});
