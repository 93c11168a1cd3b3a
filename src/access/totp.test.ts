import { describe, expect, test } from 'vitest';
import { fromBase32, hotp, otpauthUri, spentStep, toBase32 } from './totp.ts';

const SECRET = Buffer.from('12345678901234567890');
const BASE32 = toBase32(SECRET);

test.each([
  [0, '755224'],
  [1, '287082'],
  [2, '359152'],
  [3, '969429'],
  [4, '338314'],
  [5, '254676'],
  [6, '287922'],
  [7, '162583'],
  [8, '399871'],
  [9, '520489'],
])('RFC 4226, appendix D: counter %i gives %s', (counter, code) => {
  expect(hotp(SECRET, counter)).toBe(code);
});

test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('RFC 6238, appendix B: at second %i it is %s', (second, code) => {
  expect(hotp(SECRET, Math.floor(second / 30), 8)).toBe(code);
  expect(spentStep(BASE32, code.slice(2), second * 1_000, undefined)).toBe(Math.floor(second / 30));
});

test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('RFC 4648, section 10: %j is %j in base 32', (text, base32) => {
  expect(toBase32(Buffer.from(text))).toBe(base32);
  expect(fromBase32(base32.toLowerCase()).toString()).toBe(text);
});

describe('a code', () => {
  const now = 1_111_111_111_000;
  const step = Math.floor(now / 30_000);

  test('of the step before and of the step after is right, of two steps off it is wrong', () => {
    const right = [-2, -1, 0, 1, 2].filter((off) => spentStep(BASE32, hotp(SECRET, step + off), now, undefined));
    expect(right).toEqual([-1, 0, 1]);
  });

  test('counts once, and none before it counts after it', () => {
    expect(spentStep(BASE32, hotp(SECRET, step), now, step)).toBeUndefined();
    expect(spentStep(BASE32, hotp(SECRET, step - 1), now, step)).toBeUndefined();
    expect(spentStep(BASE32, hotp(SECRET, step + 1), now, step)).toBe(step + 1);
  });

  test.each(['', '12345', '1234567', '١٢٣٤٥٦', 'x'.repeat(1_000_000)])('%.20j is wrong', (code) => {
    expect(spentStep(BASE32, code, now, undefined)).toBeUndefined();
  });
});

test('the URI of an app names the account without letting it add parameters', () => {
  const uri = new URL(otpauthUri(BASE32, 'anna&secret=X?#/'));
  expect(uri.protocol).toBe('otpauth:');
  expect(Object.fromEntries(uri.searchParams)).toMatchObject({ secret: BASE32, issuer: 'Cordon', digits: '6' });
});
