import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientPayload, macros, strings } from './mail-server-side.ts';
import { declaredSize, readClient, readHeader, readMacros, readStrings, refusalCode } from './read-request.ts';

describe('CONNECT', () => {
  test.each([
    [
      'an IPv4 client',
      clientPayload('mail.customer.example', '4', 40_007, '192.0.2.7'),
      'mail.customer.example',
      '192.0.2.7',
      40_007,
    ],
    ['IPv6', clientPayload('m', '6', 65_535, '2001:DB8:0::7'), 'm', '2001:db8::7', 65_535],
    ['IPv6 as Sendmail writes it', clientPayload('m', '6', 1, 'IPv6:2001:db8::7'), 'm', '2001:db8::7', 1],
    ['IPv4-mapped IPv6', clientPayload('m', '6', 1, '::ffff:192.0.2.7'), 'm', '192.0.2.7', 1],
    ["no name, in Postfix's words", clientPayload('unknown', '4', 1, '192.0.2.7'), undefined, '192.0.2.7', 1],
    ['no name, its address instead', clientPayload('[192.0.2.7]', '4', 1, '192.0.2.7'), undefined, '192.0.2.7', 1],
    ['no name at all', clientPayload('', '4', 1, '192.0.2.7'), undefined, '192.0.2.7', 1],
    ['a Unix socket', clientPayload('localhost', 'L', 0, '/run/x'), 'localhost', 'unknown', 0],
    ['a Unix socket whose path looks like an address', clientPayload('m', 'L', 7, '192.0.2.7'), 'm', 'unknown', 0],
    ['an unknown family', clientPayload('m', 'U', 0, ''), 'm', 'unknown', 0],
    ['no address where one belongs', clientPayload('m', '4', 7, 'nonsense'), 'm', 'unknown', 0],
  ])('%s', (_, payload, name, address, port) => {
    expect(readClient(payload)).toEqual({ name, address, port });
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a name without its end', Buffer.from('mail')],
    ['a family that nobody knows', clientPayload('m', 'X', 1, '192.0.2.7')],
    ['no family', Buffer.from('m\0')],
    ['no address', Buffer.from('m\x004\0\x01')],
    ['an address without its end', Buffer.from('m\x004\0\x01192.0.2.7')],
  ])('%s is malformed', (_, payload) => {
    expect(readClient(payload)).toBeUndefined();
  });
});

test('strings end with NUL, each', () => {
  expect(readStrings(strings('<a@b>', 'SIZE=7'))).toEqual(['<a@b>', 'SIZE=7']);
  expect(readStrings(strings(''))).toEqual(['']);
  expect(readStrings(Buffer.from('<a@b>'))).toBeUndefined();
  expect(readStrings(Buffer.alloc(0))).toBeUndefined();
});

test('internationalised addresses are read, also from a client that writes ISO 8859-1', () => {
  expect(readStrings(strings('<jürgen@bücher.example>'))?.[0]).toBe('<jürgen@bücher.example>');
  expect(readStrings(Buffer.from('<jürgen@b>\0', 'latin1'))?.[0]).toBe('<jürgen@b>');
});

test('a header field may contain NUL in its value, not in its name', () => {
  expect(readHeader(Buffer.from('Subject\0one\0two\0'))).toEqual(['Subject', 'one\0two']);
  expect(readHeader(strings('Subject', ''))).toEqual(['Subject', '']);
  for (const bad of ['', 'Subject', 'Subject\0', 'Subject\0value'])
    expect(readHeader(Buffer.from(bad))).toBeUndefined();
});

test('of a long header field only the beginning is kept', () => {
  expect(readHeader(strings('Subject', 'x'.repeat(100_000)))?.[1]).toHaveLength(8192);
});

describe('macros', () => {
  const read = (values: Record<string, string>) => readMacros(macros('M', values).subarray(6));

  test('have their names without braces; an empty one is absent', () => {
    expect(read({ i: '4X1', auth_authen: 'Alice', auth_type: '' })).toEqual(
      new Map([
        ['i', '4X1'],
        ['auth_authen', 'Alice'],
      ]),
    );
    expect(read({})).toEqual(new Map());
  });

  test('are plain text, not xtext: a plus is a plus', () => {
    expect(read({ cert_subject: 'Drucker +20 Büro' })?.get('cert_subject')).toBe('Drucker +20 Büro');
  });

  test('without a value, or without an end, are malformed', () => {
    expect(readMacros(Buffer.from('i\0'))).toBeUndefined();
    expect(readMacros(Buffer.from('i\0x'))).toBeUndefined();
  });
});

test('a recipient that the mail server refused is told by its macros', () => {
  const code = (values: Record<string, string>) => refusalCode(new Map(Object.entries(values)));
  expect(code({ rcpt_mailer: 'smtp', rcpt_host: 'far.example', rcpt_addr: 'a@far.example' })).toBeUndefined();
  expect(code({})).toBeUndefined();
  expect(code({ rcpt_mailer: 'error', rcpt_host: '5.1.1', rcpt_addr: 'Recipient address rejected' })).toBe(550);
  expect(code({ rcpt_mailer: 'error', rcpt_host: '4.2.1' })).toBe(450);
  expect(code({ rcpt_mailer: 'error' })).toBe(550);
});

test('SIZE is read where the client declared one', () => {
  expect(declaredSize(['<a@b>', 'BODY=8BITMIME', 'size=1234'])).toBe(1234);
  for (const none of [[], ['SIZE='], ['SIZE=x'], ['SIZE=99999999999999999999']]) expect(declaredSize(none)).toBe(0);
});

test('any payload is read without a fault', () => {
  const piece = fc.constantFrom('\0', '4', '6', 'U', 'L', '<a@b>', '{i}', '192.0.2.7');
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.uint8Array({ maxLength: 9 })), { maxLength: 12 }), (pieces) => {
      const payload = Buffer.concat(pieces.map((each) => Buffer.from(each as Uint8Array)));
      const client = readClient(payload);
      if (client !== undefined) expect(client.address).toMatch(/^(unknown|[0-9a-f.:]+)$/);
      readStrings(payload);
      readHeader(payload);
      readMacros(payload);
    }),
    { numRuns: 3000 },
  );
});
