// A backup taken of a guard with mail going through it, and another guard that serves from it.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EMPTY_DRAFT } from '../../src/attribution/connector-draft.ts';
import { configSchema } from '../../src/config/schema.ts';
import { type Cordon, startCordon } from '../../src/cordon.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { type Sink, startSink } from '../mta/sink.ts';

const CORDON = join(import.meta.dirname, '../../bin/cordon');
let folder: string;
let mailServer: Sink;
const guards: Cordon[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-backup-'));
  mailServer = await startSink({ refuse: (to) => (to.startsWith('gone') ? '550 5.1.1 no such user' : undefined) });
});
afterEach(async () => {
  for (const guard of guards.splice(0)) await guard.close();
  await mailServer.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(dataDirectory: string): Promise<Cordon> {
  const config = configSchema.parse({
    dataDirectory,
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
  const cordon = await startCordon({ config, log: pino({ level: 'silent' }) });
  guards.push(cordon);
  return cordon;
}

/** As an operator types it, in a process of its own. */
async function run(...args: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [CORDON, ...args])).stdout;
}

function mail(cordon: Cordon, from: string, i: number, recipients: readonly string[]) {
  const { port } = cordon.smtpRelay as { port: number };
  const words = { headerFrom: `Boss <boss${i}@notice.example>`, subject: `Offer ${i}`, text: `Buy now, number ${i}` };
  return deliver({ from, envelopeSender: `boss${i}@notice.example`, recipients, ...words }, port, 0);
}

async function shown(cordon: Cordon) {
  const get = async (path: string) => {
    const token = readFileSync(cordon.adminTokenFile, 'utf8').trim();
    const answer = await fetch(`${cordon.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
    return ((await answer.json()) as any).items;
  };
  return {
    connectors: await get('/connectors'),
    restricted: await get('/restricted-entities'),
    audit: (await get('/audit-records')).filter(
      ({ operation }: { operation: string }) => operation !== 'Get-MessageTrace',
    ),
    domains: await get('/accepted-domains'),
  };
}

test('a guard serves from it with the same restrictions, connectors, audit log and sums', {
  timeout: 120_000,
}, async () => {
  const data = join(folder, 'data');
  const cordon = await serve(data);
  const [organization] = cordon.directory.organizations();
  for (const [name, address] of [
    ['suspect', '127.0.9.1'],
    ['restricted', '127.0.9.2'],
    ['busy', '127.0.9.3'],
  ]) {
    await cordon.directory.addConnector(organization!.id, {
      ...EMPTY_DRAFT,
      armed: true,
      name: name!,
      senderIpAddresses: [address!],
      mode: name === 'busy' ? 'exempt' : 'enforce',
    });
  }
  for (let i = 0; i < 2; i++) await mail(cordon, '127.0.9.1', i, [`a${i}@far${i}.example`, `gone${i}@far${i}.example`]);
  await run('restrict', 'restricted', '--reason', 'test', '--url', cordon.url, '--data', data);
  const before = await shown(cordon);
  const standing = before.connectors.find(({ name }: { name: string }) => name === 'suspect').standing;
  expect(standing.sum).toBeGreaterThan(0);

  let isOn = true;
  let sent = 0;
  const traffic = (async () => {
    while (isOn) await mail(cordon, '127.0.9.3', sent++, [`someone${sent}@elsewhere.example`]);
  })();
  await expect.poll(() => sent).toBeGreaterThan(5);
  const saved = join(folder, 'saved');
  const told = await run('backup', saved, '--data', data);
  isOn = false;
  await traffic;
  expect(told).toMatch(/^\S+saved: \d+\.\d MB, the journal up to record \d+, by Cordon \d/);

  const restored = join(folder, 'restored');
  expect(await run('restore', saved, '--data', restored)).toContain('is as it was on');
  const other = await serve(restored);
  const after = await shown(other);
  const quiet = (rows: { name: string }[]) => rows.filter(({ name }) => name !== 'busy');
  expect(quiet(after.connectors)).toEqual(quiet(before.connectors));
  expect(after.restricted).toEqual(before.restricted);
  expect(after.audit).toEqual(before.audit);
  expect(after.domains).toEqual(before.domains);
  expect((await mail(other, '127.0.9.2', 1, ['bob@far.example'])).reply).toContain('550 5.7.711');
  expect((await mail(other, '127.0.9.3', 1, ['bob@far.example'])).accepted).toBe(true);
  // The first guard goes on as if nothing had been.
  expect((await mail(cordon, '127.0.9.3', 1, ['bob@far.example'])).accepted).toBe(true);
});

test('nobody gets in with the token of the guard that was saved', async () => {
  const data = join(folder, 'data');
  const cordon = await serve(data);
  const before = readFileSync(cordon.adminTokenFile, 'utf8');
  await run('backup', join(folder, 'saved'), '--data', data);
  await run('restore', join(folder, 'saved'), '--data', join(folder, 'restored'));
  const other = await serve(join(folder, 'restored'));
  expect(readFileSync(other.adminTokenFile, 'utf8')).not.toBe(before);
  const ask = (secret: string) =>
    fetch(`${other.url}/api/v1/organizations`, { headers: { authorization: `Bearer ${secret.trim()}` } });
  expect((await ask(before)).status).toBe(401);
});
