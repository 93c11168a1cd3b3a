// What Home asks of the whole guard: mail per minute as it comes over real SMTP, also after a restart, and how the guard is.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EMPTY_DRAFT } from '../../src/attribution/connector-draft.ts';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { type Cordon, startCordon } from '../../src/cordon.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { type Sink, startSink } from '../mta/sink.ts';

let data: string;
let mailServer: Sink;
let config: Config;
let cordon: Cordon;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'cordon-traffic-'));
  mailServer = await startSink();
  const off = { listen: 'off' };
  config = configSchema.parse({
    dataDirectory: data,
    organization: { acceptedDomains: ['contoso.example'] },
    http: { port: 0 },
    listeners: {
      postfixPolicy: off,
      milter: off,
      smtpRelay: {
        listen: '127.0.0.1:0',
        hostname: 'relay.contoso.example',
        nextHop: { host: '127.0.0.1', port: mailServer.port, tls: 'none' },
      },
    },
  });
  await start();
});
afterEach(async () => {
  await cordon.close();
  await mailServer.stop();
  rmSync(data, { recursive: true, force: true });
});

async function start(): Promise<void> {
  cordon = await startCordon({ config, log: pino({ level: 'silent' }) });
}

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
async function ask(path: string): Promise<any> {
  const token = readFileSync(cordon.adminTokenFile, 'utf8').trim();
  const response = await fetch(`${cordon.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  return response.json();
}

type Minute = Readonly<Record<'accepted' | 'refused' | 'deferred' | 'other', number>>;
async function sums(): Promise<Minute> {
  const { items } = await ask('/traffic?minutes=180');
  const sum = (kind: keyof Minute) => items.reduce((all: number, minute: Minute) => all + minute[kind], 0);
  return { accepted: sum('accepted'), refused: sum('refused'), deferred: sum('deferred'), other: sum('other') };
}

test('mail is counted by its answer, and is there after a restart', async () => {
  const [organization] = cordon.directory.organizations();
  const draft = { ...EMPTY_DRAFT, name: 'branch office', senderIpAddresses: ['127.0.8.1'], armed: true };
  const entity = await cordon.directory.addConnector(organization!.id, draft);
  const { port } = cordon.smtpRelay as { port: number };
  const send = (n: number) => {
    const from = {
      from: '127.0.8.1',
      envelopeSender: 'anna@contoso.example',
      headerFrom: 'Anna <anna@contoso.example>',
    };
    return deliver({ ...from, recipients: ['bob@far.example'], subject: `${n}`, text: `number ${n}` }, port, n);
  };
  for (let n = 0; n < 3; n++) expect(await send(n)).toMatchObject({ accepted: true });
  await cordon.restrictions.restrict({ entity, cause: 'manual', reason: 'sends spam', by: 'ben' }).settled;
  for (let n = 3; n < 5; n++) expect(await send(n)).toMatchObject({ accepted: false });
  const counted = { accepted: 3, refused: 2, deferred: 0, other: 0 };
  expect(await sums()).toEqual(counted);
  await cordon.close();
  await start();
  expect(await sums()).toEqual(counted);
});

test('the stats say how the guard is', async () => {
  const { health, uptimeSeconds } = await ask('/stats');
  expect(health).toMatchObject({
    isReady: true,
    parts: { smtpRelay: 'listening', milter: 'off', store: 'ok' },
    troubles: [],
  });
  expect(uptimeSeconds).toBeGreaterThanOrEqual(0);
  expect(await ask('/suspects')).toEqual({ items: [] });
});
