import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine } from './one-line.ts';

test('control characters and direction marks are written out', () => {
  expect(oneLine('a\r\nBcc: eve@evil.example')).toBe('a\\x0d\\x0aBcc: eve@evil.example');
  expect(oneLine('invoice\u202efdp.exe\u2028\u0085')).toBe('invoice\\u202efdp.exe\\u2028\\x85');
});

test('a long text is cut, and says so', () => {
  expect(oneLine('x'.repeat(1_000_000), 10)).toBe(`${'x'.repeat(9)}…`);
});

test('whatever comes in, one well-formed line comes out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
      const line = oneLine(text);
      expect(line.isWellFormed()).toBe(true);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    }),
  );
});
