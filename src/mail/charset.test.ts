import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText, decodeBytes, decodeCharset } from './charset.ts';

test('header bytes are UTF-8 where they can be, else ISO 8859-1', () => {
  expect(decodeBytes(Buffer.from('Jürgen'))).toBe('Jürgen');
  expect(decodeBytes(Buffer.from('Jürgen', 'latin1'))).toBe('Jürgen');
});

test.each([
  ['utf-8', Buffer.from('Größe'), 'Größe'],
  ['UTF-8', Buffer.from('Größe'), 'Größe'],
  ['iso-8859-1', Buffer.from('Größe', 'latin1'), 'Größe'],
  ['windows-1252', Buffer.from([0x80]), '€'],
  ['koi8-r', Buffer.from([0xf0, 0xd2, 0xc9]), 'При'],
  ['shift_jis', Buffer.from([0x82, 0xa0]), 'あ'],
  ['utf-16le', Buffer.from('hé', 'utf16le'), 'hé'],
])('text in %s is read', (charset, bytes, text) => {
  expect(decodeCharset(bytes, charset)).toBe(text);
});

test('an unknown charset is read as unlabelled text', () => {
  expect(decodeCharset(Buffer.from('Größe'), 'x-klingon')).toBe('Größe');
  expect(decodeCharset(Buffer.from('Größe', 'latin1'), 'x-klingon')).toBe('Größe');
});

test('unlabelled UTF-8 that ends within a character is still UTF-8', () => {
  for (const text of ['ü', '€', '😀']) {
    const bytes = Buffer.from(`Größe ${text}`);
    expect(decodeCharset(bytes.subarray(0, -1), 'us-ascii')).toBe('Größe ');
  }
});

test('a thousand invented charsets, one after another, are no burden and change no answer', () => {
  for (let i = 0; i < 1000; i++) expect(decodeCharset(Buffer.from('ü'), `x-${i}`)).toBe('ü');
  expect(decodeCharset(Buffer.from('ü', 'latin1'), 'iso-8859-1')).toBe('ü');
});

test('any bytes under any label become a text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, charset) => {
      expect(typeof decodeCharset(Buffer.from(bytes), charset)).toBe('string');
    }),
    { numRuns: 2000 },
  );
});

test('a cut never halves a character', () => {
  expect(cutText('ab😀', 3)).toBe('ab');
  expect(cutText('ab😀', 4)).toBe('ab😀');
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', ' ', 'é', '€', '😀')), fc.nat(20), (characters, length) => {
      const text = characters.join('');
      const cut = cutText(text, length);
      expect(text.startsWith(cut)).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(cut.isWellFormed()).toBe(true);
    }),
  );
});
