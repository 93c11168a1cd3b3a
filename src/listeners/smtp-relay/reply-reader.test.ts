import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf, ReplyReader } from './reply-reader.ts';

function read(chunks: readonly string[]): { replies: string[]; malformed: string | undefined } {
  const reader = new ReplyReader();
  const replies: string[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let reply = reader.next(); reply !== undefined; reply = reader.next()) replies.push(reply);
  }
  return { replies, malformed: reader.malformed };
}

function cut(text: string, places: readonly number[]): string[] {
  const at = places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b);
  return [0, ...at].map((from, i) => text.slice(from, at[i] ?? text.length));
}

describe('the reply reader', () => {
  test('gives replies of one line and of several, word for word', () => {
    expect(read(['220 hop\r\n250-hop\r\n250-SIZE 7\r\n250 \xe4 Ok\r\n354\r\n']).replies).toEqual([
      '220 hop',
      '250-hop\r\n250-SIZE 7\r\n250 \xe4 Ok',
      '354',
    ]);
  });

  test('takes a bare LF as the end of a line, and gives CRLF', () => {
    expect(read(['250-a\n250 b\n']).replies).toEqual(['250-a\r\n250 b']);
  });

  test('reads any bytes in any chunks as it reads them whole, and gives no reply that a client could misread', () => {
    const piece = fc.constantFrom(
      '250',
      '550',
      '-',
      ' ',
      '\r\n',
      '\n',
      '\r',
      '\0',
      'x',
      '250 Ok\r\n',
      '250-a\r\n',
      '99',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.array(fc.nat(), { maxLength: 6 }), (pieces, places) => {
        const text = pieces.join('');
        const whole = read([text]);
        expect(read(cut(text, places))).toEqual(whole);
        for (const reply of whole.replies) {
          const lines = reply.split('\r\n');
          const code = String(codeOf(reply));
          for (const [i, line] of lines.entries()) {
            expect(line).not.toMatch(/[\r\n\0]/);
            expect(line.startsWith(i === lines.length - 1 ? code : `${code}-`)).toBe(true);
          }
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['no code', 'hello\r\n', 'a line that is no SMTP reply'],
    ['a code of another world', '700 what\r\n', 'a line that is no SMTP reply'],
    ['an empty line', '\r\n', 'a line that is no SMTP reply'],
    ['a bare CR', '250 a\rb\r\n', 'a line that is no SMTP reply'],
    ['two codes in one reply', '250-a\r\n550 b\r\n', 'codes that differ'],
    ['lines without end', '250-a\r\n'.repeat(101), 'a reply of too many lines'],
    ['a line without end', 'x'.repeat(70_000), 'a reply that is too long'],
  ])('stops at %s', (_, text, malformed) => {
    expect(read([text])).toEqual({ replies: [], malformed });
  });
});
