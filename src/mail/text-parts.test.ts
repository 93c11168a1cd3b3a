import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HeaderField, readHeaders } from './header-reader.ts';
import { TEXT_CHARACTERS, textHead, textParts } from './text-parts.ts';

const headOfBody = (headers: readonly HeaderField[], body: Buffer): string => textHead(textParts(headers, body));

/** Header fields, an empty line, a body. */
function headOf(...lines: string[]): string {
  const text = lines.join('\r\n');
  const gap = text.indexOf('\r\n\r\n');
  return headOfBody(readHeaders(Buffer.from(text.slice(0, gap))), Buffer.from(text.slice(gap + 4)));
}

describe('a message of one part', () => {
  test('without a type is text', () => {
    expect(headOf('From: a', '', 'Hello,  you\r\n\r\n\tthere')).toBe('Hello, you there');
  });

  test('is decoded: quoted-printable', () => {
    expect(
      headOf(
        'Content-Type: text/plain; charset=ISO-8859-1',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Gr=F6=',
        '=DFe',
      ),
    ).toBe('Größe');
  });

  test('is decoded: base64 cut in the middle', () => {
    const base64 = Buffer.from('Größe und mehr').toString('base64');
    expect(
      headOf('Content-Type: text/plain; charset="utf-8"', 'Content-Transfer-Encoding: base64', '', base64.slice(0, 13)),
    ).toBe('Größe u');
  });

  test('is shown as its text where it is HTML', () => {
    expect(headOf('Content-Type: text/html', '', '<style>p{}</style><p>Hello <b>you</b></p>')).toBe('Hello you');
  });

  test.each(['application/pdf', 'image/png', 'multipart-nonsense/x'])('is no text where it is %s', (type) => {
    expect(headOf(`Content-Type: ${type}`, '', 'JVBERi0xLjQ')).toBe('');
  });

  test.each(['text', 'nonsense', ';'])('is text where its type is the malformed %j (RFC 2045 5.2)', (type) => {
    expect(headOf(`Content-Type: ${type}`, '', 'Hello')).toBe('Hello');
  });
});

describe('a multipart message', () => {
  const alternative = [
    'Content-Type: multipart/alternative; charset=x; boundary="=_b 1"',
    '',
    'This is a multi-part message in MIME format.',
    '--=_b 1',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'plain =C3=BC',
    '--=_b 1',
    'Content-Type: text/html',
    '',
    '<p>html</p>',
    '--=_b 1--',
    'epilogue',
  ];

  test('shows its first text, decoded as that part says', () => {
    expect(headOf(...alternative)).toBe('plain ü');
  });

  test('shows the next text where the first is empty', () => {
    expect(headOf(...alternative.with(7, '  '))).toBe('html');
  });

  test('may contain others', () => {
    expect(
      headOf(
        ...[
          'Content-Type: multipart/mixed; boundary=out',
          '',
          '--out',
          'Content-Type: multipart/related;',
          ' boundary=in',
          '',
        ],
        ...['--in', 'Content-Type: image/png', '', 'xxxx', '--in', '', 'inner text', '--in--', '--out--'],
      ),
    ).toBe('inner text');
  });

  test('shows the text of a forwarded message', () => {
    expect(
      headOf(
        ...['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: message/rfc822', ''],
        ...['From: x', 'Content-Type: text/html', '', '<b>forwarded</b>', '--b--'],
      ),
    ).toBe('forwarded');
  });

  test('is cut anywhere without harm', () => {
    const whole = alternative.slice(2).join('\r\n');
    const headers = readHeaders(Buffer.from(alternative[0]!));
    const secondPart = whole.lastIndexOf('Content-Type');
    for (let end = 0; end <= whole.length; end++) {
      const text = headOfBody(headers, Buffer.from(whole.slice(0, end)));
      if (end < secondPart) expect(text).toMatch(/^(p|pl|pla|plai|plain.*)?$/);
      else expect(text).toBe('plain ü');
    }
  });

  test('whose boundary is nowhere has no text; one without a boundary is read as it stands', () => {
    expect(headOf('Content-Type: multipart/mixed; boundary=b', '', 'preamble', '--c')).toBe('');
    expect(headOf('Content-Type: multipart/mixed', '', 'Hello')).toBe('Hello');
  });

  test('a delimiter within a line is none', () => {
    expect(headOf('Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'see --b here')).toBe('see --b here');
  });

  test.each([
    [5, 'inner text'],
    [10, ''],
    [1000, ''],
  ])('%i deep shows %j: how deep one looks is bounded', (depth, text) => {
    const layers = Array.from(
      { length: depth },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    );
    expect(headOf(`${layers.join('')}\r\ninner text`)).toBe(text);
  });

  test('a boundary that begins like another one is another one', () => {
    expect(
      headOf(
        ...['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: multipart/mixed; boundary=b1', ''],
        ...['--b1', '', 'first --b1 text', '--b1 \t', '', 'second', '--b1--', '--b--'],
      ),
    ).toBe('first --b1 text');
  });
});

describe('the length', () => {
  test('is TEXT_CHARACTERS at most, white space squeezed first', () => {
    expect(headOf('', '', 'word \r\n '.repeat(200))).toBe('word '.repeat(60).trimEnd());
    expect(headOf('', '', 'x'.repeat(4000))).toBe('x'.repeat(TEXT_CHARACTERS));
  });

  test('never halves a character', () => {
    expect(headOf('', '', `x${'😀'.repeat(400)}`).isWellFormed()).toBe(true);
  });
});

test('any header and any body give a short line, quickly', () => {
  const type = fc.constantFrom(
    'text/plain',
    'text/html',
    'multipart/mixed; boundary=b',
    'message/rfc822',
    'multipart/x; boundary=""',
    '',
  );
  const encoding = fc.constantFrom('base64', 'quoted-printable', '8bit', '');
  const charset = fc.constantFrom('utf-8', 'iso-2022-jp', 'utf-16', 'x', '');
  const piece = fc.constantFrom(
    '--b',
    '--b--',
    '\r\n',
    '\n',
    '\r\n\r\n',
    'Content-Type: multipart/mixed; boundary=b',
    '<',
    '&#',
    '=',
    '\0',
  );
  fc.assert(
    fc.property(
      type,
      encoding,
      charset,
      fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }),
      (t, e, c, pieces) => {
        const text = headOfBody(
          [
            ['Content-Type', `${t}; charset=${c}`],
            ['Content-Transfer-Encoding', e],
          ],
          Buffer.from(pieces.join('')).subarray(0, 4096),
        );
        expect(text.length).toBeLessThanOrEqual(TEXT_CHARACTERS);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the claim
        expect(text).not.toMatch(/[\u0000-\u001f\u007f]| {2}|^ | $/);
      },
    ),
    { numRuns: 3000 },
  );
});
