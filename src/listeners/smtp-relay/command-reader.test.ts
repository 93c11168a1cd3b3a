import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommandReader, LONGEST_AUTH_LINE, LONGEST_COMMAND } from './command-reader.ts';

/** Everything that the reader makes of these chunks. */
function read(chunks: readonly Buffer[], longest?: number): { lines: string[]; malformed: string | undefined } {
  const reader = new CommandReader();
  const lines: string[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let line = reader.next(longest); line !== undefined; line = reader.next(longest)) lines.push(line);
  }
  return { lines, malformed: reader.malformed };
}

const readText = (text: string): ReturnType<typeof read> => read([Buffer.from(text, 'latin1')]);

/** The same bytes, cut at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
}

/** Bytes in which line ends, NUL and long stretches are frequent. */
const wildBytes = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('\r\n', '\r', '\n', '\0', 'MAIL FROM:<a@b>', 'é', 'x'.repeat(1_500)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

describe('the command reader', () => {
  test('gives the lines of a batch in order, each without its CRLF', () => {
    expect(readText('MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n')).toEqual({
      lines: ['MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA'],
      malformed: undefined,
    });
  });

  test('reads any bytes in any chunks as it reads them whole', () => {
    fc.assert(
      fc.property(wildBytes, fc.array(fc.nat(), { maxLength: 8 }), (bytes, places) => {
        expect(read(cut(bytes, places))).toEqual(read([bytes]));
      }),
      { numRuns: 3_000 },
    );
  });

  test('gives a line only where it ends in CRLF and holds no other CR, LF or NUL', () => {
    fc.assert(
      fc.property(wildBytes, (bytes) => {
        const { lines, malformed } = read([bytes]);
        for (const line of lines) expect(line).not.toMatch(/[\r\n\0]/);
        const asRead = Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
        expect(bytes.subarray(0, asRead.length)).toEqual(asRead);
        if (malformed === undefined) expect(bytes.subarray(asRead.length).includes('\n')).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['a bare LF', 'NOOP\nNOOP\r\n', 'a line feed without carriage return'],
    ['an empty line that is a bare LF', '\nNOOP\r\n', 'a line feed without carriage return'],
    ['a bare CR', 'NO\rOP\r\n', 'a carriage return without line feed'],
    ['CR CR LF', 'NOOP\r\r\n', 'a carriage return without line feed'],
    ['a NUL byte', 'NO\0OP\r\n', 'a NUL byte'],
    ['latin1', 'MAIL FROM:<j\xfcrgen@b>\r\n', 'bytes that are neither ASCII nor UTF-8'],
  ])('stops at %s, and reads nothing behind it', (_, text, malformed) => {
    expect(readText(text)).toEqual({ lines: [], malformed });
  });

  test('gives UTF-8 as it is', () => {
    expect(read([Buffer.from('MAIL FROM:<jürgen@bücher.example>\r\n')]).lines).toEqual([
      'MAIL FROM:<jürgen@bücher.example>',
    ]);
  });

  test('takes a line of the longest length, and no longer one', () => {
    const longest = 'x'.repeat(LONGEST_COMMAND - 2);
    expect(readText(`${longest}\r\n`).lines).toEqual([longest]);
    expect(readText(`${longest}x\r\n`).malformed).toBe('a line of more than 2048 octets');
    expect(read([Buffer.from(`${'x'.repeat(LONGEST_AUTH_LINE - 2)}\r\n`)], LONGEST_AUTH_LINE).lines).toHaveLength(1);
  });

  test('gives a line of 10 MB up as soon as it is too long, and keeps nothing of it', () => {
    const reader = new CommandReader();
    let pushed = 0;
    while (reader.malformed === undefined) {
      reader.push(Buffer.alloc(1_000, 'x'));
      reader.next();
      pushed += 1_000;
    }
    expect(pushed).toBeLessThanOrEqual(LONGEST_COMMAND + 1_000);
    reader.push(Buffer.alloc(10_000_000, 'x'));
    expect(reader.take()).toHaveLength(0);
  });

  test('hands over what follows, byte for byte', () => {
    const reader = new CommandReader();
    reader.push(Buffer.from('DATA\r\nhalf a l\0ine\n'));
    expect(reader.next()).toBe('DATA');
    expect(reader.take().toString()).toBe('half a l\0ine\n');
    expect(reader.take()).toHaveLength(0);
    reader.push(Buffer.from('QUIT\r\n'));
    expect(reader.next()).toBe('QUIT');
  });
});
