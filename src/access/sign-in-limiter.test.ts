import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { CordonError } from '../errors.ts';
import { Devices } from './devices.ts';
import { MemoryStore } from './memory-stores.ts';
import { type Attempt, SignInLimiter } from './sign-in-limiter.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const key = Buffer.alloc(32, 7);
let store: MemoryStore;
let clock: number;
let limiter: SignInLimiter;

const open = () => SignInLimiter.open({ store, key, now: () => clock });
beforeEach(async () => {
  store = new MemoryStore();
  clock = 1_795_000_000_000;
  limiter = await open();
});

const attempt = (over: Partial<Attempt> = {}): Attempt => ({ name: 'anna', clientAddress: '192.0.2.1', ...over });
/** 0 where it was tried, else how long it must wait. */
async function fail(over: Partial<Attempt> = {}): Promise<number> {
  const trial = limiter.begin(attempt(over));
  if (typeof trial === 'number') return trial;
  await trial.failed();
  return 0;
}
/** How long somebody would have to wait; asking changes nothing. */
function waitOf(over: Partial<Attempt> = {}): number {
  const trial = limiter.begin(attempt(over));
  if (typeof trial === 'number') return trial;
  trial.takeBack();
  return 0;
}
async function attackAllDay(over: (i: number) => Partial<Attempt>): Promise<number> {
  let tried = 0;
  for (let i = 0; i < 24 * 60 * 6; i++) {
    if ((await fail(over(i))) === 0) tried++;
    clock += 10 * SECOND;
  }
  return tried;
}

