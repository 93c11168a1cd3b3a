import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { CordonError } from '../errors.ts';
import { Accounts } from './accounts.ts';
import { MemoryStore } from './memory-stores.ts';
import { principalOf, Sessions } from './sessions.ts';

const MINUTE = 60_000;
const visitor = { clientAddress: '192.0.2.1', userAgent: 'Firefox' };
let store: MemoryStore;
let clock: number;
let accounts: Accounts;
let sessions: Sessions;
let anna: string;

const open = () =>
  Sessions.open({
    store,
    accounts,
    now: () => clock,
    randomUUID,
    randomBytes,
    idleMs: 60 * MINUTE,
    longestMs: 12 * 60 * MINUTE,
  });
const settled = () => new Promise((resolve) => setImmediate(resolve));
beforeEach(async () => {
  store = new MemoryStore();
  clock = 1_795_000_000_000;
  accounts = await Accounts.open({ store, now: () => clock, randomUUID, assertionDays: 30 });
  sessions = await open();
  anna = (await accounts.add({ name: 'anna', roles: ['Global Administrator'], passwordHash: 'h' }, undefined)).id;
});

describe('a session', () => {
  test('is known by 256 random bits, of which only the hash is kept', async () => {
    const { session, secret } = await sessions.begin(anna, visitor);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(sessions.verify(secret)).toMatchObject({ session: { id: session.id }, account: { name: 'anna' } });
    expect(JSON.stringify([...store.kept.sessions.values()])).not.toContain(secret);
    expect(sessions.list(anna)).toMatchObject([{ ...visitor, createdAt: clock }]);
  });

  test('survives a restart, and an ended one does not come back', async () => {
    const [stays, goes] = [await sessions.begin(anna, visitor), await sessions.begin(anna, visitor)];
    await sessions.end(goes.session.id);
    sessions = await open();
    expect(sessions.verify(stays.secret)?.session.id).toBe(stays.session.id);
    expect(sessions.verify(goes.secret)).toBeUndefined();
  });

  test('ends at once even where the disk does not take it', async () => {
    const { session, secret } = await sessions.begin(anna, visitor);
    store.failure = new CordonError('STORE_UNAVAILABLE', 'full');
    await expect(sessions.end(session.id)).rejects.toThrow('full');
    expect(sessions.verify(secret)).toBeUndefined();
  });

  test.each(['', 'x', 'a'.repeat(43), 'x'.repeat(1_000_000)])('%.10j opens nothing', async (secret) => {
    await sessions.begin(anna, visitor);
    expect(sessions.verify(secret)).toBeUndefined();
  });

  test('is over after an idle hour, and after 12 hours however busy', async () => {
    const idle = await sessions.begin(anna, visitor);
    const busy = await sessions.begin(anna, visitor);
    clock += 59 * MINUTE;
    expect(sessions.verify(busy.secret)).toBeDefined();
    clock += MINUTE;
    expect(sessions.verify(idle.secret)).toBeUndefined();
    for (let i = 0; i < 10; i++) {
      expect(sessions.verify(busy.secret)).toBeDefined();
      clock += 59 * MINUTE;
    }
    clock += 60 * MINUTE;
    expect(sessions.verify(busy.secret)).toBeUndefined();
    expect(sessions.list()).toEqual([]);
  });

  test('grows idle while it is only looked at', async () => {
    const { secret } = await sessions.begin(anna, visitor);
    clock += 59 * MINUTE;
    expect(sessions.verify(secret, false)).toBeDefined();
    clock += MINUTE;
    expect(sessions.verify(secret, false)).toBeUndefined();
  });

  test('that began while the clock was a year ahead does not last a year', async () => {
    clock += 365 * 24 * 60 * MINUTE;
    const { secret } = await sessions.begin(anna, visitor);
    clock -= 365 * 24 * 60 * MINUTE;
    expect(sessions.verify(secret)).toBeUndefined();
  });

  test('is written as seen once a minute at the most', async () => {
    const { secret, session } = await sessions.begin(anna, visitor);
    const before = store.writes;
    for (let i = 0; i < 600; i++) {
      clock += 200;
      sessions.verify(secret);
    }
    await settled();
    expect(store.writes - before).toBe(2);
    expect(store.kept.sessions.get(session.id)?.seenAt).toBe(clock);
  });

  test('of a disabled or deleted account opens nothing', async () => {
    await accounts.add({ name: 'bert', roles: ['Global Administrator'], passwordHash: 'h' }, undefined);
    const { secret } = await sessions.begin(anna, visitor);
    await accounts.change(anna, { enabled: false }, undefined);
    expect(sessions.verify(secret)).toBeUndefined();
  });

  test('may do what the roles are now, and nothing before a foreign password is changed', async () => {
    const { secret } = await sessions.begin(anna, visitor);
    const actions = () => principalOf(sessions.verify(secret)!.account).actions;
    expect(actions().size).toBe(0);
    await accounts.setPassword(anna, 'h2', 'himself');
    expect(actions().has('roles.write')).toBe(true);
    await accounts.add({ name: 'bert', roles: ['Global Administrator'], passwordHash: 'h' }, undefined);
    await accounts.change(anna, { roles: ['Global Reader'] }, undefined);
    expect(actions().has('roles.write')).toBe(false);
    expect(actions().has('audit.read')).toBe(true);
  });
});

test('sessions that are over go from the disk, too, though nobody asks for them', async () => {
  await sessions.begin(anna, visitor);
  clock += 59 * MINUTE;
  await sessions.sweep();
  expect(store.kept.sessions.size).toBe(1);
  clock += MINUTE;
  await sessions.sweep();
  expect(store.kept.sessions.size).toBe(0);
});

describe('the sessions of an account', () => {
  test('end all but one', async () => {
    const all = [];
    for (let i = 0; i < 3; i++) all.push(await sessions.begin(anna, visitor));
    expect(await sessions.endAll(anna, all[1]!.session.id)).toBe(2);
    expect(all.map(({ secret }) => sessions.verify(secret) !== undefined)).toEqual([false, true, false]);
  });

  test('are 50 at the most, in memory and on disk: the one that was not seen for longest goes', async () => {
    const first = await sessions.begin(anna, visitor);
    const second = await sessions.begin(anna, visitor);
    for (let i = 0; i < 60; i++) {
      clock += 1_000;
      sessions.verify(first.secret);
      await sessions.begin(anna, visitor);
    }
    expect(sessions.list(anna)).toHaveLength(50);
    expect(store.kept.sessions.size).toBe(50);
    expect(sessions.verify(first.secret)).toBeDefined();
    expect(sessions.verify(second.secret)).toBeUndefined();
  });
});
