import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeQ, decodeTransfer } from './transfer-encoding.ts';

const decoded = (text: string, encoding: string): string => decodeTransfer(Buffer.from(text), encoding).toString();

describe('quoted-printable', () => {
  test('octets and soft line breaks are undone', () => {
    expect(decoded('Gr=C3=B6=\r\n=c3=9fe und =\nmehr', 'Quoted-Printable')).toBe('Größe und mehr');
  });

  test('white space that a relay put behind a soft break is no text (RFC 2045 6.7, rule 3)', () => {
    expect(decoded('one= \t\r\n two', 'quoted-printable')).toBe('one two');
  });

  test("a '=' that means nothing stays, and one at the cut goes", () => {
    expect(decoded('a=b=XY=3', 'quoted-printable')).toBe('a=b=XY=3');
    expect(decoded('cut=', 'quoted-printable')).toBe('cut');
  });

  test('what any bytes are encoded to is decoded to the same bytes', () => {
    const encode = (bytes: Uint8Array): string =>
      Array.from(
        bytes,
        (b, i) => `=${b.toString(16).toUpperCase().padStart(2, '0')}${i % 20 === 19 ? '=\r\n' : ''}`,
      ).join('');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeTransfer(Buffer.from(encode(bytes)), 'quoted-printable')).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('base64', () => {
  test('line ends are skipped, and an incomplete end costs only itself', () => {
    expect(decoded('SGVsbG8g\r\nd29ybGQ', 'base64')).toBe('Hello world');
    expect(decoded('SGVsbG8gd29ybG', ' BASE64 ')).toBe('Hello worl');
  });
});

test('an encoding that nobody knows leaves the bytes alone', () => {
  expect(decoded('=41', '8bit')).toBe('=41');
  expect(decoded('=41', 'x-uuencode')).toBe('=41');
});

test("the Q encoding of encoded words reads '_' as a space", () => {
  expect(decodeQ('Hello_=C3=BC=').toString()).toBe('Hello ü=');
});

test('any bytes in any encoding come out no longer than they went in', () => {
  const encoding = fc.constantFrom('base64', 'quoted-printable', '7bit', '');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), encoding, (bytes, name) => {
      expect(decodeTransfer(Buffer.from(bytes), name).length).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 2000 },
  );
});
