import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeXtext, domainOf, normalizeAddress, normalizeDomain, printable, unbracket } from './address.ts';

describe('addresses and domains', () => {
  test.each([
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['', ''],
  ])('the domain %s compares as %s', (given, expected) => expect(normalizeDomain(given)).toBe(expected));

  test('a domain that IDNA refuses equals no domain', () =>
    expect(normalizeDomain('ex ample\u00ad\uFFFE.example')).toBe(''));

  test('the full stop of another alphabet ends a domain, too', () =>
    expect(normalizeDomain('b\u00fccher\u3002example\u3002')).toBe('xn--bcher-kva.example'));

  test.each(['/far.example', '?far.example', '#far.example', '\\far.example', '%2efar.example'])(
    'ours.example%s is not ours.example: a mail server takes it as it stands',
    (rest) => expect(normalizeDomain(`ours.example${rest}`)).toBe(''),
  );

  test('the last @ divides an address', () => {
    expect(domainOf('"a@b"@Ours.Example')).toBe('ours.example');
    expect(domainOf('postmaster')).toBe('');
    expect(normalizeAddress('Anna.B@BÜCHER.example')).toBe('anna.b@xn--bcher-kva.example');
  });

  test.each([
    ['<a@b.example>', 'a@b.example'],
    ['<>', ''],
    ['<@relay.example,@other.example:a@b.example>', 'a@b.example'],
    ['a@b.example', 'a@b.example'],
  ])('the path %s is %s', (given, expected) => expect(unbracket(given)).toBe(expected));

  test('xtext and macro spellings of a name compare equal', () => {
    expect(decodeXtext('Testbed+20CA')).toBe('Testbed CA');
    expect(decodeXtext('Testbed CA')).toBe('Testbed CA');
    expect(decodeXtext('a+2Bb')).toBe('a+b');
    expect(decodeXtext('B+C3+BCcher')).toBe('Bücher');
    expect(decodeXtext('a+zz')).toBe('a+zz');
  });

  test('what was xtext-encoded is decoded to what it was', () => {
    const encode = (text: string) =>
      [...Buffer.from(text)]
        .map((b) =>
          b > 32 && b < 127 && b !== 43 && b !== 61
            ? String.fromCharCode(b)
            : `+${b.toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .join('');
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => decodeXtext(encode(text)) === text));
  });

  test('nobody forges a log line with a control character', () => {
    expect(printable('a\r\nb\u0000\u009b')).toBe('a\\x0d\\x0ab\\x00\\x9b');
  });
});
