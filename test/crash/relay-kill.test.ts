// kill -9 of the relay under load: nothing that a client was told 250 for is missing at the next hop, and the restricted
// connector is refused again by the guard that comes after.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/demo/smtp-client.ts';
import { freePort } from '../mta/free-port.ts';
import { type Sink, startSink } from '../mta/sink.ts';
import { until } from '../mta/until.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

let directory: string;
let sink: Sink;
let ports: { relay: number; http: number };
let guard: ChildProcess | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'cordon-relay-kill-'));
  sink = await startSink();
  ports = { relay: await freePort(), http: await freePort() };
  writeFileSync(
    join(directory, 'cordon.yaml'),
    `organization: { acceptedDomains: [contoso.example] }
listeners:
  postfixPolicy: { listen: off }
  milter: { listen: off }
  smtpRelay: { listen: '127.0.0.1:${ports.relay}', nextHop: { host: 127.0.0.1, port: ${sink.port}, tls: none } }
http: { port: ${ports.http} }
logLevel: warn
`,
  );
});

afterEach(async () => {
  await kill();
  await sink.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function serve(): Promise<void> {
  const args = ['serve', '--config', join(directory, 'cordon.yaml'), '--data', join(directory, 'data')];
  guard = spawn(process.execPath, [join(REPOSITORY, 'bin/cordon'), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await until('the guard', async () => ((await isReady()) ? true : undefined), 30);
}

const isReady = (): Promise<boolean> =>
  fetch(`http://127.0.0.1:${ports.http}/readyz`).then(
    (response) => response.ok,
    () => false,
  );

async function kill(): Promise<void> {
  if (guard === undefined || guard.exitCode !== null || guard.signalCode !== null) return;
  const closed = once(guard, 'close');
  guard.kill('SIGKILL');
  await closed;
}

async function api(method: string, path: string, body?: object): Promise<{ id: string }> {
  const token = readFileSync(join(directory, 'data/admin.token'), 'utf8').trim();
  const response = await fetch(`http://127.0.0.1:${ports.http}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { id: string };
}

/** Sends numbered messages one after another until nobody answers; the numbers of those that were taken. */
async function sendUntilKilled(session: number, taken: string[]): Promise<void> {
  for (let i = 0; ; i++) {
    const number = `n${session}-${i}`;
    const message = {
      from: '127.0.9.1',
      envelopeSender: `app${session}@contoso.example`,
      headerFrom: 'App <app@contoso.example>',
      recipients: [`user${i % 7}@partner.example`],
      subject: number,
      text: `Report ${number}\r\n`.repeat(40),
    };
    try {
      const { accepted } = await deliver(message, ports.relay, 0);
      if (accepted) taken.push(number);
    } catch {
      return;
    }
  }
}

describe('kill -9 of the relay under load', () => {
  test('loses nothing that was answered 250, and a restricted connector stays refused', {
    timeout: 90_000,
  }, async () => {
    await serve();
    await api('POST', '/connectors', { name: 'app', senderIpAddresses: ['127.0.9.0/24'], mode: 'observe' });
    const bad = await api('POST', '/connectors', { name: 'bad', senderIpAddresses: ['127.0.8.0/24'] });
    await api('POST', `/restricted-entities/${bad.id}/restrict`, { reason: 'stolen' });

    const taken: string[] = [];
    const sessions = Array.from({ length: 10 }, (_, session) => sendUntilKilled(session, taken));
    await until('load', () => (taken.length >= 300 ? true : undefined), 60);
    await kill();
    await Promise.all(sessions);

    const arrived = new Set(sink.messages.map(({ bytes }) => /Subject: (\S+)/.exec(bytes.toString('latin1'))?.[1]));
    expect(taken.filter((number) => !arrived.has(number))).toEqual([]);

    await serve();
    const refused = await deliver(
      {
        from: '127.0.8.1',
        envelopeSender: 'x@contoso.example',
        headerFrom: 'x@contoso.example',
        recipients: ['victim@far.example'],
        subject: 'after the crash',
        text: 'spam',
      },
      ports.relay,
      0,
    );
    expect(refused.accepted).toBe(false);
    expect(refused.reply.split('\n').at(-1)!.trim()).toBe(
      '550 5.7.711 Access denied, bad inbound connector. AS(2204).',
    );
  });
});
