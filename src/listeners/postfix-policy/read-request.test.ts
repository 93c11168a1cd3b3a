import { StringDecoder } from 'node:string_decoder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { POSTFIX_ATTRIBUTES, question } from './policy-client.ts';
import { LONGEST_REQUEST, type PolicyRequest, RequestReader } from './read-request.ts';

const FIELDS: Readonly<Record<keyof PolicyRequest, keyof typeof POSTFIX_ATTRIBUTES>> = {
  stage: 'protocol_state',
  clientAddress: 'client_address',
  clientName: 'client_name',
  clientPort: 'client_port',
  serverPort: 'server_port',
  heloName: 'helo_name',
  sender: 'sender',
  recipient: 'recipient',
  queueId: 'queue_id',
  instance: 'instance',
  size: 'size',
  saslUsername: 'sasl_username',
  certificateSubject: 'ccert_subject',
  certificateFingerprint: 'ccert_fingerprint',
};

function readAll(chunks: readonly string[]): { requests: PolicyRequest[]; malformed: string | undefined } {
  const reader = new RequestReader();
  const requests: PolicyRequest[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let request = reader.next(); request !== undefined; request = reader.next()) requests.push(request);
  }
  return { requests, malformed: reader.malformed };
}

/** As a socket in encoding utf8 hands bytes over. */
function decoded(chunks: readonly Uint8Array[]): string[] {
  const decoder = new StringDecoder('utf8');
  return [...chunks.map((chunk) => decoder.write(Buffer.from(chunk))), decoder.end()];
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((n) => n % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [...places, bytes.length].map((place, i) => bytes.subarray(places[i - 1] ?? 0, place));
}

const someValue = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.emailAddress(),
    fc.constantFrom('', '=', 'a=b', 'request=smtpd_access_policy', '\r', 'jürgen@bücher.example', '漢字'),
  )
  .map((value) => value.replace(/[\n\0]/g, ''));
const someName = fc.stringMatching(/^[a-z_]{1,20}$/).filter((name) => !(name in POSTFIX_ATTRIBUTES));
const someQuestion = fc.record({
  values: fc.record(Object.fromEntries(Object.values(FIELDS).map((name) => [name, someValue]))),
  unknown: fc.dictionary(someName, someValue, { maxKeys: 5 }),
  order: fc.infiniteStream(fc.nat()),
});

test('a question is read as it was written: any values, any order, unknown attributes between, cut anywhere', () => {
  fc.assert(
    fc.property(
      fc.array(someQuestion, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (questions, at) => {
        const text = questions.map(({ values, unknown, order }) => {
          const lines = Object.entries({ request: 'smtpd_access_policy', ...unknown, ...values }).map(
            ([n, v]) => `${n}=${v}\n`,
          );
          const keys = lines.map(() => order.next().value as number);
          return `${lines
            .map((line, i) => ({ line, key: keys[i]! }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ line }) => line)
            .join('')}\n`;
        });
        const { requests, malformed } = readAll(decoded(cut(Buffer.from(text.join('')), at)));
        expect(malformed).toBeUndefined();
        expect(requests).toEqual(
          questions.map(({ values }) =>
            Object.fromEntries(Object.entries(FIELDS).map(([field, name]) => [field, values[name]])),
          ),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});

test('no bytes make the reader throw or keep more than a question may be long', () => {
  const junk = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .constantFrom('\n', '\n\n', '=', '\r\n', '\0', 'request=smtpd_access_policy\n', 'sender=', question({}))
      .map((s) => Buffer.from(s)),
  );
  fc.assert(
    fc.property(fc.array(junk, { maxLength: 20 }), (chunks) => {
      const { requests, malformed } = readAll(decoded(chunks));
      for (const request of requests) for (const value of Object.values(request)) expect(value).not.toMatch(/\n/);
      if (malformed !== undefined) expect(malformed).not.toBe('');
    }),
    { numRuns: 3_000 },
  );
});

test('an absent attribute reads as an empty one', () => {
  const { requests } = readAll(['request=smtpd_access_policy\n\n']);
  expect(requests).toHaveLength(1);
  expect(new Set(Object.values(requests[0]!))).toEqual(new Set(['']));
});

test.each([
  ['a question without request=', 'protocol_state=RCPT\nsender=a@b.example\n\n', 'not request=smtpd_access_policy'],
  ['another request', 'request=junk\n\n', 'not request=smtpd_access_policy'],
  ['a request whose value only begins right', 'request=smtpd_access_policy_2\n\n', 'not request=smtpd_access_policy'],
  ["a line without '='", 'request=smtpd_access_policy\nsender\nx=y\n\n', "a line without '='"],
  ["a last line without '='", 'request=smtpd_access_policy\nsender\n\nx=y', "a line without '='"],
  ['an empty question', '\n', 'an empty question'],
  ['an empty question after one', `${question({})}\n`, 'an empty question'],
  ['a NUL byte', 'request=smtpd_access_policy\nsender=a\0b\n\n', 'a NUL byte'],
  ['CRLF line ends', 'request=smtpd_access_policy\r\nsender=a\r\n\r\n', 'lines that end with CRLF'],
])('%s is malformed', (_, text, why) => {
  expect(readAll([text]).malformed).toBe(why);
  expect(readAll([...text]).malformed).toBe(why);
});

test('a CR within a value is part of it: it must get a decision, not a dropped connection that main.cf may let pass', () => {
  const { requests, malformed } = readAll([question({ sender: '"a\rb"@customer.example', recipient: 'x\r' })]);
  expect(malformed).toBeUndefined();
  expect(requests[0]).toMatchObject({ sender: '"a\rb"@customer.example', recipient: 'x\r' });
});

test('bytes that are no UTF-8 are replaced, and the question stays one', () => {
  const bytes = Buffer.concat([
    Buffer.from('request=smtpd_access_policy\nsender=a\xffb', 'latin1'),
    Buffer.from([0xc3]),
    Buffer.from('\n\n'),
  ]);
  expect(readAll(decoded([bytes])).requests[0]?.sender).toBe('a\ufffdb\ufffd');
});

test('a question may be 64 KiB long, and no longer', () => {
  const fits = question({ sender: 'x'.repeat(LONGEST_REQUEST - question({ sender: '' }).length) });
  expect(readAll([fits]).requests).toHaveLength(1);
  expect(readAll([`${fits.slice(0, -1)}more=1\n\n`]).malformed).toBe('a question too long');
});

test('a 10 MB line is refused after 64 KiB, not kept', () => {
  const reader = new RequestReader();
  const chunk = 'x'.repeat(16 * 1024);
  let pushed = 0;
  while (reader.malformed === undefined && pushed < 10_000_000) {
    reader.push(chunk);
    reader.next();
    pushed += chunk.length;
  }
  expect(reader.malformed).toBe('a question too long');
  expect(pushed).toBe(5 * chunk.length);
});
