import { describe, expect, test } from 'vitest';
import { History, type HistoryItem } from './history.ts';
import { readLogLine } from './log-line.ts';

const START = Date.parse('2026-11-22T09:00:00Z');
let seconds = 0;

/** What the lines tell, each a second after the other. `at` jumps: `+700`. */
function tell(lines: readonly string[], acceptedDomains: readonly string[] = []): HistoryItem[] {
  const history = new History({ acceptedDomains: new Set(acceptedDomains) });
  const items: HistoryItem[] = [];
  seconds = 0;
  for (const line of lines) {
    if (line.startsWith('+')) {
      seconds += Number(line);
      continue;
    }
    const [service, ...text] = line.split(' ');
    const time = new Date(START + ++seconds * 1_000).toISOString();
    const event = readLogLine(`${time} mx1 postfix/${service}[7]: ${text.join(' ')}`);
    if (event !== undefined) items.push(...history.take(event));
  }
  return [...items, ...history.end()];
}

const message = (id: string, recipients = 1, client = 'branch[192.0.2.7]') => [
  `smtpd ${id}: client=${client}`,
  `cleanup ${id}: message-id=<${id}@x>`,
  `qmgr ${id}: from=<anna@ours.example>, size=900, nrcpt=${recipients} (queue active)`,
];
const sent = (id: string, to: string, text = '250 2.0.0 Ok', relay = 'mx[192.0.2.1]:25') =>
  `smtp ${id}: to=<${to}>, relay=${relay}, delay=1, delays=1/1/1/1, dsn=2.0.0, status=sent (${text})`;
const bounced = (id: string, to: string) =>
  `smtp ${id}: to=<${to}>, relay=mx[192.0.2.1]:25, delay=1, delays=1/1/1/1, dsn=5.1.1, status=bounced (host mx[192.0.2.1] said: 550 5.1.1 no such user)`;
const deferred = (id: string, to: string) =>
  `smtp ${id}: to=<${to}>, relay=none, delay=1, delays=1/1/1/1, dsn=4.4.1, status=deferred (connect to mx: timed out)`;
const left = (id: string) => `qmgr ${id}: removed`;
const refusal = (to: string, client = 'branch[192.0.2.7]', queueId = 'NOQUEUE') =>
  `smtpd ${queueId}: reject: RCPT from ${client}: 550 5.1.1 <${to}>: Recipient address rejected: User unknown; from=<anna@ours.example> to=<${to}> proto=ESMTP helo=<h>`;

const A = '4F1A2B3C01';
const B = '4F1A2B3C02';

test('a message is told once all its recipients are known, with their answers beside it', () => {
  const lines = [
    ...message(A, 2, 'branch[192.0.2.7], sasl_method=PLAIN, sasl_username=ben'),
    sent(A, 'b@far.example'),
    bounced(A, 'c@far.example'),
    left(A),
  ];
  expect(tell(lines)).toEqual([
    {
      kind: 'message',
      id: 1,
      at: START + 3_000,
      queueId: A,
      messageId: `<${A}@x>`,
      clientAddress: '192.0.2.7',
      clientName: 'branch',
      heloName: '',
      saslUsername: 'ben',
      envelopeSender: 'anna@ours.example',
      messageBytes: 900,
      recipients: [
        { address: 'b@far.example', code: 0 },
        { address: 'c@far.example', code: 0 },
      ],
    },
    { kind: 'answers', id: 1, at: START + 3_000, accepted: 1, refused: 1 },
  ]);
});

test('what comes later is told when it comes, and a recipient counts once', () => {
  const lines = [
    ...message(A),
    deferred(A, 'b@far.example'),
    '+3600',
    deferred(A, 'b@far.example'),
    bounced(A, 'b@far.example'),
    bounced(A, 'b@far.example'),
    left(A),
  ];
  const items = tell(lines);
  expect(items.map(({ kind }) => kind)).toEqual(['message', 'answers']);
  expect(items[1]).toMatchObject({ at: START + 3_606_000, accepted: 0, refused: 1 });
});

