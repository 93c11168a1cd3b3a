// The audit log with a million records of 20 organizations: filtered searches, verifying, exporting, and appending. Usage: node --expose-gc
// bench/audit.ts [--records N] [--keep DIR]. The records are put into the file by SQL, in whole chains; everything that is measured goes the way it
// goes in the guard, searches and the export through the API without a socket.
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { auditCsv, auditJsonLines, auditPages } from '../src/api/audit-export.ts';
import { AuditLog } from '../src/audit/audit-log.ts';
import type { AuditRecord } from '../src/audit/audit-record.ts';
import type { AuditFilter } from '../src/audit/audit-store.ts';
import { ChainKey, type ChainPoint, NO_MAC } from '../src/audit/chain.ts';
import { rowOf } from '../src/store/audit-rows.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { runVerifyAudit } from '../src/verify-audit.ts';

const { values } = parseArgs({
  options: { records: { type: 'string', default: '1000000' }, keep: { type: 'string' } },
});
const RECORDS = Number(values.records);
const ORGANIZATIONS = 20;
const START = 1_764_000_000_000;
const KEY = Buffer.alloc(32, 5);
const SEARCHES = 100;
const guid = (kind: number, n: number) => `0a1b2c3d-4e5f-4a6b-8c${kind}d-${String(n).padStart(12, '0')}`;
const OPERATIONS = ['Get-MessageTrace', 'Set-InboundConnector', 'HygieneTenantEvents', 'Remove-BlockedConnector'];

/** One organization has half of all; one operation comes twice in 10 000. */
function recordOf(n: number): AuditRecord {
  const organization = n % 2 === 0 ? 0 : 1 + ((n * 7_919) % (ORGANIZATIONS - 1));
  const operation = n % 5_000 === 7 ? 'Set-AdminAuditLogConfig' : OPERATIONS[(n * 31) % 4]!;
  return {
    id: randomUUID(),
    at: START + n * 30_000,
    organizationId: guid(1, organization),
    operation,
    userType: 'Admin',
    userKey: guid(2, n % 500),
    by: `admin${n % 500}@example.com`,
    clientAddress: `192.0.${(n * 13) % 250}.${n % 250}`,
    objectId: guid(3, (n * 104_729) % 20_000),
    parameters: { reason: `ticket ${n}: password changed`, graceHours: 0, learn: false },
    changes: operation.startsWith('Set') ? [{ name: 'mode', before: 'observe', after: 'enforce' }] : undefined,
    result: n % 50 === 0 ? 'Failed' : 'Succeeded',
  };
}

