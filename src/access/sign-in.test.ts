import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Accounts } from './accounts.ts';
import { Devices } from './devices.ts';
import { MemoryStore } from './memory-stores.ts';
import { oneTimePassword, refuseWeakPassword } from './new-password.ts';
import { hashPassword } from './password.ts';
import { Sessions } from './sessions.ts';
import { type Credentials, PasswordSignIn } from './sign-in.ts';
import { SignInLimiter } from './sign-in-limiter.ts';
import { fromBase32, hotp } from './totp.ts';

const PASSWORD = 'correct horse battery';
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
let passwordHash: string;
let clock: number;
let accounts: Accounts;
let sessions: Sessions;
let signIn: PasswordSignIn;
let anna: string;

beforeAll(async () => {
  passwordHash = await hashPassword(PASSWORD);
});
beforeEach(async () => {
  clock = 1_795_000_000_000;
  const store = new MemoryStore();
  const now = () => clock;
  accounts = await Accounts.open({ store, now, randomUUID, assertionDays: 30 });
  sessions = await Sessions.open({ store, accounts, now, randomUUID, randomBytes, idleMs: 1e6, longestMs: 1e7 });
  const key = Buffer.alloc(32, 1);
  const limiter = await SignInLimiter.open({ store, key, now });
  signIn = await PasswordSignIn.open({ accounts, sessions, devices: new Devices(key, randomBytes), limiter });
  anna = (await accounts.add({ name: 'anna', roles: ['Global Administrator'], passwordHash }, undefined)).id;
  await accounts.add({ name: 'other', roles: ['Global Administrator'], passwordHash }, undefined);
});

const attempt = (over: Partial<Credentials> = {}) =>
  signIn.signIn({ name: 'anna', password: PASSWORD, clientAddress: '192.0.2.1', userAgent: 'x', ...over });
const code = () => hotp(fromBase32(SECRET), Math.floor(clock / 30_000));

describe('sign-in', () => {
  test('begins a new session each time, and remembers the device and when it was', async () => {
    const first = await attempt({ name: 'ANNA' });
    const second = await attempt();
    if (first.kind !== 'signed in' || second.kind !== 'signed in') throw new Error(`${first.kind}, ${second.kind}`);
    expect(first.secret).not.toBe(second.secret);
    expect(sessions.verify(second.secret)?.account).toMatchObject({ id: anna, lastSignInAt: clock });
    const third = await attempt({ deviceCookie: second.deviceCookie });
    expect(third).toMatchObject({ kind: 'signed in', deviceCookie: second.deviceCookie });
  });

  test('fails alike for a wrong password, a disabled account, an unknown one and one of a provider', async () => {
    await accounts.change(anna, { enabled: false }, undefined);
    const assertion = { issuer: 'i', subject: 's', name: 'fed', roles: ['Global Reader'] } as const;
    const { after: made } = await accounts.asserted(assertion);
    for (const over of [{ password: 'wrong' }, {}, { name: 'nobody' }, { name: made.name }]) {
      expect((await attempt(over)).kind).toBe('failed');
    }
    expect(sessions.list()).toEqual([]);
  });

  test('takes as long for an unknown name as for a wrong password', async () => {
    const timeOf = async (name: string) => {
      const began = performance.now();
      await attempt({ name, password: 'wrong', clientAddress: `10.0.0.${Math.floor(Math.random() * 250)}` });
      return performance.now() - began;
    };
    await timeOf('anna');
    // Without the same work an unknown name would be answered in a hundredth of the time.
    const [known, unknown] = [await timeOf('anna'), await timeOf('nobody')];
    expect(unknown).toBeGreaterThan(known / 5);
  });

  test('tells that a code is needed only to whom knows the password, and takes each code once', async () => {
    await accounts.setTotp(anna, SECRET, undefined);
    expect((await attempt({ password: 'wrong' })).kind).toBe('failed');
    expect((await attempt({ password: 'wrong', code: code() })).kind).toBe('failed');
    expect((await attempt()).kind).toBe('second factor needed');
    expect((await attempt({ code: '000000' })).kind).toBe('failed');
    expect((await attempt({ code: code() })).kind).toBe('signed in');
    expect((await attempt({ code: code() })).kind).toBe('failed');
    clock += 30_000;
    expect((await attempt({ code: code() })).kind).toBe('signed in');
  });

  test('is limited before the password is looked at, but not on a device of the account', async () => {
    const known = await attempt();
    if (known.kind !== 'signed in') throw new Error(known.kind);
    for (let i = 0; i < 5; i++) expect((await attempt({ password: `wrong ${i}` })).kind).toBe('failed');
    expect(await attempt()).toEqual({ kind: 'limited', retryAfterMs: 1_000 });
    expect((await attempt({ deviceCookie: known.deviceCookie })).kind).toBe('signed in');
    expect((await attempt({ name: 'other', deviceCookie: known.deviceCookie })).kind).toBe('signed in');
    clock += 1_000;
    expect((await attempt()).kind).toBe('signed in');
  });

  test('that is tried from a thousand addresses at once does not queue a thousand hashes', async () => {
    const all = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) =>
        attempt({ name: `n${i}`, password: 'x', clientAddress: `10.1.${i >> 8}.${i % 256}` }),
      ),
    );
    expect(all.filter(({ kind }) => kind === 'failed')).toHaveLength(32);
    expect(all.filter(({ kind }) => kind === 'limited')).toHaveLength(968);
  });
});

describe('a new password', () => {
  test.each([
    ['short', 'must have at least 12 characters'],
    ['anna.the.first', 'must not be the name'],
    ['ANNA.the.FIRST ', 'must not be the name'],
    [PASSWORD, 'must not be the one that you have'],
  ])('%j is refused: it %s', async (password, words) => {
    await expect(refuseWeakPassword(password, 'anna.the.first', passwordHash)).rejects.toThrow(words);
  });

  test('of 12 characters is taken', async () => {
    await refuseWeakPassword('twelve chars', 'anna', passwordHash);
  });

  test('that we make has 120 random bits and no letter that looks like another', () => {
    const made = oneTimePassword(randomBytes);
    expect(made).toMatch(/^[a-z2-7]{6}(-[a-z2-7]{6}){3}$/);
    expect(oneTimePassword(randomBytes)).not.toBe(made);
  });
});
