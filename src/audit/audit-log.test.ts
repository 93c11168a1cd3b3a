import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CordonError } from '../errors.ts';
import { AUDIT_KEY, anAuditLog } from '../store/audit-log-in-test.ts';
import { anAuditRecord, NOON, ORGANIZATION, OTHER_ORGANIZATION } from '../store/samples.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import type { AuditLog } from './audit-log.ts';
import type { AuditStore } from './audit-store.ts';
import { ChainKey, type ChainPoint, NO_MAC } from './chain.ts';
import { Heads, readHeads } from './head-file.ts';

let directory: string;
let store: Store;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'cordon-audit-'));
  store = await open();
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const open = () => openSqliteStore({ directory, log: { info: () => {} }, onTrouble: () => {}, onRecovered: () => {} });

/** A store that does as it is told once, and else as the real one does. */
function withTrouble(audit: AuditStore): {
  readonly store: AuditStore;
  next?: (() => Promise<void>) | undefined;
  writes: number;
} {
  const troubled = {
    writes: 0,
    next: undefined as (() => Promise<void>) | undefined,
    store: Object.assign(Object.create(audit) as AuditStore, {
      append: async (records: Parameters<AuditStore['append']>[0]) => {
        const { next } = troubled;
        troubled.next = undefined;
        troubled.writes++;
        await next?.();
        await audit.append(records);
      },
    }),
  };
  const others = ['heads', 'base', 'pointUpTo', 'list', 'search', 'unchainedOwners', 'unchained', 'adoptions'] as const;
  for (const name of [...others, 'beginAdoptions', 'adopt'] as const) {
    Object.assign(troubled.store, {
      [name]: (...args: never[]) => (audit[name] as (...given: never[]) => unknown)(...args),
    });
  }
  return troubled;
}

/** The sequences of an organization's records by id, and whether all codes are right. */
function chainOf(organizationId: string): { readonly ids: readonly string[]; readonly isWhole: boolean } {
  const db = new DatabaseSync(path.join(directory, 'cordon.db'));
  const key = new ChainKey(AUDIT_KEY);
  const rows = db
    .prepare(`select *, made_by as "by", object_id as "objectId", client_address as "clientAddress", user_type as "userType",
      user_key as "userKey", organization_id as "organizationId", erasure_mac as "erasureMac"
      from audit_record where organization_id = ? order by sequence`)
    .all(organizationId) as unknown as Parameters<typeof key.macOf>[0][];
  db.close();
  let previous = NO_MAC;
  let isWhole = true;
  for (const [i, row] of rows.entries()) {
    const { mac, sequence } = row as unknown as { mac: string; sequence: number };
    isWhole &&= sequence === i + 1 && mac === key.macOf(row, sequence, previous);
    previous = mac;
  }
  return { ids: rows.map(({ id }) => id), isWhole };
}