function seed(file: string): void {
  const db = new DatabaseSync(file);
  const key = new ChainKey(KEY);
  const heads = new Map<string, ChainPoint>();
  db.exec('pragma synchronous = off; pragma cache_size = -600000; begin');
  let insert: ReturnType<DatabaseSync['prepare']> | undefined;
  for (let n = 0; n < RECORDS; n++) {
    const record = recordOf(n);
    const { organizationId } = record;
    const last = heads.get(organizationId) ?? { organizationId, sequence: 0, mac: NO_MAC };
    const chained = key.chain(record, last, randomBytes(16).toString('hex'));
    heads.set(organizationId, chained);
    const row = rowOf(chained);
    const columns = Object.keys(row);
    insert ??= db.prepare(
      `insert into audit_record (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    );
    insert.run(...Object.values(row));
  }
  db.exec('commit; pragma wal_checkpoint(truncate)');
  db.close();
}

const directory = values.keep ?? mkdtempSync(path.join(tmpdir(), 'cordon-bench-'));
const isSeeded = existsSync(path.join(directory, 'audit.key'));
const openStore = () =>
  openSqliteStore({
    directory,
    log: { info: () => {} },
    onTrouble: ({ error }) => console.error(error),
    onRecovered: () => {},
  });
let store = await openStore();
if (!isSeeded) {
  await store.close();
  const from = performance.now();
  seed(path.join(directory, 'cordon.db'));
  console.log(`${RECORDS} records in ${((performance.now() - from) / 1000).toFixed(0)} s`);
  writeFileSync(path.join(directory, 'audit.key'), KEY.toString('hex'));
  store = await openStore();
}
const opening = performance.now();
const log = await AuditLog.open({
  store: store.audit,
  key: KEY,
  now: Date.now,
  randomUUID,
  randomBytes,
  isOn: () => true,
});
console.log(`opening the log: ${(performance.now() - opening).toFixed(0)} ms`);

/** Of all threads. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const quantile = (figures: number[], q: number) => figures.sort((a, b) => a - b)[Math.floor(figures.length * q)]!;
type Search = AuditFilter & { readonly organizationId?: string };
const small = guid(1, 5);
const days = (n: number) => START + n * 86_400_000;
const some = (i: number, most: number) => (i * 7_919) % most;
const KINDS: Readonly<Record<string, (i: number) => Search>> = {
  'nothing, all organizations': () => ({}),
  'nothing, one organization': () => ({ organizationId: small }),
  'a day': (i) => ({ from: days(some(i, 300)), until: days(some(i, 300) + 1) }),
  'a common operation, all': (i) => ({ operations: [OPERATIONS[i % 4]!] }),
  'a rare operation, all': () => ({ operations: ['Set-AdminAuditLogConfig'] }),
  'two operations, one organization': () => ({
    operations: ['Set-AdminAuditLogConfig', 'HygieneTenantEvents'],
    organizationId: small,
  }),
  'a user, all': (i) => ({ users: [`admin${some(i, 500)}@example.com`] }),
  'a user and a rare operation, all': (i) => ({
    users: [`admin${some(i, 500)}@example.com`],
    operations: ['Set-AdminAuditLogConfig'],
  }),
  'a user and a common operation, one organization': (i) => ({
    users: [`admin${some(i, 500)}@example.com`],
    operations: ['Get-MessageTrace'],
    organizationId: small,
  }),
  'an entity': (i) => ({ objectIds: [guid(3, some(i, 20_000))] }),
  'an entity and a common operation': (i) => ({
    objectIds: [guid(3, some(i, 20_000))],
    operations: [OPERATIONS[i % 4]!],
  }),
  'an entity, one organization': (i) => ({ objectIds: [guid(3, some(i, 20_000))], organizationId: small }),
  'an address': (i) => ({ clientAddresses: [`192.0.${(some(i, 250) * 13) % 250}.${some(i, 250)}`] }),
  'a common text': () => ({ text: 'password' }),
  'a rare text, a page (20 000 records)': () => ({ text: 'no such ticket' }),
  'an entity and a text': (i) => ({ objectIds: [guid(3, some(i, 20_000))], text: 'ticket 1' }),
};
for (const [name, queryOf] of Object.entries(KINDS)) {
  const times: number[] = [];
  let found = 0;
  const cpu = cpuMs();
  for (let i = 0; i < SEARCHES; i++) {
    const from = performance.now();
    found += (await log.search({ ...queryOf(i), limit: 100 })).records.length;
    times.push(performance.now() - from);
  }
  const [median, p95] = [quantile(times, 0.5), quantile(times, 0.95)].map((each) => each.toFixed(1));
  const each = (cpuMs() - cpu) / SEARCHES;
  console.log(
    `search ${name}: median ${median} ms, p95 ${p95} ms, CPU ${each.toFixed(1)} ms (${found / SEARCHES} found)`,
  );
}
{
  const from = performance.now();
  let pages = 0;
  for await (const _ of auditPages(log, { text: 'no such ticket' })) pages++;
  console.log(`a rare text through all of it: ${((performance.now() - from) / 1000).toFixed(1)} s (${pages})`);
}

const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
for (const [name, format] of [['jsonl', auditJsonLines] as const, ['csv', auditCsv] as const]) {
  const [from, cpu] = [performance.now(), cpuMs()];
  let bytes = 0;
  let nextLook = 0;
  const looks: string[] = [];
  for await (const text of format(auditPages(log, {}))) {
    bytes += Buffer.byteLength(text);
    if (bytes < nextLook) continue;
    nextLook += 125e6;
    globalThis.gc?.();
    looks.push(`${mb(process.memoryUsage().heapUsed)}/${mb(process.memoryUsage().rss)}`);
  }
  const seconds = (performance.now() - from) / 1000;
  console.log(
    `export ${name}: ${mb(bytes)} MB in ${seconds.toFixed(0)} s, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s, ${(bytes / 1e3 / (cpuMs() - cpu)).toFixed(1)} a CPU second`,
  );
  console.log(`  heap/RSS MB on the way: ${looks.join(' ')}`);
}

for (let i = 0; i < 3; i++) {
  globalThis.gc?.();
  const [from, cpu] = [performance.now(), cpuMs()];
  const { records, broken } = await runVerifyAudit({ dataDirectory: directory, heads: [], onProgress: () => {} });
  const seconds = (performance.now() - from) / 1000;
  const { heapUsed, rss } = process.memoryUsage();
  console.log(
    `verify: ${records} records, ${broken} broken, ${(records / seconds).toFixed(0)} records/s, ${((1_000 * records) / (cpuMs() - cpu)).toFixed(0)} a CPU second, heap ${mb(heapUsed)} MB, RSS ${mb(rss)} MB`,
  );
}

for (const atOnce of [1, 50]) {
  const [from, cpu] = [performance.now(), cpuMs()];
  const appended = 2_000;
  for (let n = 0; n < appended; n += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, i) => log.append(recordOf(RECORDS + n + i))));
  }
  const [seconds, each] = [(performance.now() - from) / 1_000, (cpuMs() - cpu) / appended];
  console.log(
    `append, ${atOnce} at once: ${(appended / seconds).toFixed(0)} records/s, CPU ${each.toFixed(2)} ms each`,
  );
}
await store.close();
// Worker threads end by themselves a moment later.
await wait(10);
if (values.keep === undefined) rmSync(directory, { recursive: true });
