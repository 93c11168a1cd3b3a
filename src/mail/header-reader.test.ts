import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyStart, headerValue, readHeaders } from './header-reader.ts';

const read = (text: string) => readHeaders(Buffer.from(text));

test('fields come in order, folded values with their folds', () => {
  expect(read('From: a@b\r\nSubject: one\r\n two\r\n\tthree\r\nTo: c@d\r\n')).toEqual([
    ['From', ' a@b'],
    ['Subject', ' one\r\n two\r\n\tthree'],
    ['To', ' c@d'],
  ]);
});

test('bare line feeds end lines, too', () => {
  expect(read('From: a@b\nSubject: x\n y\n')).toEqual([
    ['From', ' a@b'],
    ['Subject', ' x\n y'],
  ]);
});

test('a last line without its end counts; a line that is no field does not', () => {
  expect(read('nonsense\r\n: no name\r\nFrom : a@b\r\nSubject: cut o')).toEqual([
    ['From', ' a@b'],
    ['Subject', ' cut o'],
  ]);
});

test('a colon of the next line makes no field of this one', () => {
  expect(read('nonsense\r\nFrom: a@b')).toEqual([['From', ' a@b']]);
});

test('the value of a name is that of its first field, in whatever case', () => {
  const headers = read('SUBJECT: one\r\nSubject: two\r\n');
  expect(headerValue(headers, 'subject')).toBe(' one');
  expect(headerValue(headers, 'from')).toBeUndefined();
});

test.each([
  ['From: a\r\n\r\nbody', 11],
  ['From: a\n\nbody', 9],
  ['\r\nbody', 2],
  ['\nbody', 1],
  ['From: a\r\n\r', -1],
  ['From: a\r\n', -1],
  ['', -1],
])('the body of %j begins at %i', (text, at) => {
  expect(bodyStart(Buffer.from(text))).toBe(at);
});

test('what is written as fields is read as the same fields', () => {
  const name = fc.stringMatching(/^[!-9;-~]{1,20}$/);
  const value = fc.stringMatching(/^[ -~äöü€]{0,40}$/);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, value), { maxLength: 10 }),
      fc.constantFrom('\r\n', '\n'),
      (fields, lineEnd) => {
        const text = fields.map(([n, v]) => `${n}:${v}${lineEnd}`).join('');
        expect(read(text)).toEqual(fields);
        expect(bodyStart(Buffer.from(`${text}${lineEnd}x`))).toBe(Buffer.from(text).length + lineEnd.length);
      },
    ),
  );
});

test('any bytes are read without a fault', () => {
  const piece = fc.constantFrom('\r\n', '\n', '\r', ':', ' ', '\t', '\0', 'From', '=?', 'é');
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }), (pieces) => {
      const bytes = Buffer.from(pieces.join(''));
      for (const [name] of readHeaders(bytes)) expect(name).not.toMatch(/[:\n]/);
      const at = bodyStart(bytes);
      expect(at).toBeLessThanOrEqual(bytes.length);
      if (at !== -1) expect(bytes[at - 1]).toBe(0x0a);
    }),
    { numRuns: 3000 },
  );
});
