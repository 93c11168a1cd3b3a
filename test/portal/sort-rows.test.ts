// The order of a list's rows.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Order, sortRows } from '../../portal/src/parts/sort-rows.ts';

const sorted = (values: readonly (string | number | undefined)[], order: Order = 'ascending') =>
  sortRows(values, (value) => value, order);

test('numbers in names count as numbers, and case does not', () => {
  expect(sorted(['relay 10', 'Relay 9', 'relay 09a', 'branch', 'Relay'])).toEqual([
    'branch',
    'Relay',
    'Relay 9',
    'relay 09a',
    'relay 10',
  ]);
  expect(sorted(['ärger 10', 'Zaun', 'Ärger 9', 'branch'])).toEqual(['Ärger 9', 'ärger 10', 'branch', 'Zaun']);
});

test('what has no value is last in either order, and equal ones keep theirs', () => {
  expect(sorted([undefined, 2, 10, undefined, 1])).toEqual([1, 2, 10, undefined, undefined]);
  expect(sorted([undefined, 2, 10, 1], 'descending')).toEqual([10, 2, 1, undefined]);
  expect(sorted(['b', 'A', 'a', 'B'])).toEqual(['A', 'a', 'b', 'B']);
  expect(sorted(['b', 'A', 'a', 'B'], 'descending')).toEqual(['b', 'B', 'A', 'a']);
});

test('words and numbers stand as the collator has them, whatever else is in the list', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'B', 'c', 'Z', '0', '1', '7', '9', ' '), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(word), fc.constantFrom<Order>('ascending', 'descending'), (words, order) => {
      const withAnother = sorted([...words, 'é'], order).filter((each) => each !== 'é');
      expect(sorted(words, order)).toEqual(withAnother);
    }),
  );
});
