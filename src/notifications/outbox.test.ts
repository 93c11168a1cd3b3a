import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { NotificationEvent } from '../alerts/notification-event.ts';
import { aGuid, anEvent, NOON, ORGANIZATION, OTHER_ORGANIZATION } from '../store/samples.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import { waitAfter } from './backoff.ts';
import { FakeTime } from './fake-time.ts';
import { Outbox, type OutboxOptions, type Sent } from './outbox.ts';

let directory: string;
let store: Store;
let time: FakeTime;
let outbox: Outbox | undefined;
/** What each try hears; 'taken' without one. */
let answers: Sent[];
let tried: string[];
let results: string[];
let nobody: NotificationEvent[];
let shed: number[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cordon-outbox-'));
  store = await openSqliteStore({ directory, log: { info: () => {} }, onTrouble: () => {}, onRecovered: () => {} });
  time = new FakeTime(NOON);
  [answers, tried, results, nobody, shed] = [[], [], [], [], []];
});
afterEach(async () => {
  await outbox?.close();
  await store.close();
  await rm(directory, { recursive: true });
});

const sender: OutboxOptions['senders']['mail'] = {
  send: async ({ id, target }) => {
    tried.push(`${target} ${id}`);
    return answers.shift() ?? { result: 'taken' };
  },
};

async function open(over: Partial<OutboxOptions> = {}): Promise<Outbox> {
  outbox = await Outbox.open({
    store: store.outbox,
    senders: { mail: sender, webhook: sender },
    addresseesOf: async ({ recipients }) =>
      recipients.map((target) => ({
        channel: target.includes('@') ? 'mail' : 'webhook',
        target,
        payload: '{}',
      })),
    onNobody: (event) => nobody.push(event),
    onResult: (channel, result, _delivery, words) => results.push(`${channel} ${result} ${words}`.trim()),
    onShed: (count) => shed.push(count),
    onFailure: (error) => {
      throw error;
    },
    now: () => time.now,
    random: () => 0,
    randomUUID: aGuid,
    setTimer: time.setTimer,
    ...over,
  });
  return outbox;
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 5 });
const failed: Sent = { result: 'failed', words: 'connection refused' };

