import { expect, test } from 'vitest';
import type { HeaderField } from '../../mail/header-reader.ts';
import { HEADER_BYTES } from '../../mail/message-content.ts';
import { HeaderBlock } from './header-block.ts';

function blockOf(fields: readonly HeaderField[]): HeaderBlock {
  const block = new HeaderBlock();
  for (const field of fields) block.add(field);
  return block;
}

test('the fields of a usual header are kept in order', () => {
  const fields: HeaderField[] = [
    ['From', 'a@b'],
    ['Received', 'one'],
    ['Received', 'two'],
  ];
  expect(blockOf(fields).fields).toEqual(fields);
});

test('of a header of megabytes the first and the last fields are kept, in order and within bounds', () => {
  const filler = Array.from({ length: 50_000 }, (_, i): HeaderField => ['X-Filler', `${i} ${'x'.repeat(50)}`]);
  const { fields } = blockOf([['From', 'a@b'], ...filler, ['X-Spamd-Result', 'default: True [20.00 / 15.00]']]);
  expect(fields[0]).toEqual(['From', 'a@b']);
  expect(fields.at(-1)?.[0]).toBe('X-Spamd-Result');
  const numbers = fields.slice(1, -1).map(([, value]) => Number.parseInt(value, 10));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  const characters = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  expect(characters).toBeLessThanOrEqual(2 * HEADER_BYTES);
});

test('a small field does not overtake a large one that found no room among the first', () => {
  const fields: HeaderField[] = [
    ['A', 'x'.repeat(HEADER_BYTES - 1_000)],
    ['B', 'x'.repeat(2_000)],
    ['C', 'small'],
  ];
  expect(blockOf(fields).fields.map(([name]) => name)).toEqual(['A', 'B', 'C']);
});

test('empty fields without end are bounded, too', () => {
  expect(blockOf(Array.from({ length: 100_000 }, (): HeaderField => ['x', ''])).fields.length).toBeLessThan(8_000);
});
