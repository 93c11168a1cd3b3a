// The audit log of a whole guard: what it restricts by itself, one record for an unblock, and heads in its log that verify the file afterwards.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FirstAdministrator } from '../../src/accountability.ts';
import { EMPTY_DRAFT } from '../../src/attribution/connector-draft.ts';
import { configSchema } from '../../src/config/schema.ts';
import { type Cordon, type CordonOptions, startCordon } from '../../src/cordon.ts';
import { aRestriction } from '../../src/store/samples.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { runVerifyAudit } from '../../src/verify-audit.ts';

let folder: string;
let cordon: Cordon;
let lines: Record<string, unknown>[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-audit-guard-'));
  lines = [];
  await start();
});
afterEach(async () => {
  await cordon.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(onFirstAdministrator?: CordonOptions['onFirstAdministrator']): Promise<void> {
  const config = configSchema.parse({
    dataDirectory: folder,
    http: { port: 0 },
    listeners: { postfixPolicy: { listen: 'off' }, milter: { listen: 'off' } },
  });
  const stream = new Writable({
    write: (line, _, done) => {
      lines.push(JSON.parse(String(line)));
      done();
    },
  });
  cordon = await startCordon({ config, log: pino(stream), ...(onFirstAdministrator && { onFirstAdministrator }) });
}

async function ask(method: string, path: string, body?: object, secret?: string) {
  const token = secret ?? readFileSync(cordon.adminTokenFile, 'utf8').trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(`${cordon.url}/api/v1${path}`, init);
  expect(answer.ok).toBe(true);
  return (await answer.json()) as { secret: string; items: { operation: string; by: string; parameters: object }[] };
}

test('restricting and unblocking leave one record each, and the heads in the log prove them', async () => {
  const [organization] = cordon.directory.organizations();
  const entity = await cordon.directory.addConnector(organization!.id, { ...EMPTY_DRAFT, name: 'press', armed: true });
  const order = { entity, cause: 'detection', reason: 'sends spam', by: 'Cordon', isOwn: true } as const;
  await cordon.restrictions.restrict(order).settled;
  await ask('POST', `/restricted-entities/${entity.id}/unblock`, { reason: 'found' });

  const { items } = await ask('GET', `/audit-records?organizationId=${organization!.id}`);
  expect(items.map(({ operation, by }) => [operation, by])).toEqual([
    ['Remove-BlockedConnector', 'local administrator'],
    ['HygieneTenantEvents', 'Cordon'],
  ]);
  expect(items[1]!.parameters).toMatchObject({ Event: 'Listed', EventValue: 'press', Cause: 'detection' });

  await cordon.close();
  expect(statSync(join(folder, 'audit.key')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'audit-heads.json')).mode & 0o777).toBe(0o600);
  const heads = lines
    .filter(({ msg }) => msg === 'audit head')
    .map(({ organizationId, sequence, mac }) => ({
      organizationId: String(organizationId),
      sequence: Number(sequence),
      mac: String(mac),
    }));
  expect(heads).toMatchObject([{ organizationId: organization!.id, sequence: 2 }]);
  const verify = () => runVerifyAudit({ dataDirectory: folder, heads, onProgress: () => {} });
  expect(await verify()).toMatchObject({ records: 2, broken: 0, headsFile: 'read' });
  await start();
  expect(await verify()).toMatchObject({ broken: 0 });
  expect(lines.filter(({ part }) => String(part).startsWith('audit'))).toEqual([]);
  await cordon.close();
  rmSync(join(folder, 'audit-heads.json'));
  await start();
  expect(lines.filter(({ part }) => part === 'audit chain')).toHaveLength(1);
});

test('what the guard restricted just before it was killed is recorded at the next start', async () => {
  const [organization] = cordon.directory.organizations();
  await cordon.close();
  const quiet = { log: { info: () => {} }, onTrouble: () => {}, onRecovered: () => {} };
  const store = await openSqliteStore({ directory: folder, ...quiet });
  const restriction = aRestriction({ organizationId: organization!.id, since: Date.now() - 1_000 });
  expect(await store.restrictions.restrict(restriction)).toBe('restricted');
  await store.close();

  const listed = async () => {
    const { items } = await ask('GET', `/audit-records?organizationId=${organization!.id}`);
    return items.filter(({ operation }) => operation === 'HygieneTenantEvents');
  };
  await start();
  await expect.poll(listed).toMatchObject([{ by: 'Cordon', parameters: { Event: 'Listed', Reason: 'sends spam' } }]);
  await cordon.close();
  await start();
  await cordon.close();
  await start();
  expect(await listed()).toHaveLength(1);
});

test('the first password is told though its account cannot be recorded at that moment', async () => {
  await cordon.close();
  const db = new DatabaseSync(join(folder, 'cordon.db'));
  db.exec(`create trigger no_room before insert on audit_record when new.operation = 'New-Account'
    begin select raise(abort, 'no room'); end`);
  db.close();
  const told: FirstAdministrator[] = [];
  await start((administrator) => told.push(administrator));
  expect(told).toMatchObject([{ name: 'admin', oneTimePassword: expect.stringMatching(/\S{8}/) }]);
  const words = () => lines.filter(({ part }) => part === 'audit log').map(({ msg }) => msg);
  await expect.poll(words).toEqual([expect.stringContaining('New-Account of the service cannot be recorded')]);
});

test('what a token does makes records of its own, and none of the service', async () => {
  const [organization] = cordon.directory.organizations();
  const entity = await cordon.directory.addConnector(organization!.id, { ...EMPTY_DRAFT, name: 'press', armed: true });
  const { secret } = await ask('POST', '/api-tokens', { name: 'press', roles: ['Global Administrator'] });
  await ask('POST', `/restricted-entities/${entity.id}/restrict`, { reason: 'mine' }, secret);
  await ask('POST', `/restricted-entities/${entity.id}/unblock`, { reason: 'mine' }, secret);
  // Records are written one after another: this one comes last.
  await ask('POST', `/restricted-entities/${entity.id}/restrict`, { reason: 'last' });
  const { items } = await ask('GET', `/audit-records?organizationId=${organization!.id}`);
  const named = items.filter(({ by }) => by === 'press').map(({ operation }) => operation);
  expect(named).toEqual(['Remove-BlockedConnector', 'Restrict-Connector']);
  expect(items.map(({ operation }) => operation)).not.toContain('HygieneTenantEvents');
});
