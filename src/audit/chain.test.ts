import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { anAuditRecord, ORGANIZATION } from '../store/samples.ts';
import type { AuditRecord } from './audit-record.ts';
import { type ChainedRecord, ChainKey, commitmentOf, NO_MAC } from './chain.ts';
import { hmacWith } from './hmac.ts';

const key = new ChainKey(Buffer.alloc(32, 11));
const SALT = 'ab'.repeat(16);
const FIRST = { organizationId: ORGANIZATION, sequence: 0, mac: NO_MAC };
const record = anAuditRecord({ changes: [{ name: 'mode', before: 'observe', after: 'enforce' }] });
const macOf = (over: Partial<AuditRecord>, { sequence = 0, mac = NO_MAC, salt = SALT } = {}) =>
  key.chain({ ...record, ...over }, { ...FIRST, sequence, mac }, salt).mac;

test('the HMAC is that of RFC 2104, for texts of any length', () => {
  const secret = randomBytes(32);
  const hmac = hmacWith(secret);
  for (const text of ['', 'a', 'ü'.repeat(61), '€'.repeat(4_000), 'x'.repeat(100_000), 'short again']) {
    expect(hmac(text)).toBe(createHmac('sha256', secret).update(text).digest('hex'));
  }
  expect(() => hmacWith(Buffer.alloc(31))).toThrow(RangeError);
});

describe('two different records never have one code:', () => {
  test('each field counts, and so do place, predecessor and salt', () => {
    const macs = [
      macOf({}),
      macOf({}, { sequence: 1 }),
      macOf({}, { mac: 'f'.repeat(64) }),
      macOf({}, { salt: 'cd'.repeat(16) }),
      macOf({ id: 'x' }),
      macOf({ at: record.at + 1 }),
      macOf({ organizationId: '' }),
      macOf({ operation: 'Set-X' }),
      macOf({ userType: 'System' }),
      macOf({ userKey: '' }),
      macOf({ by: 'eve' }),
      macOf({ clientAddress: '' }),
      macOf({ objectId: '' }),
      macOf({ parameters: {} }),
      macOf({ changes: [] }),
      macOf({ changes: undefined }),
      macOf({ result: 'Failed' }),
    ];
    expect(new Set(macs).size).toBe(macs.length);
    expect(macOf({})).toBe(macs[0]);
  });

  test('characters cannot wander from one field into the next', () => {
    const pieces = [
      '',
      'a',
      '|',
      '|-',
      '-',
      '|1:a',
      '1:a',
      '0:',
      '|0:',
      ':',
      'n1',
      '|n1',
      '\u0000',
      'ü',
      '\ud83d\ude00',
    ];
    const seen = new Map<string, string>();
    for (const by of pieces) {
      for (const objectId of pieces) {
        for (const clientAddress of pieces) {
          for (const changes of [null, ...pieces]) {
            const content = { by, objectId, clientAddress, parameters: '{}', changes };
            const commitment = commitmentOf(SALT, content);
            expect(seen.get(commitment) ?? JSON.stringify(content)).toBe(JSON.stringify(content));
            seen.set(commitment, JSON.stringify(content));
          }
        }
      }
    }
    expect(seen.size).toBe(pieces.length ** 3 * (pieces.length + 1));
  });

  test('random fields, split elsewhere, are another record', () => {
    for (let i = 0; i < 2_000; i++) {
      const text = randomBytes(12).toString('latin1');
      const [a, b] = [1 + (i % 10), 1 + ((i * 7) % 10)];
      const split = (at: number) => macOf({ userKey: text.slice(0, at), operation: text.slice(at) });
      if (a !== b) expect(split(a)).not.toBe(split(b));
    }
  });

  test('a key of somebody else gives other codes', () => {
    const other = new ChainKey(Buffer.alloc(32, 12));
    expect(other.chain(record, FIRST, SALT).mac).not.toBe(macOf({}));
    expect(other.baseAt(FIRST).proof).not.toBe(key.baseAt(FIRST).proof);
    expect(key.isBase(key.baseAt(FIRST))).toBe(true);
    expect(key.isBase({ ...key.baseAt(FIRST), sequence: 1 })).toBe(false);
  });
});

test('characters that a database gives back otherwise are replaced before they are coded', () => {
  const chained = key.chain({ ...record, by: 'a\u0000b\ud800', parameters: { r: '\u0000\ud800' } }, FIRST, SALT);
  expect(chained.by).toBe('a\ufffdb\ufffd');
  expect(chained.parameters).toBe(String.raw`{"r":"\u0000\ud800"}`);
});

describe('an erasure', () => {
  const whole = key.chain({ ...record, by: 'anna@ours.example' }, FIRST, SALT);
  const erase = (from: ChainedRecord, by: string): ChainedRecord => {
    const after = { ...from, by };
    return { ...after, ...key.reseal(from.id, from, after) };
  };
  const isValid = (each: ChainedRecord) =>
    key.macOf(each, 1, NO_MAC) === each.mac && (each.salt !== null || key.isErasure(each.id, each));

  test('leaves the record in its chain, without the salt, and can be done again', () => {
    const erased = erase(whole, 'forgotten-1');
    expect(erased).toMatchObject({ salt: null, mac: whole.mac, by: 'forgotten-1' });
    expect(isValid(whole) && isValid(erased)).toBe(true);
    expect(isValid(erase(erased, 'forgotten-2'))).toBe(true);
  });

  test('of somebody without the key is a change', () => {
    const erased = erase(whole, 'forgotten-1');
    expect(isValid({ ...erased, by: 'mallory' })).toBe(false);
    expect(isValid({ ...whole, by: 'mallory', salt: null, commitment: key.commitment(whole) })).toBe(false);
    const forged = new ChainKey(Buffer.alloc(32, 12)).reseal(whole.id, whole, { ...whole, by: 'mallory' });
    expect(isValid({ ...whole, by: 'mallory', ...forged })).toBe(false);
  });

  test('makes no changed record good', () => {
    expect(isValid(erase({ ...whole, by: 'mallory' }, 'forgotten-1'))).toBe(false);
    expect(isValid(erase({ ...erase(whole, 'forgotten-1'), by: 'mallory' }, 'forgotten-2'))).toBe(false);
  });
});
