import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Envelope } from './content-filter.ts';
import { contentFilterContract } from './content-filter-contract.ts';
import { startScriptedServer } from './scripted-server.ts';
import { readAnswer, spamd } from './spamd.ts';

/** As SpamAssassin 4.0.1 writes it. */
const SPAM = 'SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1000.0 / 5.0\r\n\r\n';
const HAM = 'SPAMD/1.1 0 EX_OK\r\nSpam: False ; -0.0 / 5.0\r\n\r\n';

contentFilterContract({
  title: 'spamd',
  open: (address) => spamd({ address }),
  spam: SPAM,
  ham: HAM,
  error: 'SPAMD/1.0 76 Bad header line: (closed before headers)\r\n\r\n',
});

test.each([
  ['SPAMD/1.5 0 EX_OK\r\nContent-length: 2\r\nSpam: Yes ; 15 / 5\r\n\r\n', true],
  ['SPAMD/1.5 0 EX_OK\r\nspam: false; 1.0 / 5.0\r\n\r\n', false],
])('%j is spam: %s', (reply, spam) => {
  expect(readAnswer(reply)).toEqual({ spam });
});

test('a reply without a verdict, or with an error, is none', () => {
  expect(readAnswer('SPAMD/1.1 0 EX_OK\r\n\r\n')).toHaveProperty('failure');
  expect(readAnswer('SPAMD/1.1 75 EX_TEMPFAIL\r\nSpam: True ; 9 / 5\r\n\r\n')).toEqual({
    failure: 'unreadable',
    words: 'spamd said 75 EX_TEMPFAIL',
  });
});

const ENVELOPE: Envelope = {
  client: { mailServer: 'local', clientAddress: '192.0.2.7', clientPort: 4_711 },
  envelopeSender: 'anna@contoso.example',
  recipients: ['bob@far.example'],
};
const MESSAGE = Buffer.from('A: b\r\n\r\nDear Bob');
const noEnd = () => new AbortController().signal;

test('spamd is told the length, and the user where one is configured', async () => {
  const server = await startScriptedServer('Dear Bob', (socket) => socket.end(HAM));
  const address = { host: '127.0.0.1', port: server.port };
  await spamd({ address }).ask(MESSAGE, ENVELOPE, noEnd());
  await spamd({ address, user: 'relay' }).ask(MESSAGE, ENVELOPE, noEnd());
  await server.close();
  expect(server.heard).toEqual([
    `CHECK SPAMC/1.5\r\nContent-length: 16\r\n\r\n${MESSAGE}`,
    `CHECK SPAMC/1.5\r\nContent-length: 16\r\nUser: relay\r\n\r\n${MESSAGE}`,
  ]);
});

test('spamd may listen on a Unix socket', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cordon-spamd-'));
  const address = { path: path.join(folder, 'spamd.sock') };
  const server = createServer((socket) => void socket.on('data', () => socket.end(SPAM)));
  await new Promise<void>((resolve) => server.listen(address, resolve));
  expect(await spamd({ address }).ask(MESSAGE, ENVELOPE, noEnd())).toEqual({ spam: true });
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});
