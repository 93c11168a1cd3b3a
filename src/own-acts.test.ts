import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditLog } from './audit/audit-log.ts';
import type { AuditRecord } from './audit/audit-record.ts';
import { CordonError } from './errors.ts';
import { FakeTime } from './notifications/fake-time.ts';
import { MOST_WAITING, OwnActs } from './own-acts.ts';
import { anAuditLog } from './store/audit-log-in-test.ts';
import { aGuid, anAuditRecord, anEnd, aRestriction, NOON } from './store/samples.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import type { Store } from './store/store.ts';

let directory: string;
let store: Store;
let log: AuditLog;
let time: FakeTime;
let troubles: string[];
let isWell: boolean;
/** What the next appends do before the real one, or instead of it. */
let disk: 'works' | 'is full' | 'writes and fails';

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'cordon-own-'));
  const told = { log: { info: () => {} }, onTrouble: () => {}, onRecovered: () => {} };
  store = await openSqliteStore({ directory, ...told });
  log = await anAuditLog(store.audit);
  time = new FakeTime(NOON);
  troubles = [];
  isWell = false;
  disk = 'works';
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const unavailable = () => new CordonError('STORE_UNAVAILABLE', 'no room');

async function append(record: AuditRecord): Promise<void> {
  if (disk !== 'is full') await log.append(record);
  if (disk !== 'works') throw unavailable();
}

const theActs = (over: Partial<AuditLog> = {}) =>
  new OwnActs({
    audit: { append, search: (query) => log.search(query), ...over },
    now: () => time.now,
    randomUUID: aGuid,
    setTimer: time.setTimer,
    trouble: (what) => void troubles.push(what),
    well: () => {
      isWell = true;
    },
  });

const recorded = async () => (await store.audit.list({ limit: 1_000 })).map(({ id }) => id).reverse();

describe('an act of the service', () => {
  test('that the disk does not take is written when it does, before what came later, and then all is well', async () => {
    const acts = theActs();
    const [first, second] = [anAuditRecord(), anAuditRecord()];
    disk = 'is full';
    acts.record(first);
    await expect.poll(() => time.next).toBe(1_000);
    acts.record(second);
    time.forward();
    await expect.poll(() => time.next).toBe(2_000);
    expect([await recorded(), isWell]).toEqual([[], false]);
    expect(troubles.at(-1)).toContain('2 acts of the service wait');
    disk = 'works';
    time.forward();
    await expect.poll(() => isWell).toBe(true);
    expect(await recorded()).toEqual([first.id, second.id]);
    expect(time.next).toBeUndefined();
  });

  test('that was on disk though its write failed is there once, and that is no trouble', async () => {
    const acts = theActs();
    const record = anAuditRecord();
    disk = 'writes and fails';
    acts.record(record);
    await expect.poll(() => time.next).toBe(1_000);
    troubles = [];
    disk = 'works';
    time.forward();
    await expect.poll(() => isWell).toBe(true);
    expect([await recorded(), troubles]).toEqual([[record.id], []]);
  });

  test('that cannot be written at all is told, and keeps no other from being written', async () => {
    const acts = theActs();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const other = anAuditRecord();
    acts.record(anAuditRecord({ parameters: circular }));
    acts.record(other);
    await expect.poll(recorded).toEqual([other.id]);
    expect(troubles).toEqual([expect.stringContaining('cannot be recorded')]);
  });

  test('waits no longer than a minute for the next try, and at most ten thousand wait', async () => {
    disk = 'is full';
    const acts = theActs();
    for (let i = 0; i <= MOST_WAITING; i++) acts.record(anAuditRecord());
    for (const wait of [1, 2, 4, 8, 16, 32, 60, 60]) {
      await expect.poll(() => time.next).toBe(wait * 1_000);
      time.forward();
    }
    for (let i = 0; i < 300; i++) acts.record(anAuditRecord());
    expect(troubles.filter((what) => what.endsWith('is lost')).length).toBeGreaterThan(0);
  });

  test('that waits when the guard is closed is tried once more', async () => {
    const acts = theActs();
    const record = anAuditRecord();
    disk = 'is full';
    acts.record(record);
    await expect.poll(() => time.next).toBe(1_000);
    disk = 'works';
    await acts.close();
    expect(await recorded()).toEqual([record.id]);
  });
});

describe('at a start', () => {
  const listed = async () =>
    (await store.audit.list({ limit: 100 })).map(({ at, operation, parameters }) => [
      operation,
      at,
      parameters.Event,
      parameters.EventId,
    ]);

  test('a restriction that was made just before the guard was killed is recorded, once, with its time', async () => {
    const restriction = aRestriction({ since: NOON - 5_000 });
    for (let start = 0; start < 2; start++) {
      const acts = theActs();
      await acts.recordMissing([restriction]);
      await acts.close();
    }
    expect(await listed()).toEqual([['HygieneTenantEvents', NOON - 5_000, 'Listed', restriction.incidentId]]);
  });

  test('one more of the same entity is another one', async () => {
    const before = aRestriction();
    const acts = theActs();
    await acts.recordMissing([before]);
    await acts.recordMissing([aRestriction({ entityId: before.entityId })]);
    await acts.close();
    expect(await listed()).toHaveLength(2);
  });

  test('what people restricted, and what is so old that its record may be gone lawfully, is not', async () => {
    const acts = theActs();
    const old = aRestriction({ since: NOON - 31 * 86_400_000 });
    const byHand = { cause: 'manual', restrictedBy: 'anna' } as const;
    await acts.recordMissing([aRestriction(byHand), old, aRestriction({ ...byHand, ended: anEnd({ by: 'ben' }) })]);
    await acts.close();
    expect(await listed()).toEqual([]);
  });

  test('an end by the service just before the guard was killed is recorded, once, and what a person ended is not', async () => {
    const ended = anEnd({ at: NOON - 2_000, by: 'Cordon', reason: 'its time is over' });
    const restriction = aRestriction({ since: NOON - 5_000, cause: 'manual', restrictedBy: 'anna', ended });
    const unblocked = aRestriction({ since: NOON - 4_000, ended: anEnd({ by: 'anna' }) });
    for (let start = 0; start < 2; start++) {
      const acts = theActs();
      await acts.recordMissing([restriction, unblocked]);
      await acts.close();
    }
    expect(await listed()).toEqual([
      ['HygieneTenantEvents', NOON - 2_000, 'Delisted', restriction.incidentId],
      ['HygieneTenantEvents', NOON - 4_000, 'Listed', unblocked.incidentId],
    ]);
  });

  test('a store that cannot be read is told, and keeps no guard from its work', async () => {
    const acts = theActs({ search: () => Promise.reject(unavailable()) });
    await acts.recordMissing([aRestriction()]);
    expect(troubles).toEqual([expect.stringContaining('may not be recorded')]);
  });
});
