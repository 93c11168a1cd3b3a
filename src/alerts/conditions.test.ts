import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Activity } from './activity.ts';
import type { AlertCondition } from './alert-policy.ts';
import { holdAll } from './conditions.ts';

const activity: Activity = {
  name: 'ConnectorChanged',
  at: 0,
  organizationId: 'o',
  entity: { id: 'c1', kind: 'connector', name: 'Printer-3' },
  part: '',
  cause: 'created',
  operation: 'New-InboundConnector',
  by: 'anna',
  clientAddress: '192.0.2.1',
  words: '',
  summary: '',
};
const holds = (property: AlertCondition['property'], operator: AlertCondition['operator'], value: string) =>
  holdAll([{ property, operator, value }], activity);

test('each property is compared as the activity has it, whatever the case', () => {
  expect(holds('EntityKind', 'eq', 'Connector')).toBe(true);
  expect(holds('EntityName', 'eq', 'PRINTER-3')).toBe(true);
  expect(holds('EntityId', 'eq', 'c2')).toBe(false);
  expect(holds('Cause', 'ne', 'created')).toBe(false);
  expect(holds('UserId', 'ne', 'bert')).toBe(true);
  expect(holds('ClientIp', 'like', '192.0.2.*')).toBe(true);
  expect(holds('Operation', 'like', 'Set-*')).toBe(false);
});

test('all of them must hold, and none is none in the way', () => {
  const is = (value: string): AlertCondition => ({ property: 'UserId', operator: 'eq', value });
  expect(holdAll([], activity)).toBe(true);
  expect(holdAll([is('anna'), is('anna')], activity)).toBe(true);
  expect(holdAll([is('anna'), is('bert')], activity)).toBe(false);
});

test('a star stands for any text, also none, and nothing else is special', () => {
  for (const pattern of ['*', 'printer-3', 'p*3', '*int*-*', 'printer-3*', '**printer**']) {
    expect(holds('EntityName', 'like', pattern)).toBe(true);
  }
  for (const pattern of ['', 'printer', 'p*4', '*x*', 'printer.3', 'printer-3*3', 'p?inter-3']) {
    expect(holds('EntityName', 'like', pattern)).toBe(false);
  }
});

test('property: like is what a regular expression says', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 });
  fc.assert(
    fc.property(letters, letters, (patternLetters, textLetters) => {
      const pattern = patternLetters.join('');
      const name = textLetters.join('').replaceAll('*', 'c');
      const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);
      const named = { ...activity, entity: { ...activity.entity!, name } };
      expect(holdAll([{ property: 'EntityName', operator: 'like', value: pattern }], named)).toBe(expected);
    }),
  );
});

test('no pattern makes it slow', () => {
  const named = { ...activity, entity: { ...activity.entity!, name: 'a'.repeat(100_000) } };
  const value = `${'a*'.repeat(120)}b`;
  expect(holdAll([{ property: 'EntityName', operator: 'like', value }], named)).toBe(false);
});
