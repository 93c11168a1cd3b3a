import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureAdminToken } from './admin-token.ts';
import type { RoleName } from './roles.ts';
import type { ApiToken, TokenStore } from './token.ts';
import { Tokens } from './tokens.ts';

const ORGANIZATION = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0001';
let clock = 1_000_000;
const kept = new Map<string, ApiToken>();
const store: TokenStore = {
  tokens: async () => [...kept.values()],
  addToken: async (token) => void kept.set(token.id, token),
  removeToken: async (id) => kept.delete(id),
  noteUse: async (id, at) => void used.push([id, at]),
};
const used: [string, number][] = [];
const accounts = new Map<string, readonly RoleName[]>();
const rolesOf = (accountId: string) => accounts.get(accountId);
const open = () => Tokens.open({ store, rolesOf, now: () => clock, randomUUID, randomBytes });

beforeEach(() => kept.clear());

describe('an API token', () => {
  test('is known by its secret, of which only the hash is kept', async () => {
    const tokens = await open();
    const { token, secret } = await tokens.create({ name: 'portal', roles: ['Global Reader'] });
    expect(secret).toMatch(/^cordon_[A-Za-z0-9_-]{43}$/);
    expect(tokens.verify(secret)).toMatchObject({
      id: token.id,
      kind: 'token',
      name: 'portal',
      roles: ['Global Reader'],
    });
    expect(JSON.stringify([...kept.values()])).not.toContain(secret.slice(7));
    expect(kept.get(token.id)?.secretHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('shuts its holder into its organization', async () => {
    const tokens = await open();
    const { secret } = await tokens.create({
      name: 'tenant',
      organizationId: ORGANIZATION,
      roles: ['Organization Management'],
    });
    expect(tokens.verify(secret)?.organizationId).toBe(ORGANIZATION);
  });

  test('survives a restart', async () => {
    const { secret } = await (await open()).create({ name: 'portal', roles: ['Global Reader'] });
    expect((await open()).verify(secret)?.name).toBe('portal');
  });

  test('opens nothing once it is revoked, wrong or empty', async () => {
    const tokens = await open();
    const { token, secret } = await tokens.create({ name: 'portal', roles: ['Global Reader'] });
    expect(tokens.verify(`${secret}x`)).toBeUndefined();
    expect(tokens.verify('')).toBeUndefined();
    expect(await tokens.revoke(token.id)).toBe(true);
    expect(tokens.verify(secret)).toBeUndefined();
    expect(await tokens.revoke(token.id)).toBe(false);
  });

  test('opens nothing from the millisecond on in which it expires', async () => {
    const tokens = await open();
    const { secret } = await tokens.create({ name: 'guest', roles: ['Global Reader'], expiresAt: clock + 1_000 });
    clock += 999;
    expect(tokens.verify(secret)?.name).toBe('guest');
    clock += 1;
    expect(tokens.verify(secret)).toBeUndefined();
  });
});

describe('an API token of an account', () => {
  const order = { name: 'portal', roles: ['Organization Management'], madeBy: 'anna' } as const;
  beforeEach(() => accounts.set('anna', ['Organization Management']));

  test('may what its maker may now, whatever he could when he made it', async () => {
    const tokens = await open();
    const { secret } = await tokens.create(order);
    expect(tokens.verify(secret)?.actions.has('connectors.write')).toBe(true);
    accounts.set('anna', ['Security Administrator']);
    const { actions } = tokens.verify(secret)!;
    expect([actions.has('connectors.write'), actions.has('restricted-entities.write')]).toEqual([false, true]);
    accounts.set('anna', []);
    expect(tokens.verify(secret)?.actions.size).toBe(0);
  });

  test('opens nothing while its maker is disabled or gone, also after a restart', async () => {
    const { secret } = await (await open()).create(order);
    const tokens = await open();
    expect(tokens.verify(secret)?.name).toBe('portal');
    accounts.delete('anna');
    expect(tokens.verify(secret)).toBeUndefined();
  });

  test('is revoked with the account, and nobody else’s', async () => {
    accounts.set('ben', ['Organization Management']);
    const tokens = await open();
    const [first, second] = [await tokens.create(order), await tokens.create(order)];
    const bens = await tokens.create({ ...order, madeBy: 'ben' });
    const local = await tokens.create({ name: 'local', roles: ['Provider Administrator'] });
    expect(await tokens.revokeOf('anna')).toBe(2);
    for (const { secret } of [first, second]) expect(tokens.verify(secret)).toBeUndefined();
    for (const { secret } of [bens, local]) expect(tokens.verify(secret)).toBeDefined();
    expect(kept.size).toBe(2);
  });
});

describe('the last use of an API token', () => {
  test('is noted, at most once a minute', async () => {
    used.length = 0;
    const tokens = await open();
    const { token, secret } = await tokens.create({ name: 'portal', roles: ['Global Reader'] });
    const start = clock;
    for (const later of [0, 1, 59_999, 60_000, 60_001]) {
      clock = start + later;
      tokens.verify(secret);
    }
    expect(used).toEqual([
      [token.id, start],
      [token.id, start + 60_000],
    ]);
    expect(tokens.get(token.id)?.lastUsedAt).toBe(start + 60_000);
  });

  test('is not noted for a secret that opens nothing', async () => {
    used.length = 0;
    const tokens = await open();
    tokens.verify('cordon_wrong');
    const { secret } = await tokens.create({ name: 'x', roles: ['Global Reader'], madeBy: 'nobody' });
    tokens.verify(secret);
    expect(used).toEqual([]);
  });
});

describe('the admin token of the local command line', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-access-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const secretIn = async (path: string) => (await readFile(path, 'utf8')).trim();

  test('is written by the first start, for its owner alone, and stays', async () => {
    const tokens = await open();
    const { path, isNew } = await ensureAdminToken(folder, tokens);
    expect(isNew).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const secret = await secretIn(path);
    expect(tokens.verify(secret)).toMatchObject({ kind: 'local', name: 'local administrator' });

    const second = await ensureAdminToken(folder, await open());
    expect(second.isNew).toBe(false);
    expect(await secretIn(path)).toBe(secret);
  });

  test('is closed to others again where somebody opened it', async () => {
    const { path } = await ensureAdminToken(folder, await open());
    await chmod(path, 0o644);
    await ensureAdminToken(folder, await open());
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('is made anew where the file is lost, and the lost one opens nothing any more', async () => {
    const tokens = await open();
    const { path } = await ensureAdminToken(folder, tokens);
    const lost = await secretIn(path);
    await rm(path);
    await ensureAdminToken(folder, tokens);
    expect(tokens.verify(lost)).toBeUndefined();
    expect(tokens.verify(await secretIn(path))).toBeDefined();
  });

  test.each(['', 'cordon_unknown'])('is made anew where the file holds %j', async (text) => {
    const tokens = await open();
    const path = join(folder, 'admin.token');
    await writeFile(path, text);
    expect((await ensureAdminToken(folder, tokens)).isNew).toBe(true);
    expect(tokens.verify(await secretIn(path))).toBeDefined();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('of an organization is no admin token', async () => {
    const tokens = await open();
    const { secret } = await tokens.create({
      name: 'tenant',
      organizationId: ORGANIZATION,
      roles: ['Organization Management'],
    });
    await writeFile(join(folder, 'admin.token'), secret);
    expect((await ensureAdminToken(folder, tokens)).isNew).toBe(true);
  });
});
