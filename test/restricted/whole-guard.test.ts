// Restricted entities over the whole guard: what a row says while mail is refused, and whether an unblock holds where it says that it does.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connector } from '../../src/attribution/entity.ts';
import { configSchema } from '../../src/config/schema.ts';
import { type Cordon, startCordon } from '../../src/cordon.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { type Sink, startSink } from '../mta/sink.ts';

let data: string;
let mailServer: Sink;
let cordon: Cordon;
let connector: Connector;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'cordon-restricted-'));
  mailServer = await startSink();
  const listen = '127.0.0.1:0';
  const config = configSchema.parse({
    dataDirectory: data,
    organization: { acceptedDomains: ['contoso.example'] },
    http: { port: 0 },
    listeners: {
      postfixPolicy: { listen },
      milter: { listen },
      smtpRelay: {
        listen,
        hostname: 'relay.contoso.example',
        nextHop: { host: '127.0.0.1', port: mailServer.port, tls: 'none' },
      },
    },
  });
  cordon = await startCordon({ config, log: pino({ level: 'silent' }) });
  const { id } = await api('POST', '/connectors', {
    name: 'branch office',
    senderIpAddresses: ['127.0.9.1'],
    armed: true,
  });
  connector = cordon.directory.connector(id)!;
});
afterEach(async () => {
  await cordon.close();
  await mailServer.stop();
  rmSync(data, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
async function api(method: string, path: string, body?: object): Promise<any> {
  const token = readFileSync(cordon.adminTokenFile, 'utf8').trim();
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(`${cordon.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

function send(recipients: readonly string[]) {
  const from = { from: '127.0.9.1', envelopeSender: 'anna@contoso.example', headerFrom: 'Anna <anna@contoso.example>' };
  return deliver({ ...from, recipients, subject: 'x', text: 'x' }, (cordon.smtpRelay as { port: number }).port, 0);
}

const restrict = () =>
  cordon.restrictions.restrict({ entity: connector, cause: 'detection', reason: 'sends spam', by: 'Cordon' }).settled;
const unblock = () => api('POST', `/restricted-entities/${connector.id}/unblock`);
const postfixMap = () => readFileSync(join(data, 'postfix', 'restricted-client.cidr'), 'utf8');

test('what is refused of a restricted connector is counted in its row', async () => {
  await restrict();
  const row = async () => (await api('GET', '/restricted-entities')).items[0];
  expect((await row()).attemptsSince).toEqual({ messages: 0, recipients: 0 });
  expect(await send(['bob@far.example', 'carl@far.example'])).toMatchObject({ accepted: false });
  expect(await send(['bob@far.example'])).toMatchObject({ accepted: false });
  await expect.poll(async () => (await row()).attemptsSince.messages).toBe(2);
  expect((await row()).attemptsSince).toEqual({ messages: 2, recipients: 3, lastAt: expect.any(String) });
});

test('an unblock holds at each open door and in the tables of Postfix when it says so', async () => {
  await restrict();
  await expect.poll(postfixMap).toContain('127.0.9.1/32 cordon_connector');
  const { effective } = await unblock();
  expect(postfixMap()).toContain('127.0.9.1/32 DUNNO');
  expect(await send(['bob@far.example'])).toMatchObject({ accepted: true });
  expect(
    effective.gates.map(({ name, isEffective }: { name: string; isEffective: boolean }) => [name, isEffective]),
  ).toEqual([
    ['postfix-policy', true],
    ['milter', true],
    ['smtp-relay', true],
    ['postfix-maps', true],
  ]);
  const after = effective.gates.map(({ afterMilliseconds }: { afterMilliseconds: number }) => afterMilliseconds);
  expect(Math.min(...after)).toBeGreaterThan(0);
  expect(effective.afterMilliseconds).toBe(Math.max(...after));
});

test('an unblock that the disk keeps from the tables of Postfix says that it does not hold there', async () => {
  await restrict();
  await expect.poll(postfixMap).toContain('cordon_connector');
  rmSync(join(data, 'postfix'), { recursive: true });
  writeFileSync(join(data, 'postfix'), 'no directory');
  const { effective } = await unblock();
  expect(effective.gates).toContainEqual(expect.objectContaining({ name: 'postfix-maps', isEffective: false }));
  expect(effective.gates).toContainEqual(expect.objectContaining({ name: 'smtp-relay', isEffective: true }));
  expect(await send(['bob@far.example'])).toMatchObject({ accepted: true });
});
