import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHeader } from './encoded-word.ts';

test.each([
  ['plain text', ' Invoice 7', 'Invoice 7'],
  ['a folded line', 'one\r\n two\n\tthree', 'one two three'],
  ['Q', '=?iso-8859-1?Q?Gr=F6=DFe_7?=', 'Größe 7'],
  ['B', '=?UTF-8?B?UmVjaG51bmcgZsO8ciBOb3ZlbWJlcg==?=', 'Rechnung für November'],
  ['a language (RFC 2231 5)', '=?utf-8*de?Q?=C3=BC?=', 'ü'],
  ['text around words', 'Re: =?utf-8?Q?=C3=BC?= (7)', 'Re: ü (7)'],
  ['words that follow each other', '=?utf-8?Q?a?= =?utf-8?Q?b?=\r\n =?utf-8?Q?c?=', 'abc'],
  ['words parted by text', '=?utf-8?Q?a?= x =?utf-8?Q?b?=', 'a x b'],
  ['a character that a sender cut in two', '=?utf-8?B?w7w=?= =?utf-8?Q?=C3?= =?utf-8?Q?=BC?=', 'üü'],
  ['raw UTF-8', 'Größe', 'Größe'],
  ['an unknown charset', '=?x-klingon?Q?abc?=', 'abc'],
  ['a word without its end', '=?utf-8?Q?abc', '=?utf-8?Q?abc'],
  ['an unknown encoding', '=?utf-8?X?abc?=', '=?utf-8?X?abc?='],
  ['an address with a name', '=?utf-8?Q?J=C3=BCrgen?= <j@customer.example>', 'Jürgen <j@customer.example>'],
])('%s is decoded', (_, value, text) => {
  expect(decodeHeader(value)).toBe(text);
});

test('an encoded line end or terminal sequence becomes a space: nobody can forge a line with it', () => {
  expect(decodeHeader('=?utf-8?Q?one=0D=0ABcc:_x=1B[2J=00?=')).toBe('one Bcc: x [2J');
});

test('what is encoded comes back', () => {
  const encodings = [
    (bytes: Buffer) => `=?utf-8?B?${bytes.toString('base64')}?=`,
    (bytes: Buffer) => `=?utf-8?Q?${Array.from(bytes, (b) => `=${b.toString(16).padStart(2, '0')}`).join('')}?=`,
  ];
  const text = fc
    .array(fc.constantFrom('a', 'Z', '?', '=', '_', 'é', '€', '😀', 'x y'), { maxLength: 30 })
    .map((characters) => characters.join(''));
  fc.assert(
    fc.property(text, fc.constantFrom(...encodings), fc.nat(60), (original, encode, cut) => {
      const bytes = Buffer.from(original);
      // Cut anywhere, also within a character, as some senders do.
      const words = [bytes.subarray(0, cut), bytes.subarray(cut)].map((half) => encode(half));
      expect(decodeHeader(words.join('\r\n '))).toBe(original);
    }),
    { numRuns: 1000 },
  );
});

test('any value becomes one line', () => {
  const piece = fc.constantFrom(
    '=?',
    '?=',
    '?Q?',
    '?B?',
    'utf-8',
    '\r\n ',
    '\n',
    '_',
    '=3D',
    '=0A',
    '\0',
    '\u001b',
    '\u009f',
    'é',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the claim
      expect(decodeHeader(pieces.join(''))).not.toMatch(/[\u0000-\u001f\u007f]/);
    }),
    { numRuns: 3000 },
  );
});
