import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aConnector } from '../../test/factories.ts';
import type { Connector } from '../attribution/entity.ts';
import { renderMaps } from './render.ts';

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const none = { restrictions: [], connectors: [], acceptedDomains: ['ours.example'] };
const user = (entityName: string) => ({ entityId: `id of ${entityName}`, entityKind: 'user' as const, entityName });
const of = ({ id, name }: Connector) => ({ entityId: id, entityKind: 'connector' as const, entityName: name });

/** What regexp_table(5) answers: the first line whose pattern holds, or with `!` does not. */
function lookUp(text: string, key: string): string | undefined {
  for (const line of linesOf(text)) {
    const [, not, pattern, result] = /^(!?)\/(.*)\/ (.*)$/.exec(line)!;
    if (new RegExp(pattern!.replaceAll('[[]', '\\['), 'i').test(key) === (not === '')) return result;
  }
  return undefined;
}

test('nobody is restricted: only others are in the tables, to let pass', () => {
  const maps = renderMaps({ ...none, connectors: [aConnector({ senderIpAddresses: ['192.0.2.0/24'] })] });
  expect(linesOf(maps['restricted-client.cidr'])).toEqual(['192.0.2.0/24 DUNNO']);
  expect([maps['restricted-sasl'], maps['restricted-ccert']].flatMap(linesOf)).toEqual([]);
});

test('the longest prefix comes first, whoever it belongs to', () => {
  const branch = aConnector({ senderIpAddresses: ['192.0.2.0/24', '2001:db8::/32'] });
  const printer = aConnector({ senderIpAddresses: ['192.0.2.7/32'] });
  const thief = aConnector({ senderIpAddresses: ['192.0.2.0/28'] });
  const connectors = [branch, printer, thief, aConnector({ enabled: false, senderIpAddresses: ['192.0.2.9/32'] })];
  const maps = renderMaps({ ...none, connectors, restrictions: [of(branch), of(thief)] });
  expect(linesOf(maps['restricted-client.cidr'])).toEqual([
    '192.0.2.7/32 DUNNO',
    '2001:db8::/32 cordon_connector',
    '192.0.2.0/28 cordon_connector',
    '192.0.2.0/24 cordon_connector',
  ]);
});

test('logins and certificates of restricted connectors, and restricted users', () => {
  const connector = aConnector({ saslUsernames: ['scanner+3'], clientCertificateFingerprints: ['ab'.repeat(32)] });
  const maps = renderMaps({
    ...none,
    connectors: [connector],
    restrictions: [of(connector), user('ben@ours.example')],
  });
  expect(lookUp(maps['restricted-sasl'], 'ben@ours.example')).toBe('cordon_user');
  expect(lookUp(maps['restricted-sasl'], 'Scanner+3')).toBe('cordon_connector');
  expect(lookUp(maps['restricted-sasl'], 'scannerr3')).toBeUndefined();
  expect(lookUp(maps['restricted-sasl'], 'xben@ours.example')).toBeUndefined();
  expect(lookUp(maps['restricted-ccert'], `${'AB:'.repeat(31)}AB`)).toBe('cordon_connector');
});

describe('who is refused', () => {
  const maps = renderMaps({ ...none, acceptedDomains: ['ours.example', 'other.example'] });
  const CONNECTOR = '550 5.7.711 Access denied, bad inbound connector. AS(2204).';
  const USER = '550 5.1.8 Access denied, bad outbound sender AS(42004)';

  test.each([
    ['bob@far.example', CONNECTOR, USER],
    ['anna@ours.example', undefined, USER],
    ['Anna@OTHER.example', undefined, USER],
    ['anna@oursXexample', CONNECTOR, USER],
    ['postmaster@ours.example', undefined, undefined],
    ['abuse@other.example', undefined, undefined],
    ['postmaster', undefined, undefined],
    ['postmaster@far.example', CONNECTOR, USER],
    ['bob%far.example@ours.example', CONNECTOR, USER],
    ['"bob@far.example"@ours.example', CONNECTOR, USER],
    ['far.example!bob@ours.example', CONNECTOR, USER],
  ])('%s', (recipient, byConnector, byUser) => {
    expect(lookUp(maps['refused-by-connector'], recipient)).toBe(byConnector);
    expect(lookUp(maps['refused-by-user'], recipient)).toBe(byUser);
  });
});

test('whatever a login is made of, its line is one line, and holds for it alone', () => {
  const logins = fc.uniqueArray(
    fc.string({ unit: fc.constantFrom(...'ab.*[]()^$\\/+?{}| @-'), minLength: 1, maxLength: 12 }),
    { minLength: 2, maxLength: 6 },
  );
  fc.assert(
    fc.property(logins, ([other = '', ...restricted]) => {
      const text = renderMaps({ ...none, restrictions: restricted.map(user) })['restricted-sasl'];
      expect(linesOf(text)).toHaveLength(restricted.length);
      for (const login of restricted) expect(lookUp(text, login)).toBe('cordon_user');
      expect(lookUp(text, other)).toBeUndefined();
    }),
  );
});

test('a login with a line end in it makes no line of its own', () => {
  const text = renderMaps({ ...none, restrictions: [user('a\n/./ cordon_user')] })['restricted-sasl'];
  expect(linesOf(text)).toEqual([]);
});