describe('failed sign-ins', () => {
  test('are free five times, then cost 1 second, 2, 4, up to 15 minutes', async () => {
    for (let i = 0; i < 5; i++) expect(await fail()).toBe(0);
    const delays = [];
    for (let i = 0; i < 12; i++) {
      const wait = await fail();
      delays.push(wait / SECOND);
      clock += wait;
      expect(await fail()).toBe(0);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  test('that come too early do not prolong the wait', async () => {
    for (let i = 0; i < 10; i++) await fail(i < 5 ? {} : { name: 'ANNA' });
    for (let i = 0; i < 100; i++) await fail();
    clock += SECOND;
    expect(waitOf()).toBe(0);
  });

  test('count although they are under way at the same time', () => {
    const tried = Array.from({ length: 100 }, () => limiter.begin(attempt())).filter((t) => typeof t !== 'number');
    expect(tried).toHaveLength(5);
  });

  test('survive a restart', async () => {
    for (let i = 0; i < 5; i++) await fail();
    limiter = await open();
    expect(waitOf()).toBe(SECOND);
  });

  test('are forgotten with a success at the same address, and after a quiet day', async () => {
    for (let i = 0; i < 4; i++) await fail();
    const trial = limiter.begin(attempt());
    await (trial as Exclude<typeof trial, number>).succeeded();
    for (let i = 0; i < 5; i++) expect(await fail()).toBe(0);
    expect(waitOf()).toBe(SECOND);
    clock += 24 * HOUR;
    for (let i = 0; i < 5; i++) expect(await fail()).toBe(0);
  });

  test('name nobody on the disk', async () => {
    await fail({ deviceId: 'd1' });
    await fail();
    const written = JSON.stringify(await store.failures());
    for (const text of ['anna', '192.0.2', 'd1']) expect(written).not.toContain(text);
  });

  test('are counted although the disk takes nothing', async () => {
    store.failure = new CordonError('STORE_UNAVAILABLE', 'full');
    for (let i = 0; i < 5; i++) await fail().catch(() => {});
    expect(waitOf()).toBe(SECOND);
  });
});

describe('one address', () => {
  test('that tries many names must wait after 30 failures', async () => {
    for (let i = 0; i < 30; i++) expect(await fail({ name: `n${i}` })).toBe(0);
    expect(waitOf({ name: 'another' })).toBe(SECOND);
    expect(waitOf({ name: 'another', clientAddress: '192.0.2.2' })).toBe(0);
  });

  test('is a /64 of IPv6, and an IPv4 address however it is written', async () => {
    for (let i = 0; i < 5; i++) await fail({ clientAddress: `2001:db8::${i}` });
    expect(waitOf({ clientAddress: '2001:db8:0:0:ffff::1' })).toBe(SECOND);
    expect(waitOf({ clientAddress: '2001:db8:0:1::1' })).toBe(0);
    for (let i = 0; i < 5; i++) await fail({ clientAddress: '::ffff:198.51.100.7' });
    expect(waitOf({ clientAddress: '198.51.100.7' })).toBe(SECOND);
  });
});

describe('the owner', () => {
  const devices = new Devices(key, randomBytes);
  const accountId = randomUUID();

  test('gets in on his own device while somebody fails all day from his very address', async () => {
    const deviceId = devices.idOf(devices.issue(accountId), accountId);
    const tried = await attackAllDay(() => ({}));
    expect(tried).toBeLessThan(120);
    expect(waitOf()).toBeGreaterThan(0);
    expect(waitOf({ deviceId })).toBe(0);
  });

  test('gets in from a new device elsewhere while one address fails all day', async () => {
    await attackAllDay(() => ({}));
    expect(waitOf({ clientAddress: '203.0.113.9' })).toBe(0);
  });

  test('must wait on a new device where the whole world fails with his name, and not on his own', async () => {
    const tried = await attackAllDay((i) => ({ clientAddress: `10.${i % 200}.${(i >> 8) % 256}.1` }));
    expect(tried).toBeLessThan(220);
    expect(waitOf({ clientAddress: '203.0.113.9' })).toBeGreaterThan(0);
    const deviceId = devices.idOf(devices.issue(accountId), accountId);
    expect(waitOf({ clientAddress: '203.0.113.9', deviceId })).toBe(0);
  });

  test('has ten tries on his own device, then waits there', async () => {
    for (let i = 0; i < 10; i++) expect(await fail({ deviceId: 'd' })).toBe(0);
    expect(waitOf({ deviceId: 'd' })).toBe(SECOND);
    expect(waitOf()).toBe(0);
  });

  test.each([
    ['somebody else’s account', (cookie: string) => cookie.replace(accountId, randomUUID()), randomUUID()],
    ['another device', (cookie: string) => `A${cookie.slice(1)}`, accountId],
    ['another signature', (cookie: string) => `${cookie.slice(0, -2)}AA`, accountId],
    ['no signature', (cookie: string) => cookie.split('.').slice(0, 2).join('.'), accountId],
    ['a megabyte', () => 'x'.repeat(1_000_000), accountId],
  ])('is not believed with the cookie of %s', (_, forge, of) => {
    const cookie = `B${devices.issue(accountId).slice(1)}`;
    const real = devices.issue(accountId);
    expect(devices.idOf(real, accountId)).toBeDefined();
    expect(devices.idOf(forge(cookie), of)).toBeUndefined();
    expect(devices.idOf(real, undefined)).toBeUndefined();
  });
});

describe('a clock', () => {
  test.each([HOUR, 365 * 24 * HOUR])('that is set back by %i ms keeps nobody waiting longer', async (step) => {
    for (let i = 0; i < 8; i++) {
      await fail();
      clock += i < 5 ? 0 : 2 ** (i - 4) * SECOND;
    }
    clock -= step;
    const wait = waitOf();
    expect(wait).toBeLessThanOrEqual(15 * MINUTE);
    clock += wait;
    expect(waitOf()).toBe(0);
    // And it is no way to more guesses.
    await fail();
    expect(waitOf()).toBeGreaterThan(wait);
  });

  test('that was set back before a restart keeps nobody waiting longer', async () => {
    for (let i = 0; i < 6; i++) {
      await fail();
      clock += i < 4 ? 0 : SECOND;
    }
    clock -= 365 * 24 * HOUR;
    limiter = await open();
    const wait = waitOf();
    expect(wait).toBeLessThanOrEqual(2 * SECOND);
    clock += wait;
    expect(waitOf()).toBe(0);
  });
});

test('memory and rows are bounded, and the name under attack is not forgotten for the others', async () => {
  for (let i = 0; i < 100; i++) await fail({ clientAddress: `10.0.${i}.1` });
  const spray = Array.from({ length: 9_000 }, (_, i) => ({
    name: `n${i}`,
    clientAddress: `2001:db8:${i.toString(16)}::1`,
  }));
  for (const each of spray) await fail(each);
  expect(waitOf({ clientAddress: '203.0.113.9' })).toBeGreaterThan(0);
  for (const { name, clientAddress } of spray) {
    await fail({ name: `m${name}`, clientAddress: clientAddress.replace('db8', 'db9') });
  }
  expect(store.kept.failures.size).toBeLessThanOrEqual(30_000);
});
