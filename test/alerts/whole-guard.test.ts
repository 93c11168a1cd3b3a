// Alerts over the whole guard, as an admin asks for them: what the rooms tell the alarm, and what a restart leaves of it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { type Cordon, startCordon } from '../../src/cordon.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { type Sink, startSink } from '../mta/sink.ts';

let data: string;
let mailServer: Sink;
let config: Config;
let cordon: Cordon;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'cordon-alerts-'));
  mailServer = await startSink();
  config = configSchema.parse({
    dataDirectory: data,
    organization: { acceptedDomains: ['contoso.example'] },
    http: { port: 0 },
    listeners: {
      postfixPolicy: { listen: 'off' },
      milter: { listen: 'off' },
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
async function api(method: string, path: string, body?: object): Promise<any> {
  const token = readFileSync(cordon.adminTokenFile, 'utf8').trim();
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(`${cordon.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.status === 204 ? undefined : response.json();
}
const alerts = async () => (await api('GET', '/alerts')).items;
const branch = { name: 'branch office', senderIpAddresses: ['127.0.8.1'], armed: true };

test('who makes, edits and deletes a connector is told of, with his name and address', async () => {
  const { id } = await api('POST', '/connectors', branch);
  await api('PATCH', `/connectors/${id}`, { comment: 'moved', mode: 'observe' });
  await api('PATCH', `/connectors/${id}`, { senderIpAddresses: ['127.0.8.2'] });
  await api('DELETE', `/connectors/${id}`);
  const [alert, ...others] = await alerts();
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    policy: 'Connector changed',
    severity: 'High',
    entityName: 'branch office',
    hitCount: 3,
  });
  const { activities } = await api('GET', `/alerts/${alert.id}`);
  expect(activities.map((each: { operation: string }) => each.operation)).toEqual([
    'Remove-InboundConnector',
    'Set-InboundConnector',
    'New-InboundConnector',
  ]);
  expect(activities[1]).toMatchObject({
    clientAddress: '127.0.0.1',
    words: 'changed: addresses 127.0.8.2/32, before 127.0.8.1/32',
  });
  expect(activities[1].by).not.toBe('Cordon');
});

test('a restriction raises one alert, refusals while it holds raise its hit count, and all of it is there after a restart', async () => {
  const { id: entityId } = await api('POST', '/connectors', branch);
  const entity = cordon.directory.connector(entityId)!;
  await cordon.restrictions.restrict({ entity, cause: 'detection', reason: 'sends spam', by: 'Cordon' }).settled;
  const { port } = cordon.smtpRelay as { port: number };
  const from = { from: '127.0.8.1', envelopeSender: 'anna@contoso.example', headerFrom: 'Anna <anna@contoso.example>' };
  const message = { ...from, recipients: ['bob@far.example'], subject: 'x', text: 'x' };
  for (let i = 0; i < 5; i++) expect(await deliver(message, port, i)).toMatchObject({ accepted: false });
  await cordon.close();
  await start();
  const [suspicious] = (await alerts()).filter(({ policy }: { policy: string }) => policy.startsWith('Suspicious'));
  expect(suspicious).toMatchObject({ entityId, severity: 'High', status: 'New', hitCount: 6, notified: 1 });
  expect((await api('GET', `/alerts/${suspicious.id}`)).activities).toHaveLength(1);
});
