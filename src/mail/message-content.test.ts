import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headerValue, readHeaders } from './header-reader.ts';
import { BODY_BYTES, ContentReader, HEADER_BYTES, messageContent, VALUE_CHARACTERS } from './message-content.ts';

const HEADER = [
  'Received: from x',
  '\tby y',
  'From: =?utf-8?Q?J=C3=BCrgen?= <juergen@customer.example>',
  'subject: =?utf-8?B?UmVjaG51bmc=?=',
  ' 7',
  'Message-ID: <seven@customer.example>',
  '',
].join('\r\n');
const MESSAGE = `${HEADER}\r\nPlease find the invoice.\r\n`;

const readAll = (message: string) => {
  const reader = new ContentReader();
  reader.write(Buffer.from(message));
  return reader.end();
};

test('a message says who, what and its first words', () => {
  const content = {
    headerFrom: 'Jürgen <juergen@customer.example>',
    subject: 'Rechnung 7',
    messageId: '<seven@customer.example>',
    textHead: 'Please find the invoice.',
    replyTo: [],
    isReply: false,
    isAutomatic: false,
    linkHosts: [],
    misleadingLinks: 0,
    spam: undefined,
  };
  expect(messageContent(readHeaders(Buffer.from(HEADER)), Buffer.from('Please find the invoice.'))).toEqual(content);
  expect(readAll(MESSAGE)).toEqual(content);
});

test('an empty message is empty content', () => {
  expect(new ContentReader().end()).toEqual({
    headerFrom: '',
    subject: '',
    messageId: '',
    textHead: '',
    replyTo: [],
    isReply: false,
    isAutomatic: false,
    linkHosts: [],
    misleadingLinks: 0,
    spam: undefined,
  });
});

test('says where answers go, what it answers, and where its links lead', () => {
  const content = readAll(
    [
      'Reply-To: "Anna" <Anna@Far.example>, b@far.example',
      'In-Reply-To: <6@customer.example>',
      'Auto-Submitted: auto-replied (vacation)',
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      '',
      'See https://a.example/x',
      '--b',
      'Content-Type: text/html',
      '',
      '<a href="https://b.example/x">https://a.example/x</a>',
      '--b--',
    ].join('\r\n'),
  );
  expect(content).toMatchObject({
    replyTo: ['anna@far.example', 'b@far.example'],
    isReply: true,
    isAutomatic: true,
    linkHosts: ['a.example', 'b.example'],
    misleadingLinks: 1,
  });
});

test.each([
  ['Auto-Submitted: no', false],
  ['Auto-Submitted: NO (person)', false],
  ['Auto-Submitted: auto-generated', true],
  ['Auto-Submitted: nobody', true],
  ['References: <a@b>', false],
])('%s: automatic %s', (field, automatic) => {
  expect(readAll(`${field}\r\n\r\n`).isAutomatic).toBe(automatic);
});

test('the first From counts where there are several', () => {
  expect(readAll('From: a@b\r\nFrom: c@d\r\n\r\n').headerFrom).toBe('a@b');
});

test('no value is longer than a line may be, whatever was sent', () => {
  const content = readAll(`From: ${'x'.repeat(20_000)}\r\nSubject: =?utf-8?B?${'8J+YgA=='.repeat(2000)}?=\r\n\r\n`);
  expect(content.headerFrom).toHaveLength(VALUE_CHARACTERS);
  expect(content.subject.length).toBeLessThanOrEqual(VALUE_CHARACTERS);
  expect(content.subject.isWellFormed()).toBe(true);
});

test("the content filter's word goes in", () => {
  const reader = new ContentReader();
  reader.write(Buffer.from('From: a@x.example\r\nX-Spam: Yes\r\n\r\n'));
  expect(reader.end((headers) => headerValue(headers, 'x-spam')?.trim() === 'Yes').spam).toBe(true);
});

describe('a stream', () => {
  test('gives the same whatever pieces it comes in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(MESSAGE.length), { maxLength: 20 }), fc.boolean(), (cuts, isBare) => {
        const bytes = Buffer.from(isBare ? MESSAGE.replaceAll('\r\n', '\n') : MESSAGE);
        const reader = new ContentReader();
        let from = 0;
        for (const cut of cuts.toSorted((a, b) => a - b)) {
          reader.write(bytes.subarray(from, Math.max(from, cut)));
          from = Math.max(from, cut);
        }
        reader.write(bytes.subarray(from));
        expect(reader.end()).toEqual(readAll(MESSAGE));
      }),
      { numRuns: 1000 },
    );
  });

  test('is read up to BODY_BYTES behind the header, and no further', () => {
    const reader = new ContentReader();
    reader.write(Buffer.from(`${HEADER}\r\n${' '.repeat(BODY_BYTES)}`));
    for (let i = 0; i < 1000; i++) reader.write(Buffer.alloc(65_536, 'x'));
    expect(reader.end()).toMatchObject({ subject: 'Rechnung 7', textHead: '' });
  });

  test('whose header does not end gives what its beginning says, and no text', () => {
    const reader = new ContentReader();
    reader.write(Buffer.from('From: a@b\r\n'));
    for (let i = 0; i < 10; i++) reader.write(Buffer.from(`X-Filler: ${'x'.repeat(HEADER_BYTES / 4)}\r\n`));
    reader.write(Buffer.from('Subject: late\r\n\r\ntext'));
    expect(reader.end()).toMatchObject({ headerFrom: 'a@b', subject: '', textHead: '' });
  });

  test('keeps nothing of the memory that it was given', () => {
    const chunk = Buffer.from(MESSAGE);
    const reader = new ContentReader();
    reader.write(chunk);
    chunk.fill('x');
    expect(reader.end().subject).toBe('Rechnung 7');
  });

  test('of any bytes is read without a fault, within bounds', () => {
    const piece = fc.constantFrom(
      'From:',
      'Subject: ',
      'Content-Type: text/html',
      '\r\n',
      '\r\n\r\n',
      '\n',
      '\r',
      '=?utf-8?Q?',
      '\0',
    );
    const chunk = fc.oneof(
      piece.map((text) => Buffer.from(text)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 60 }), (chunks) => {
        const reader = new ContentReader();
        for (const bytes of chunks) reader.write(bytes);
        const { headerFrom, subject, messageId, textHead } = reader.end();
        for (const value of [headerFrom, subject, messageId])
          expect(value.length).toBeLessThanOrEqual(VALUE_CHARACTERS);
        expect(textHead.length).toBeLessThanOrEqual(300);
      }),
      { numRuns: 3000 },
    );
  });
});