describe('the outbox', () => {
  test('one event is told once to each recipient over all channels, and then nothing is left of it', async () => {
    const event = anEvent({ recipients: ['anna@ours.example', 'ben@ours.example', 'hook'] });
    await store.outbox.addEvent(event);
    await open();
    await until(() => expect(results).toHaveLength(3));
    expect(tried.map((line) => line.split(' ')[0]).sort()).toEqual(['anna@ours.example', 'ben@ours.example', 'hook']);
    expect(results.sort()).toEqual(['mail taken', 'mail taken', 'webhook taken']);
    await until(() => expect(outbox!.depth).toBe(0));
    expect(await store.outbox.count()).toBe(0);
    expect(await store.outbox.events(1)).toEqual([]);
  });

  test('what is not taken is tried again, later and later, with the same id, and after three days given up', async () => {
    await store.outbox.addEvent(anEvent({ recipients: ['anna@ours.example'] }));
    answers = Array.from({ length: 200 }, () => failed);
    await open();
    const waits: number[] = [];
    while (!results.includes('mail given-up connection refused')) {
      const tries = tried.length;
      const isOver = () => results.at(-1)?.startsWith('mail given-up') === true;
      await until(() => expect(isOver() || time.next !== undefined).toBe(true));
      if (isOver()) break;
      waits.push(time.forward());
      await until(() => expect(results.length).toBeGreaterThan(tries));
    }
    expect(waits.slice(0, 9)).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600].map((s) => s * 750));
    const days = waits.reduce((sum, wait) => sum + wait, 0) / 86_400_000;
    expect(days).toBeGreaterThan(3);
    expect(days).toBeLessThan(3.1);
    expect(new Set(tried).size).toBe(1);
    expect(outbox!.depth).toBe(0);
  });

  test('a target that hangs holds up no other channel, and only a few are under way at once', async () => {
    let open_ = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const hanging: OutboxOptions['senders']['mail'] = {
      send: () => {
        most = Math.max(most, ++open_);
        return new Promise((resolve) => {
          release.push(() => {
            open_--;
            resolve({ result: 'taken' });
          });
        });
      },
    };
    const recipients = Array.from({ length: 7 }, (_, i) => `person${i}@ours.example`);
    await store.outbox.addEvent(anEvent({ recipients: [...recipients, 'hook'] }));
    await open({ senders: { mail: hanging, webhook: sender } });
    await until(() => expect(results).toEqual(['webhook taken']));
    await until(() => {
      for (const act of release.splice(0)) act();
      expect(results).toHaveLength(8);
    });
    expect(most).toBe(2);
  });

  test('a webhook that hangs leaves room for the others', async () => {
    const release: (() => void)[] = [];
    let under = 0;
    const webhook: OutboxOptions['senders']['webhook'] = {
      send: (delivery) => {
        if (delivery.target !== 'hangs') return sender.send(delivery);
        under++;
        return new Promise((resolve) => void release.push(() => resolve({ result: 'taken' })));
      },
    };
    for (let i = 0; i < 12; i++) await store.outbox.addEvent(anEvent({ at: i, recipients: ['hangs'] }));
    await store.outbox.addEvent(anEvent({ at: 20, recipients: ['well'] }));
    await open({ senders: { mail: sender, webhook } });
    await until(() => expect(tried.map((line) => line.split(' ')[0])).toEqual(['well']));
    expect(under).toBe(2);
    await until(() => {
      for (const act of release.splice(0)) act();
      expect(results).toHaveLength(13);
    });
  });

  test('a storm of alerts is told at a steady pace after the first few', async () => {
    const recipients = Array.from({ length: 30 }, (_, i) => `person${i}@ours.example`);
    await store.outbox.addEvent(anEvent({ recipients }));
    await open();
    await until(() => expect(results).toHaveLength(20));
    let waited = 0;
    while (results.length < 30) {
      await until(() => expect(time.next).toBeDefined());
      const before = results.length;
      waited += time.forward();
      await until(() => expect(results.length).toBeGreaterThan(before));
    }
    expect(waited).toBe(2_000);
  });

  test('an event that nobody hears of is told, and not kept', async () => {
    const event = anEvent({ recipients: [] });
    await store.outbox.addEvent(event);
    await open();
    await until(() => expect(nobody).toMatchObject([{ id: event.id }]));
    expect(await store.outbox.events(1)).toEqual([]);
  });

  const addressed = (count: number, domain: string) => Array.from({ length: count }, (_, i) => `p${i}@${domain}`);
  const left = async (organizationId: string) =>
    (await store.outbox.due('mail', organizationId, NOON + 86_400_000, NOON + 90_000_000, 50)).length;

  test('a flood of one organization takes nothing from another, is cut, and that is said once', async () => {
    answers = Array.from({ length: 50 }, () => failed);
    await store.outbox.addEvent(
      anEvent({ at: 1, organizationId: OTHER_ORGANIZATION, recipients: addressed(3, 'b.example') }),
    );
    for (let i = 0; i < 4; i++)
      await store.outbox.addEvent(anEvent({ at: 2 + i, recipients: addressed(10, `a${i}.example`) }));
    await open({ mostOfOne: 15 });
    await until(() => expect(results.length).toBeGreaterThanOrEqual(18));
    expect(shed).toEqual([25]);
    expect([await left(ORGANIZATION), await left(OTHER_ORGANIZATION)]).toEqual([15, 3]);
    expect(outbox!.depth).toBe(18);
  });

  test('a full outbox costs whoever has the most waiting', async () => {
    answers = Array.from({ length: 50 }, () => failed);
    await store.outbox.addEvent(
      anEvent({ at: 1, organizationId: OTHER_ORGANIZATION, recipients: addressed(3, 'b.example') }),
    );
    await store.outbox.addEvent(anEvent({ at: 2, organizationId: undefined, recipients: addressed(2, 'c.example') }));
    await store.outbox.addEvent(anEvent({ at: 3, recipients: addressed(20, 'a.example') }));
    await open({ most: 20 });
    await until(() => expect(results.length).toBeGreaterThanOrEqual(18));
    expect(shed).toEqual([7]);
    expect([await left(ORGANIZATION), await left(OTHER_ORGANIZATION), await left('')]).toEqual([13, 3, 2]);
  });

  test('organizations take turns: a flood that was there before delays an alert by no more than its own turn', async () => {
    await store.outbox.addEvent(anEvent({ at: 1, recipients: addressed(60, 'a.example') }));
    await open();
    // The burst is over.
    await until(() => expect(results).toHaveLength(20));
    await until(() => expect(time.next).toBeDefined());
    const event = anEvent({ at: 2, organizationId: OTHER_ORGANIZATION, recipients: addressed(3, 'b.example') });
    await store.outbox.addEvent(event);
    outbox!.wake();
    await until(() => expect(outbox!.depth).toBe(43));
    const isTold = () => tried.filter((line) => line.includes('@b.example')).length === 3;
    let waited = 0;
    while (!isTold()) {
      await until(() => expect(time.next).toBeDefined());
      const before = results.length;
      waited += time.forward();
      await until(() => expect(results.length).toBeGreaterThan(before));
    }
    expect(waited).toBeLessThanOrEqual(1_200);
    expect(results.length).toBeLessThan(30);
  });

  test('webhooks of one organization that all hang leave room for those of another', async () => {
    const release: (() => void)[] = [];
    const webhook: OutboxOptions['senders']['webhook'] = {
      send: (delivery) => {
        if (delivery.target === 'well') return sender.send(delivery);
        return new Promise((resolve) => void release.push(() => resolve({ result: 'taken' })));
      },
    };
    await store.outbox.addEvent(anEvent({ at: 1, recipients: Array.from({ length: 10 }, (_, i) => `hangs${i}`) }));
    await open({ senders: { mail: sender, webhook } });
    await until(() => expect(release.length).toBeGreaterThan(3));
    await store.outbox.addEvent(anEvent({ at: 2, organizationId: OTHER_ORGANIZATION, recipients: ['well'] }));
    outbox!.wake();
    await until(() => expect(tried).toHaveLength(1));
    await until(() => {
      for (const act of release.splice(0)) act();
      expect(results).toHaveLength(11);
    });
  });

  test('what was sent but could not be taken down is not sent again while the disk is full', async () => {
    const failures: unknown[] = [];
    let isFull = true;
    const full = new Proxy(store.outbox, {
      get: (rows, name: 'remove') => {
        if (name === 'remove' && isFull) return () => Promise.reject(new Error('disk full'));
        return rows[name].bind(rows);
      },
    });
    await store.outbox.addEvent(anEvent({ recipients: ['anna@ours.example'] }));
    await open({ store: full, onFailure: (error) => failures.push(error) });
    await until(() => expect(failures).toHaveLength(1));
    await until(() => expect(time.next).toBe(60_000));
    time.forward();
    await until(() => expect(failures).toHaveLength(2));
    isFull = false;
    await until(() => expect(time.next).toBe(60_000));
    time.forward();
    await until(() => expect(results).toEqual(['mail taken']));
    expect(tried).toHaveLength(1);
  });

  test('waits are at most an hour, and differ', () => {
    expect(waitAfter(1, 0.999)).toBeGreaterThan(waitAfter(1, 0));
    expect(waitAfter(500, 0.999_999)).toBeLessThanOrEqual(3_600_000);
    expect(waitAfter(500, 0)).toBe(2_700_000);
  });
});
