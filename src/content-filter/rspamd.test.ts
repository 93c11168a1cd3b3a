import { expect, test } from 'vitest';
import type { Envelope } from './content-filter.ts';
import { contentFilterContract } from './content-filter-contract.ts';
import { readAnswer, rspamd } from './rspamd.ts';
import { startScriptedServer } from './scripted-server.ts';

const http = (body: string, status = '200 OK'): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
/** As Rspamd 3.4 writes it. */
const result = (score: string, action: string, isSkipped = false): string =>
  `{"is_skipped":${isSkipped},"score":${score},"required_score":15.0,"action":"${action}","symbols":{},"messages":{},"message-id":"1@x"}`;

contentFilterContract({
  title: 'rspamd',
  open: (address) => rspamd({ address, spamScore: 6 }),
  spam: http(result('7.500000', 'add header')),
  ham: http(result('-0.100000', 'no action')),
  error: http('{"error":"cannot allocate task"}', '500 Internal error'),
});

test.each([
  ['6.0', 'add header', true],
  ['5.99', 'add header', false],
  ['5.99', 'rewrite subject', false],
  ['4.2', 'greylist', false],
  ['0.0', 'reject', true],
  ['9.0', 'soft reject', true],
  ['0.0', 'soft reject', undefined],
])('a score of %s with the action %s is spam: %s', (score, action, spam) => {
  expect(readAnswer(200, result(score, action), 6)).toEqual({ spam });
});

test('GTUBE is spam, though its scan is skipped; another that is skipped is no word', () => {
  expect(readAnswer(200, result('15.0', 'reject', true), 6)).toEqual({ spam: true });
  expect(readAnswer(200, result('0.0', 'no action', true), 6)).toEqual({ spam: undefined });
});

test.each(['', '[]', 'null', '7', '{"score":"9","action":"reject"}', '{"action":"reject"}', '{"score":9}', '{'])(
  'the reply %j is no verdict',
  (text) => {
    expect(readAnswer(200, text, 6)).toHaveProperty('failure', 'unreadable');
  },
);

async function questionOf(envelope: Envelope, password?: string): Promise<string> {
  const server = await startScriptedServer('Dear Bob', (socket) => socket.end(http(result('0.0', 'no action'))));
  const protocol = rspamd({ address: { host: '127.0.0.1', port: server.port }, spamScore: 6, password });
  await protocol.ask(Buffer.from('A: b\r\n\r\nDear Bob'), envelope, new AbortController().signal);
  await server.close();
  return server.heard[0]!.split('\r\n\r\n')[0]!;
}

const CLIENT = { mailServer: 'local', clientAddress: '192.0.2.7', clientPort: 4_711 };

test('Rspamd is told the envelope', async () => {
  const head = await questionOf({
    client: { ...CLIENT, clientName: 'mail.contoso.example', heloName: 'printer', saslUsername: 'anna' },
    envelopeSender: 'anna@contoso.example',
    recipients: ['bob@far.example', 'jürgen@far.example'],
    queueId: '4X1',
  });
  expect(Buffer.from(head, 'latin1').toString().split('\r\n')).toEqual(
    expect.arrayContaining([
      'POST /checkv2 HTTP/1.1',
      'IP: 192.0.2.7',
      'Helo: printer',
      'Hostname: mail.contoso.example',
      'From: anna@contoso.example',
      'User: anna',
      'Queue-Id: 4X1',
      'Rcpt: bob@far.example',
      'Rcpt: jürgen@far.example',
      'Content-Length: 16',
    ]),
  );
});

test('a client that did not log in is a known one all the same; what is not known is left out', async () => {
  const lines = (await questionOf({ client: CLIENT, envelopeSender: '', recipients: [] }, 'q1')).split('\r\n');
  expect(lines).toEqual(expect.arrayContaining(['User: 192.0.2.7', 'From: ', 'Password: q1']));
  expect(lines.filter((line) => /^(Helo|Hostname|Queue-Id|Rcpt)/.test(line))).toEqual([]);
  const unknown = { ...CLIENT, clientAddress: 'unknown' };
  expect(await questionOf({ client: unknown, envelopeSender: '', recipients: [] })).not.toContain('\nIP:');
});

test('of a thousand recipients Rspamd is told the first fifty', async () => {
  const recipients = Array.from({ length: 1_000 }, (_, i) => `r${i}@far.example`);
  const head = await questionOf({ client: CLIENT, envelopeSender: '', recipients });
  expect(head.match(/^Rcpt: r\d+@far/gm)).toHaveLength(50);
});
