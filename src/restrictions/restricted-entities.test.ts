import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aConnector } from '../../test/factories.ts';
import { HeldTimers } from '../../test/guard-world.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import { RestrictedEntities } from './restricted-entities.ts';
import type { RestrictionStore } from './restriction-store.ts';

const ORDER = { by: 'anna', reason: 'cleaned', graceHours: 0, learn: false } as const;

let directory: string;
let store: Store;
let timers: HeldTimers;
let ids = 0;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'cordon-restrictions-'));
  timers = new HeldTimers();
  store = await openStore();
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const openStore = () =>
  openSqliteStore({ directory, log: { info: () => {} }, onTrouble: () => {}, onRecovered: () => {} });

const openRoom = (over: Partial<RestrictionStore> = {}) =>
  RestrictedEntities.open({
    store: broken(store.restrictions, over),
    now: () => 1_000,
    randomUUID: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    setTimer: timers.set,
    durableWithinMs: 50,
  });

/** The real store, with one of its operations replaced by a trouble that no real disk makes at will. */
const broken = (real: RestrictionStore, over: Partial<RestrictionStore>): RestrictionStore => ({
  active: () => real.active(),
  epochs: () => real.epochs(),
  restrict: (restriction) => real.restrict(restriction),
  end: (id, end) => real.end(id, end),
  list: (query) => real.list(query),
  ...over,
});

const manual = (entity = aConnector()) => ({ entity, cause: 'manual', reason: 'test', by: 'anna' }) as const;

describe('a restriction', () => {
  test('is in memory at once and on disk before it is called durable', async () => {
    const room = await openRoom();
    const active = room.restrict(manual());
    expect(room.active.get(active.restriction.entityId)).toBe(active);
    expect(active.durable).toBe(false);
    await active.settled;
    expect(active.durable).toBe(true);
    expect((await store.restrictions.active()).map((r) => r.id)).toEqual([active.restriction.id]);
  });

  test('is there again after a restart, and so is the epoch', async () => {
    const connector = aConnector();
    const first = await openRoom();
    await first.restrict(manual(connector)).settled;
    await first.unblock(connector.id, ORDER);
    await first.restrict(manual(connector)).settled;
    const second = await openRoom();
    expect(second.active.get(connector.id)).toMatchObject({ durable: true, restriction: { epoch: 1 } });
    expect(second.active.epochOf(connector.id)).toBe(1);
  });

  test('that cannot be written holds in memory, is told, and is written when the disk is well again', async () => {
    let isBroken = true;
    const told: string[] = [];
    const room = await openRoom({
      restrict: (r) => (isBroken ? Promise.reject(new Error('disk full')) : store.restrictions.restrict(r)),
    });
    room.events.onNotDurable = (_, error) => told.push(String(error));
    room.events.onDurableAgain = () => told.push('durable');
    const active = room.restrict(manual());
    await active.settled;
    expect(active.durable).toBe(false);
    expect(room.active.get(active.restriction.entityId)).toBe(active);
    timers.goOff(1_000);
    await expect.poll(() => told).toEqual(['Error: disk full', 'Error: disk full']);
    isBroken = false;
    timers.goOff(1_000);
    await expect.poll(() => told.at(-1)).toBe('durable');
    expect(active.durable).toBe(true);
  });

  test('that takes longer than its deadline is settled, and not durable', async () => {
    let write = () => {};
    const room = await openRoom({
      restrict: () =>
        new Promise((resolve) => {
          write = () => resolve('restricted');
        }),
    });
    const active = room.restrict(manual());
    timers.goOff(50);
    await active.settled;
    expect(active.durable).toBe(false);
    write();
    await expect.poll(() => active.durable).toBe(true);
  });

  test('of an entity that somebody else unblocked meanwhile is forgotten', async () => {
    const room = await openRoom({ restrict: async () => 'stale' });
    const active = room.restrict(manual());
    await active.settled;
    expect(room.active.get(active.restriction.entityId)).toBeUndefined();
    expect(room.active.epochOf(active.restriction.entityId)).toBe(1);
  });

  test('stays when its end cannot be written', async () => {
    const room = await openRoom({ end: () => Promise.reject(new Error('disk full')) });
    const active = room.restrict(manual());
    await active.settled;
    await expect(room.unblock(active.restriction.entityId, ORDER)).rejects.toThrow('disk full');
    expect(room.active.get(active.restriction.entityId)).toBe(active);
  });
});

describe('epochs', () => {
  test('tell a message from before an unblock', async () => {
    const connector = aConnector();
    const room = await openRoom();
    const before = room.active.version;
    expect(room.active.epochAt(connector.id, before)).toBe(0);
    await room.restrict(manual(connector)).settled;
    await room.unblock(connector.id, ORDER);
    const after = room.active.version;
    expect(room.active.epochAt(connector.id, before)).toBe(0);
    expect(room.active.epochAt(connector.id, after)).toBe(1);
  });
});
