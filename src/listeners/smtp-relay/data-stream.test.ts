import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DataFault, DataStream } from './data-stream.ts';

const MOST = 1_000_000;

interface Passed {
  /** What was handed on before the end. */
  readonly passed: string;
  readonly end: string;
  readonly isOver: boolean;
  readonly fault: DataFault | undefined;
  readonly rest: string;
  readonly messageBytes: number;
}

function pass(chunks: readonly Buffer[], most = MOST): Passed {
  const stream = new DataStream(most);
  let passed = '';
  let rest = '';
  for (const chunk of chunks) {
    if (stream.isOver) rest += chunk.toString('latin1');
    else for (const bytes of stream.push(chunk)) passed += bytes.toString('latin1');
  }
  return {
    passed,
    end: stream.isOver && stream.fault === undefined ? stream.end.toString('latin1') : '',
    isOver: stream.isOver,
    fault: stream.fault,
    rest: stream.rest.toString('latin1') + rest,
    messageBytes: stream.messageBytes,
  };
}

const passText = (text: string, most?: number): Passed => pass([Buffer.from(text, 'latin1')], most);

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
}

const cuts = fc.array(fc.nat(), { maxLength: 10 });
/** Pieces of which ends of messages are made, and a few harmless bytes. */
const pieces = fc.constantFrom('\r', '\n', '.', '\r\n', '.\r\n', '\r\n.\r\n', '\0', 'a', 'bc', '\t', ' ', '\xff');
const wildBytes = fc.array(pieces, { maxLength: 16 }).map((parts) => Buffer.from(parts.join(''), 'latin1'));
/** Whole lines as a good client sends them: no CR, LF or NUL inside, dots stuffed. */
const goodLine = fc
  .array(fc.oneof(fc.constantFrom('.', '..', 'a', '\t', '\x01', '\xff'), fc.string({ maxLength: 6 })), { maxLength: 5 })
  .map((parts) =>
    parts
      .join('')
      .replace(/[\r\n\0]/g, '')
      .replace(/^\./, '..'),
  );
const goodMessage = fc.array(goodLine, { maxLength: 8 }).map((lines) => lines.map((line) => `${line}\r\n`).join(''));

describe('the data stream', () => {
  test('hands a good message on byte for byte, whatever the chunks; its last line end and the dot come apart', () => {
    fc.assert(
      fc.property(goodMessage, cuts, fc.string({ maxLength: 10 }), (message, places, behind) => {
        const bytes = Buffer.from(`${message}.\r\n${behind}`);
        const result = pass(cut(bytes, places));
        const whole = Buffer.from(`${message}.\r\n`).toString('latin1');
        expect(result).toEqual({
          passed: whole.slice(0, message === '' ? 0 : -5),
          end: message === '' ? '.\r\n' : '\r\n.\r\n',
          isOver: true,
          fault: undefined,
          rest: Buffer.from(behind).toString('latin1'),
          messageBytes: whole.length - 3,
        });
      }),
      { numRuns: 5_000 },
    );
  });

  test('never hands on an end of the message, nor a bare CR, a bare LF or a NUL', () => {
    fc.assert(
      fc.property(wildBytes, cuts, (bytes, places) => {
        const { passed, end, fault } = pass(cut(bytes, places));
        const sent = passed + end;
        expect(`\r\n${passed}`).not.toMatch(/\r\n\.\r\n/);
        expect(sent).not.toMatch(/\0|\r(?!\n)|(?<!\r)\n/);
        if (fault !== undefined) expect(end).toBe('');
        expect(bytes.toString('latin1').startsWith(sent)).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  test('says of any bytes the same, whatever the chunks', () => {
    fc.assert(
      fc.property(wildBytes, cuts, (bytes, places) => {
        const { isOver, fault, rest, end } = pass([bytes]);
        expect(pass(cut(bytes, places))).toMatchObject({ isOver, fault, rest, end });
      }),
      { numRuns: 10_000 },
    );
  });

  test('ends where the first CRLF.CRLF is, and nowhere else', () => {
    fc.assert(
      fc.property(wildBytes, (bytes) => {
        const text = bytes.toString('latin1');
        const end = `\r\n${text}`.indexOf('\r\n.\r\n');
        const message = end === -1 ? text : text.slice(0, end + 3);
        // A CR at the very end may still be followed by its LF.
        const isGood = !/\0|\r(?!\n|$)|(?<!\r)\n/.test(message);
        const result = passText(text);
        expect(result.fault === undefined).toBe(isGood);
        if (isGood) {
          expect(result.isOver).toBe(end !== -1);
          expect(result.rest).toBe(end === -1 ? '' : text.slice(end + 3));
        }
      }),
      { numRuns: 10_000 },
    );
  });

  test.each([
    ['LF.LF', 'a\n.\n', 'bare-lf'],
    ['LF.CRLF', 'a\n.\r\n', 'bare-lf'],
    ['LF.CR', 'a\n.\r', 'bare-lf'],
    ['CR.CR', 'a\r.\r', 'bare-cr'],
    ['CR.LF', 'a\r.\n', 'bare-cr'],
    ['CR.CRLF', 'a\r.\r\n', 'bare-cr'],
    ['CRLF.LF', 'a\r\n.\n', 'bare-lf'],
    ['CRLF.CR', 'a\r\n.\rMAIL', 'bare-cr'],
    ['CRCRLF.CRCRLF', 'a\r\r\n.\r\r\n', 'bare-cr'],
    ['CRLF NUL .CRLF', 'a\r\n\0.\r\n.\r\n', 'nul'],
  ] as const)('%s is a fault, and ends the message for whoever believes in it', (_, text, fault) => {
    const result = passText(text);
    expect(result).toMatchObject({ fault, isOver: true, end: '' });
    expect(result.passed).not.toContain('.');
  });

  test('a bare LF in a text is a fault, and the rest is read up to the dot', () => {
    expect(passText('one\ntwo\r\nthree\r\n.\r\nQUIT\r\n')).toMatchObject({
      passed: '',
      fault: 'bare-lf',
      isOver: true,
    });
    expect(passText('one\ntwo\r\nthree\r\n')).toMatchObject({ fault: 'bare-lf', isOver: false });
  });

  test('a NUL is a fault that does not hide the end', () => {
    expect(passText('a\0b\r\n.\r\nQUIT\r\n')).toMatchObject({ fault: 'nul', isOver: true, rest: 'QUIT\r\n' });
  });

  test('a message may have exactly so many bytes, and not one more', () => {
    const message = `${'x'.repeat(98)}\r\n`;
    expect(passText(`${message}.\r\n`, 100)).toMatchObject({ fault: undefined, messageBytes: 100 });
    expect(passText(`x${message}.\r\nQUIT\r\n`, 100)).toMatchObject({
      fault: 'too-large',
      isOver: true,
      rest: 'QUIT\r\n',
    });
  });

  test('a message that is too large is given up before its end', () => {
    const stream = new DataStream(100);
    expect(stream.push(Buffer.alloc(101, 'x'))).toEqual([]);
    expect(stream.fault).toBe('too-large');
    expect(stream.push(Buffer.from('more'))).toEqual([]);
    expect(stream.isOver).toBe(false);
  });

  test('a bare LF counts also in a message that is too large already', () => {
    expect(passText(`${'x'.repeat(200)}\r\n\n.\nMAIL`, 100).fault).toBe('bare-lf');
    const stream = new DataStream(100);
    stream.push(Buffer.alloc(101, 'x'));
    stream.push(Buffer.from('\n'));
    expect(stream.fault).toBe('bare-lf');
  });
});
