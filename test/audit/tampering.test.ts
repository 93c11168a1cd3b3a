// Whoever can write to cordon.db and has not the key: each thing that he can do with SQL is found by `cordon audit verify`, which names the record.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { ChainKey, type ChainPoint } from '../../src/audit/chain.ts';
import { Heads, writeFirstHeads } from '../../src/audit/head-file.ts';
import { Mention } from '../../src/mail/mention.ts';
import { anAuditRecord, NOON, ORGANIZATION, OTHER_ORGANIZATION } from '../../src/store/samples.ts';
import { takeBackup } from '../../src/store/sqlite/backup.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import { runVerifyAudit } from '../../src/verify-audit.ts';

const KEY = randomBytes(32);
let folder: string;
let store: Store;
let audit: AuditLog;
let troubles: string[];
let told: ChainPoint[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cordon-tampering-'));
  troubles = [];
  told = [];
  writeFirstHeads(headsFile(), KEY);
  writeFileSync(path.join(folder, 'audit.key'), KEY.toString('hex'));
  await open();
  for (let i = 1; i <= 12; i++) {
    await audit.append(anAuditRecord({ at: NOON + i, operation: `Set-Thing${i}`, objectId: `thing ${i}` }));
    if (i <= 3) await audit.append(anAuditRecord({ organizationId: OTHER_ORGANIZATION }));
  }
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function open(): Promise<void> {
  const quiet = { log: { info: () => {} }, onTrouble: () => {}, onRecovered: () => {} };
  store = await openSqliteStore({ directory: folder, ...quiet });
  audit = await AuditLog.open({
    store: store.audit,
    key: KEY,
    now: () => NOON,
    randomUUID,
    randomBytes,
    isOn: () => true,
  });
}

const headsFile = () => path.join(folder, 'audit-heads.json');

const openHeads = () =>
  Heads.open({
    file: headsFile(),
    key: KEY,
    audit,
    log: { info: (fields) => told.push(fields as ChainPoint) },
    onBroken: (what) => troubles.push(what),
    onFailure: (error) => troubles.push(String(error)),
    onWritten: () => {},
  });

/** As the attacker does it, while the guard runs. */
function sql(...statements: string[]): void {
  const db = new DatabaseSync(path.join(folder, 'cordon.db'));
  for (const statement of statements) db.exec(statement.replaceAll('OURS', `organization_id = '${ORGANIZATION}'`));
  db.close();
}

const verify = (heads: readonly ChainPoint[] = []) =>
  runVerifyAudit({ dataDirectory: folder, heads, onProgress: () => {} });

/** What is found: kind, place, and operation of the record. */
async function found(heads: readonly ChainPoint[] = []): Promise<string[]> {
  const { breaks, broken } = await verify(heads);
  expect(broken).toBe(breaks.length);
  return breaks.map(({ kind, sequence, record }) => [kind, sequence, record?.operation ?? ''].join(' ').trim());
}

test('a log that nobody touched is whole, before and after the guard goes on', async () => {
  expect(await verify()).toMatchObject({ records: 15, broken: 0, breaks: [], headsFile: 'read', pseudonymised: 0 });
  await (await openHeads()).tell();
  await audit.append(anAuditRecord());
  expect(await verify(told)).toMatchObject({ records: 16, broken: 0, headsFile: 'read' });
});

const COPY = `id, at, organization_id, operation, made_by, client_address, object_id, parameters, result, user_type, user_key,
  changes, mac, salt, commitment, erasure_mac`;
const insertAt = (sequence: string) =>
  `insert into audit_record (${COPY}, sequence) select 'forged', at, organization_id, 'Set-Forged', made_by, client_address, object_id,
   parameters, result, user_type, user_key, changes, mac, salt, commitment, erasure_mac, ${sequence} from audit_record where OURS and sequence = 5`;
const moveUp = (from: number, by: number) => [
  `update audit_record set sequence = -sequence where OURS and sequence >= ${from}`,
  `update audit_record set sequence = -sequence + ${by} where OURS and sequence < 0`,
];

describe('a changed record is named:', () => {
  test.each([
    ['at', '1'],
    ['at', '9223372036854775807'],
    ['changes', `x'00'`],
    ['operation', `'Set-Thing5 '`],
    ['made_by', `'mallory'`],
    ['client_address', `'192.0.2.99'`],
    ['object_id', `'thing 6'`],
    ['parameters', `'{}'`],
    ['changes', `'[]'`],
    ['result', `'Failed'`],
    ['user_type', `'System'`],
    ['user_key', `''`],
    ['id', `'another'`],
    ['mac', `'${'0'.repeat(64)}'`],
    ['salt', `'${'0'.repeat(32)}'`],
  ])('its %s', async (column, value) => {
    sql(`update audit_record set ${column} = ${value} where OURS and sequence = 5`);
    const operation = column === 'operation' ? 'Set-Thing5 '.trim() : 'Set-Thing5';
    expect(await found()).toEqual([`changed 5 ${operation}`]);
  });

  test('and made to look like pseudonymised', async () => {
    const key = new ChainKey(KEY);
    const stored = (await store.audit.list({ organizationId: ORGANIZATION, limit: 100 })).find(
      ({ operation }) => operation === 'Set-Thing5',
    )!;
    const forged = new ChainKey(randomBytes(32)).reseal(
      stored.id,
      { ...stored, parameters: '{}', changes: null, salt: 'aa', commitment: null, erasureMac: null },
      { ...stored, parameters: '{}', changes: null },
    );
    expect(key.isErasure(stored.id, { ...stored, parameters: '{}', changes: null, ...forged })).toBe(false);
    sql(
      `update audit_record set made_by = 'mallory', salt = null, commitment = '${forged.commitment}', erasure_mac = '${forged.erasureMac}'
       where OURS and sequence = 5`,
    );
    expect(await found()).toEqual(['changed 5 Set-Thing5', 'changed 5 Set-Thing5']);
  });

  test('the last one, and the first one', async () => {
    sql(`update audit_record set made_by = 'mallory' where OURS and sequence in (1, 12)`);
    expect(await found()).toEqual(['changed 1 Set-Thing1', 'changed 12 Set-Thing12']);
  });

  test('and moved to another organization', async () => {
    sql(`update audit_record set organization_id = '${OTHER_ORGANIZATION}', sequence = 4 where OURS and sequence = 12`);
    await (await openHeads()).tell();
    expect(await found([{ ...told[0]!, organizationId: ORGANIZATION, sequence: 12 }])).toEqual(
      expect.arrayContaining(['changed 4 Set-Thing12', 'cut off 12']),
    );
  });
});

describe('a removed record is named:', () => {
  test('one, several, and the first', async () => {
    sql('delete from audit_record where OURS and sequence in (1, 5, 6, 7)');
    const { breaks } = await verify();
    expect(breaks).toMatchObject([
      { kind: 'removed', sequence: 1, says: expect.stringContaining('record 1 is missing') },
      { kind: 'removed', sequence: 5, says: expect.stringContaining('records 5 to 7 are missing') },
    ]);
  });

  test('where those after it were numbered anew', async () => {
    sql('delete from audit_record where OURS and sequence = 5', ...moveUp(6, -1));
    expect(await found()).toEqual(['removed 5 Set-Thing6']);
  });

  test('behind a base that was forged, or that was taken away', async () => {
    sql(
      `insert into audit_chain select organization_id, sequence, mac, '${'0'.repeat(64)}' from audit_record where OURS and sequence = 4`,
      'delete from audit_record where OURS and sequence <= 4',
    );
    expect(await found()).toEqual(['base 4']);
    sql('delete from audit_chain');
    expect(await found()).toEqual(['removed 1']);
  });
});

describe('records in another order are named:', () => {
  const swap = (a: number, b: number) =>
    sql(
      `update audit_record set sequence = -${a} where OURS and sequence = ${a}`,
      `update audit_record set sequence = ${a} where OURS and sequence = ${b}`,
      `update audit_record set sequence = ${b} where OURS and sequence = -${a}`,
    );

  test('two neighbours', async () => {
    swap(5, 6);
    expect(await found()).toEqual(['reordered 5 Set-Thing6', 'reordered 6 Set-Thing5']);
  });

  test('two that stand far from each other', async () => {
    swap(3, 9);
    expect(await found()).toEqual(['reordered 3 Set-Thing9', 'reordered 9 Set-Thing3']);
  });
});

describe('a record that was put in is named:', () => {
  test('in no place', async () => {
    sql(insertAt('null'));
    expect(await found()).toEqual(['inserted 0 Set-Forged']);
  });

  test('between others, which were numbered anew', async () => {
    sql(...moveUp(6, 1), insertAt('6'));
    expect(await found()).toEqual(['inserted 6 Set-Forged']);
  });

  test('at the place of another, where the index was dropped', async () => {
    sql('drop index audit_record_in_chain', insertAt('5'));
    expect(await found()).toEqual(['inserted 5 Set-Forged']);
  });

  test('at the end', async () => {
    sql(insertAt('13'));
    expect(await found()).toEqual(['changed 13 Set-Forged']);
  });
});

describe('a chain that was cut off at its end is found', () => {
  test('by audit-heads.json, also after the guard started again and went on', async () => {
    await (await openHeads()).tell();
    sql('delete from audit_record where OURS and sequence >= 11');
    expect(await found()).toEqual(['cut off 11']);
    await store.close();
    await open();
    const heads = await openHeads();
    expect(troubles).toEqual([expect.stringContaining('cordon audit verify')]);
    for (let i = 0; i < 5; i++) await audit.append(anAuditRecord());
    await heads.tell();
    expect(await found()).toEqual(['changed 12']);
    await openHeads();
    expect(troubles).toHaveLength(2);
  });

  test('by a head that was kept elsewhere', async () => {
    await (await openHeads()).tell();
    rmSync(headsFile());
    sql('delete from audit_record where OURS and sequence = 12');
    const blind = { broken: 0, headsFile: 'missing', unwitnessed: [ORGANIZATION, OTHER_ORGANIZATION] };
    expect(await verify()).toMatchObject(blind);
    const { breaks, unwitnessed } = await verify(told);
    expect(breaks).toMatchObject([{ kind: 'cut off', sequence: 12, organizationId: ORGANIZATION }]);
    expect(unwitnessed).toEqual([]);
  });

  test('where the file went with it: the guard tells at its start, and it is not forgotten after', async () => {
    await (await openHeads()).tell();
    rmSync(headsFile());
    sql('delete from audit_record where OURS and sequence = 12');
    await store.close();
    await open();
    const heads = await openHeads();
    expect(troubles).toEqual([expect.stringMatching(/audit-heads\.json is missing.*cordon audit verify/)]);
    await audit.append(anAuditRecord());
    await heads.tell();
    await openHeads();
    expect(troubles).toHaveLength(1);
    expect(await verify()).toMatchObject({ headsFile: 'read', unwitnessed: [ORGANIZATION, OTHER_ORGANIZATION] });
    const [ours] = told;
    expect(await verify([ours!])).toMatchObject({ broken: 1, unwitnessed: [OTHER_ORGANIZATION] });
  });

  test('where the file went alone: the chains count as witnessed again when retention took what is in doubt', async () => {
    rmSync(headsFile());
    await openHeads();
    await audit.append(anAuditRecord({ at: NOON + 50 }));
    expect(await verify()).toMatchObject({ broken: 0, unwitnessed: [ORGANIZATION, OTHER_ORGANIZATION] });
    await audit.removeUpTo((await audit.expired(ORGANIZATION, NOON + 50))!);
    expect(await verify()).toMatchObject({ broken: 0, unwitnessed: [OTHER_ORGANIZATION] });
  });

  test('where all of it is gone', async () => {
    await (await openHeads()).tell();
    sql('delete from audit_record where OURS');
    const { breaks } = await verify();
    expect(breaks).toMatchObject([{ kind: 'cut off', sequence: 1, says: expect.stringContaining('1 to 12') }]);
  });

  test('by nobody else: a heads file that is not the guard’s is said to be forged', async () => {
    await (await openHeads()).tell();
    const file = headsFile();
    writeFileSync(file, readFileSync(file, 'utf8').replace('"sequence": 12', '"sequence": 11'));
    expect(await verify()).toMatchObject({ headsFile: 'forged' });
    await openHeads();
    expect(troubles).toEqual([expect.stringContaining('was not written by this guard')]);
  });
});

test('a log that got its chains by migration misses no heads file, and one that was made to look like it does', async () => {
  const outOfChains =
    'update audit_record set sequence = null, mac = null, salt = null, commitment = null, erasure_mac = null';
  sql(outOfChains);
  await store.close();
  await open();
  await openHeads();
  expect(troubles).toEqual([]);
  expect(await verify()).toMatchObject({ records: 17, broken: 0, headsFile: 'read', unwitnessed: [] });
  sql(outOfChains);
  rmSync(headsFile());
  await store.close();
  await open();
  await openHeads();
  expect(troubles).toEqual([expect.stringContaining('is missing')]);
  // Nothing is taken in twice: each of them is found.
  expect(await verify()).toMatchObject({ records: 0, broken: 17 });
});

test('a backup can be verified as it is', async () => {
  await (await openHeads()).tell();
  const target = path.join(folder, 'backup');
  const order = { dataDirectory: folder, target, version: '1', now: () => NOON, onProgress: () => {} };
  await takeBackup({ ...order, signal: new AbortController().signal });
  await audit.append(anAuditRecord());
  const verified = await runVerifyAudit({ dataDirectory: target, heads: [], onProgress: () => {} });
  expect(verified).toMatchObject({ records: 15, broken: 0, headsFile: 'read' });
});

test('the head is told once for each time that it moved', async () => {
  const heads = await openHeads();
  heads.tell();
  heads.tell();
  await audit.append(anAuditRecord());
  heads.tell();
  expect(told.map(({ organizationId, sequence }) => [organizationId, sequence])).toEqual([
    [ORGANIZATION, 12],
    [OTHER_ORGANIZATION, 3],
    [ORGANIZATION, 13],
  ]);
});

describe('what is lawful is told apart:', () => {
  const forget = (address: string, pseudonym: string) =>
    store.privacy.eraseMentions(
      { mention: Mention.of(address)! },
      { erased: '[erased]', pseudonym, reseal: audit.reseal },
    );

  test('erasures, also of one record twice', async () => {
    const by = 'anna@ours.example';
    const changes = [{ name: 'login', before: by, after: 'bob@ours.example' }];
    await audit.append(anAuditRecord({ by, changes }));
    await audit.append(anAuditRecord());
    await forget(by, 'forgotten-1');
    expect(await verify()).toMatchObject({ broken: 0, pseudonymised: 1 });
    await forget('bob@ours.example', 'forgotten-2');
    expect(await verify()).toMatchObject({ broken: 0, pseudonymised: 1 });
    sql(`update audit_record set made_by = 'mallory' where OURS and sequence = 13`);
    expect(await found()).toEqual(['changed 13 Remove-BlockedConnector']);
  });

  test('an erasure makes no changed record good', async () => {
    sql(`update audit_record set made_by = 'anna@ours.example' where OURS and sequence = 5`);
    await forget('anna@ours.example', 'forgotten-1');
    expect(await found()).toEqual(['changed 5 Set-Thing5']);
  });

  test('retention, and heads of before it', async () => {
    await (await openHeads()).tell();
    const early = told;
    await audit.removeUpTo((await audit.expired(ORGANIZATION, NOON + 7))!);
    expect(await verify(early)).toMatchObject({ records: 9, broken: 0 });
    await audit.removeUpTo((await audit.expired(ORGANIZATION, NOON + 100))!);
    expect(await verify(early)).toMatchObject({ records: 3, broken: 0 });
    await store.close();
    await open();
    await openHeads();
    expect(troubles).toEqual([]);
  });
});