describe('appending', () => {
  test('many at once share writes, and stand in the chain in the order of the calls', async () => {
    const troubled = withTrouble(store.audit);
    const log = await anAuditLog(troubled.store);
    const records = Array.from({ length: 150 }, (_, i) =>
      anAuditRecord({ organizationId: i % 3 === 0 ? OTHER_ORGANIZATION : ORGANIZATION }),
    );
    await Promise.all(records.map((each) => log.append(each)));
    for (const organizationId of [ORGANIZATION, OTHER_ORGANIZATION]) {
      const ids = records.filter((each) => each.organizationId === organizationId).map(({ id }) => id);
      expect(chainOf(organizationId)).toEqual({ ids, isWhole: true });
    }
    expect(troubled.writes).toBe(4);
    expect(
      log
        .heads()
        .map(({ sequence }) => sequence)
        .sort(),
    ).toEqual([100, 50]);
  });

  test('a write that fails rejects its records only, and the chain stays whole', async () => {
    const troubled = withTrouble(store.audit);
    const log = await anAuditLog(troubled.store);
    const [first, lost, after] = [anAuditRecord(), anAuditRecord(), anAuditRecord()];
    await log.append(first);
    // Until then what comes next would share a write.
    await new Promise((resolve) => setImmediate(resolve));
    troubled.next = () => Promise.reject(new CordonError('STORE_UNAVAILABLE', 'no room'));
    const results = await Promise.allSettled([log.append(lost), log.append(after)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(chainOf(ORGANIZATION)).toEqual({ ids: [first.id, after.id], isWhole: true });
  });

  test('a write that failed and is on disk all the same is what the next record holds on to', async () => {
    const troubled = withTrouble(store.audit);
    const log = await anAuditLog(troubled.store);
    const [written, next] = [anAuditRecord(), anAuditRecord()];
    const { append } = store.audit;
    const real = troubled.store.append;
    troubled.store.append = async (records) => {
      troubled.store.append = real;
      await append.call(store.audit, records);
      throw new CordonError('STORE_UNAVAILABLE', 'its thread ended');
    };
    await expect(log.append(written)).rejects.toThrow();
    await log.append(next);
    expect(chainOf(ORGANIZATION)).toEqual({ ids: [written.id, next.id], isWhole: true });
  });

  test('what was known to be on disk before a write failed is known after it, too', async () => {
    const troubled = withTrouble(store.audit);
    const log = await anAuditLog(troubled.store);
    await log.append(anAuditRecord());
    const known = log.heads();
    troubled.next = () => Promise.reject(new CordonError('STORE_UNAVAILABLE', 'no room'));
    await expect(log.append(anAuditRecord())).rejects.toThrow('no room');
    expect(known).toMatchObject([{ sequence: 1 }]);
    expect(log.heads()).toEqual(known);
  });

  test('what is cut off while writes fail is told, and the file of the heads keeps the proof', async () => {
    const troubled = withTrouble(store.audit);
    const broken: ChainPoint[] = [];
    const log = await anAuditLog(troubled.store, {
      onBroken: (lost) => {
        broken.push(lost);
        heads.lose(lost);
      },
    });
    const nothing = () => {};
    const file = path.join(directory, 'audit-heads.json');
    const told = { file, key: AUDIT_KEY, audit: log, log: { info: nothing } };
    const heads = await Heads.open({ ...told, onBroken: nothing, onFailure: nothing, onWritten: nothing });
    for (let i = 0; i < 3; i++) await log.append(anAuditRecord());
    const [cut] = log.heads();
    troubled.next = () => Promise.reject(new CordonError('STORE_UNAVAILABLE', 'no room'));
    await expect(log.append(anAuditRecord())).rejects.toThrow('no room');
    const db = new DatabaseSync(path.join(directory, 'cordon.db'));
    db.exec('delete from audit_record where sequence > 1');
    db.close();
    for (let i = 0; i < 2; i++) await log.append(anAuditRecord());
    await heads.tell();
    expect(broken).toEqual([cut]);
    expect(readHeads(file, AUDIT_KEY)).toEqual({ heads: log.heads(), lost: [cut], unwitnessed: [] });
    expect(log.heads()).toMatchObject([{ sequence: 3 }]);
    expect(await log.holds(cut!)).toBe(false);
    expect(chainOf(ORGANIZATION)).toMatchObject({ isWhole: true });
  });

  test('one that is refused does not take along those that are written at the same moment', async () => {
    const log = await anAuditLog(store.audit);
    const record = anAuditRecord();
    await log.append(record);
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const others = Array.from({ length: 20 }, () => anAuditRecord());
    const all = [...others, record, anAuditRecord({ parameters: circular }), anAuditRecord()];
    const results = await Promise.allSettled(all.map((each) => log.append(each)));
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(chainOf(ORGANIZATION).isWhole).toBe(true);
    expect(chainOf(ORGANIZATION).ids).toHaveLength(22);
  });

  test('goes on after a restart where it was', async () => {
    const record = anAuditRecord();
    await (await anAuditLog(store.audit)).append(record);
    await store.close();
    store = await open();
    const next = anAuditRecord();
    await (await anAuditLog(store.audit)).append(next);
    expect(chainOf(ORGANIZATION)).toEqual({ ids: [record.id, next.id], isWhole: true });
  });
});

describe('records of before there were chains', () => {
  const insert = (id: string, at: number, organizationId: string) => {
    const db = new DatabaseSync(path.join(directory, 'cordon.db'));
    db.prepare(
      `insert into audit_record (id, at, organization_id, operation, made_by, client_address, object_id, parameters, result)
       values (?, ?, ?, 'Set-X', 'anna', '', '', '{}', 'Succeeded')`,
    ).run(id, at, organizationId);
    db.close();
  };

  /** Three at each millisecond. */
  const insertMany = (many: number, organizationId: string) => {
    const db = new DatabaseSync(path.join(directory, 'cordon.db'));
    db.prepare(
      `with recursive each (i) as (select 0 union all select i + 1 from each where i + 1 < ?)
       insert into audit_record (id, at, organization_id, operation, made_by, client_address, object_id, parameters, result)
       select ? || ' ' || substr('000000' || i, -6), ? + i / 3, ?, 'Set-X', 'anna', '', '', '{}', 'Succeeded' from each`,
    ).run(many, organizationId, NOON, organizationId);
    db.close();
  };

  test('get into theirs when the log is opened first, by time, and a record says so', async () => {
    insert('b', NOON, ORGANIZATION);
    insert('a', NOON + 1, ORGANIZATION);
    insert('c', NOON, '');
    await anAuditLog(store.audit);
    const chain = chainOf(ORGANIZATION);
    expect([chain.isWhole, chain.ids.slice(0, 2)]).toEqual([true, ['b', 'a']]);
    expect(chainOf('')).toMatchObject({ isWhole: true });
    const [started] = (await store.audit.list({ organizationId: '', limit: 1 }))!;
    expect(started).toMatchObject({ operation: 'Start-AuditChain', by: 'Cordon', parameters: { records: 1 } });
  });

  test('are not taken in later: they would be somebody else’s', async () => {
    await (await anAuditLog(store.audit)).append(anAuditRecord());
    insert('a', NOON, ORGANIZATION);
    await anAuditLog(store.audit);
    expect(await store.audit.unchained({ organizationId: ORGANIZATION, limit: 10 })).toHaveLength(1);
  });

  test('are as many as they may be: taken in by parts, and an interrupted start is finished by the next', async () => {
    insertMany(3_000, ORGANIZATION);
    insertMany(10, OTHER_ORGANIZATION);
    const stopped = withTrouble(store.audit);
    let parts = 0;
    stopped.store.adopt = async (records, ended) => {
      expect(records.length).toBeLessThanOrEqual(1_000);
      if (++parts === 2) throw new CordonError('STORE_UNAVAILABLE', 'stopped');
      await store.audit.adopt(records, ended);
    };
    await expect(anAuditLog(stopped.store)).rejects.toThrow('stopped');
    const log = await anAuditLog(store.audit);
    await log.append(anAuditRecord({ id: 'next' }));
    const ids = Array.from({ length: 3_000 }, (_, i) => `${ORGANIZATION} ${String(i).padStart(6, '0')}`);
    const chain = chainOf(ORGANIZATION);
    expect([chain.isWhole, chain.ids.slice(0, 3_000), chain.ids.at(-1)]).toEqual([true, ids, 'next']);
    const search = { organizationId: ORGANIZATION, operations: ['Start-AuditChain'], limit: 10 };
    const { records } = await store.audit.search(search, []);
    expect(records).toMatchObject([{ parameters: { records: 3_000 } }]);
    expect(chainOf(OTHER_ORGANIZATION).isWhole).toBe(true);
    expect(chainOf(OTHER_ORGANIZATION).ids).toHaveLength(11);
    expect(await store.audit.adoptions()).toEqual([]);
  });

  test('are not taken in once all were, though somebody puts back the mark of before', async () => {
    insert('a', NOON, ORGANIZATION);
    await anAuditLog(store.audit);
    const mark = new ChainKey(AUDIT_KEY).baseAt({ organizationId: ORGANIZATION, sequence: 0, mac: NO_MAC });
    await store.audit.beginAdoptions([mark]);
    insert('b', NOON, ORGANIZATION);
    await anAuditLog(store.audit);
    expect(await store.audit.unchained({ organizationId: ORGANIZATION, limit: 10 })).toHaveLength(1);
  });

  test('are not taken in for a mark that was not made with the key', async () => {
    await (await anAuditLog(store.audit)).append(anAuditRecord());
    const mark = { organizationId: ORGANIZATION, sequence: 0, mac: NO_MAC, proof: 'guessed' };
    await store.audit.beginAdoptions([mark]);
    insert('b', NOON, ORGANIZATION);
    await anAuditLog(store.audit);
    expect(await store.audit.unchained({ organizationId: ORGANIZATION, limit: 10 })).toHaveLength(1);
  });
});

describe('while the log of an organization is off', () => {
  let log: AuditLog;
  beforeEach(async () => {
    log = await anAuditLog(store.audit, { isOn: (organizationId) => organizationId !== ORGANIZATION });
  });

  test('only the switch, sign-ins, what the service restricts and what cuts or rewrites the log is recorded', async () => {
    const signIns = ['UserLoggedIn', 'UserLoginFailed', 'UserLoggedOut'];
    const onTheLog = ['Set-AdminAuditLogConfig', 'Remove-ExpiredAuditRecords', 'Remove-PersonalData'];
    const kept = [...signIns, ...onTheLog, 'HygieneTenantEvents'];
    const dropped = ['Set-InboundConnector', 'Measure-PersonalData', 'Get-MessageTrace'];
    await Promise.all([...kept, ...dropped].map((operation) => log.append(anAuditRecord({ operation }))));
    const found = await store.audit.list({ limit: 100 });
    expect(found.map(({ operation }) => operation).reverse()).toEqual(kept);
    expect(chainOf(ORGANIZATION).isWhole).toBe(true);
  });

  test('others, and the provider, record everything', async () => {
    for (const organizationId of [OTHER_ORGANIZATION, '']) await log.append(anAuditRecord({ organizationId }));
    expect(await store.audit.list({ limit: 100 })).toHaveLength(2);
  });
});

describe('retention', () => {
  test('cuts the oldest off, in steps, up to the first that is to be kept, whatever the times after it say', async () => {
    const log = await anAuditLog(store.audit);
    const ages = [...Array.from({ length: 1_100 }, () => 10), 5, 10];
    await Promise.all(ages.map((age) => log.append(anAuditRecord({ at: NOON - age }))));
    const expired = (await log.expired(ORGANIZATION, NOON - 7))!;
    expect(expired).toMatchObject({ sequence: 1_100, records: 1_100 });
    await log.removeUpTo(expired);
    expect(await store.audit.base(ORGANIZATION)).toEqual(new ChainKey(AUDIT_KEY).baseAt(expired));
    expect(await store.audit.list({ limit: 10 })).toHaveLength(2);
    expect(await log.expired(ORGANIZATION, NOON - 7)).toBeUndefined();
    expect(await log.holds(expired)).toBe(true);
    expect(await log.holds({ ...expired, sequence: 1_103 })).toBe(false);
  });

  test('of all of them leaves the chain where it was', async () => {
    const log = await anAuditLog(store.audit);
    await log.append(anAuditRecord({ at: NOON - 10 }));
    const [head] = log.heads();
    await log.removeUpTo((await log.expired(ORGANIZATION, NOON))!);
    const again = await anAuditLog(store.audit);
    expect(again.heads()).toEqual([head]);
    await again.append(anAuditRecord());
    expect(await again.expired(ORGANIZATION, NOON)).toBeUndefined();
    expect((await store.audit.heads())[0]).toMatchObject({ sequence: 2 });
  });
});