test('a message whose lines never come is told of after ten minutes, one that was refused at its end never', () => {
  const rejected = `cleanup ${B}: milter-reject: END-OF-MESSAGE from branch[192.0.2.7]: 5.7.1 no; from=<a@b> to=<c@d> proto=ESMTP helo=<h>`;
  expect(tell([...message(B), rejected])).toEqual([]);
  const items = tell([...message(A, 3), sent(A, 'b@far.example'), '+700', ...message(B)]);
  expect(items[0]).toMatchObject({ queueId: A, recipients: [{ address: 'b@far.example' }] });
});

describe('recipients that were refused in the session', () => {
  test("belong to the client's message, before its queue id and after", () => {
    const lines = [
      refusal('x@far.example'),
      ...message(A).slice(0, 1),
      refusal('y@far.example', undefined, A),
      ...message(A).slice(1),
      sent(A, 'b@far.example'),
    ];
    expect(tell(lines)[0]).toMatchObject({
      queueId: A,
      heloName: 'h',
      recipients: [
        { address: 'b@far.example', code: 0 },
        { address: 'x@far.example', code: 550 },
        { address: 'y@far.example', code: 550 },
      ],
    });
  });

  test('are a message of their own where none was taken, and never another client’s', () => {
    const items = tell([
      refusal('x@far.example'),
      refusal('y@far.example'),
      ...message(A, 1, 'other[192.0.2.8]'),
      sent(A, 'b@far.example'),
      '+61',
      left(A),
    ]);
    expect(items.filter(({ kind }) => kind === 'message')).toMatchObject([
      { queueId: A, clientAddress: '192.0.2.8', recipients: [{ address: 'b@far.example' }] },
      { queueId: '', clientAddress: '192.0.2.7', recipients: [{ code: 550 }, { code: 550 }] },
    ]);
  });

  test('say nothing where they were refused for another reason', () => {
    expect(
      tell([refusal('x@far.example').replace('5.1.1', '5.7.1').replace('User unknown', 'Relay access denied')]),
    ).toEqual([]);
  });
});

test('a content filter gives the mail back under another queue id: one message, its answers those of the other', () => {
  const lines = [
    ...message(A),
    ...message(B, 1, 'localhost[127.0.0.1]'),
    sent(A, 'b@far.example', `250 2.0.0 Ok: queued as ${B}`, '127.0.0.1[127.0.0.1]:10024'),
    left(A),
    bounced(B, 'b@far.example'),
    left(B),
  ];
  expect(tell(lines)).toMatchObject([
    { kind: 'message', queueId: A },
    { kind: 'answers', id: 1, accepted: 0, refused: 1 },
  ]);
});

test('mail without a login for accepted domains alone is left out, with its answers', () => {
  const inbound = [...message(A), sent(A, 'anna@ours.example'), left(A)];
  expect(tell(inbound, ['ours.example'])).toEqual([]);
  const login = [...message(A, 1, 'l[192.0.2.7], sasl_method=PLAIN, sasl_username=ben'), sent(A, 'anna@ours.example')];
  expect(tell(login, ['ours.example'])).toHaveLength(2);
  expect(tell([...message(A), sent(A, 'b@far.example')], ['ours.example'])).toHaveLength(2);
});

test('a queue id that comes again is another message; two instances and two hosts have their own', () => {
  const again = [...message(A), deferred(A, 'b@far.example'), ...message(A), sent(A, 'c@far.example')];
  expect(tell(again).filter(({ kind }) => kind === 'message')).toHaveLength(2);
});

test('a log that never closes what it opens is read in bounded memory', () => {
  const history = new History({ acceptedDomains: new Set() });
  let told = 0;
  for (let i = 0; i < 250_000; i++) {
    const id = (0x4f1a000000 + i).toString(16).toUpperCase();
    const source = { at: START + i, host: 'mx1', instance: 'postfix', service: 'x' };
    for (const event of [
      { ...source, kind: 'received', queueId: id, clientName: 'c', clientAddress: '192.0.2.7' },
      { ...source, kind: 'queued', queueId: id, envelopeSender: '', messageBytes: 1, recipients: 9 },
    ] as const)
      told += history.take(event).length;
  }
  expect(told).toBe(50_000);
  expect(history.end()).toHaveLength(200_000);
});
