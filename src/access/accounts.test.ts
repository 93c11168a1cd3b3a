import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { CordonError } from '../errors.ts';
import { toName } from './account.ts';
import { Accounts, type NewAccount } from './accounts.ts';
import { MemoryStore } from './memory-stores.ts';
import { actionsOf, type RoleName } from './roles.ts';
import { fromBase32, hotp } from './totp.ts';

const OURS = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0001';
const THEIRS = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0002';
const DAY = 86_400_000;
const provider = { actions: actionsOf(['Provider Administrator']) };
const organizationManager = { actions: actionsOf(['Organization Management']) };

let store: MemoryStore;
let clock: number;
let shut: string[];
let accounts: Accounts;
const open = () =>
  Accounts.open({
    store,
    now: () => clock,
    randomUUID,
    assertionDays: 30,
    onShut: async (id) => void shut.push(id),
  });
beforeEach(async () => {
  store = new MemoryStore();
  clock = 1_000 * DAY;
  shut = [];
  accounts = await open();
});

const order = (name: string, over: Partial<NewAccount> = {}): NewAccount => ({
  name,
  organizationId: OURS,
  roles: ['Organization Management'],
  passwordHash: 'h',
  ...over,
});
const add = (name: string, over: Partial<NewAccount> = {}) => accounts.add(order(name, over), undefined);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof CordonError ? error.code : String(error)),
  );
const assertion = { issuer: 'https://login.example', subject: 's1', name: 'anna@ours.example', organizationId: OURS };

describe('a name', () => {
  test('is taken whatever its case and whosever organization it is in', async () => {
    await add('Anna');
    expect(await codeOf(add('aNNA', { organizationId: THEIRS }))).toBe('NAME_TAKEN');
    expect(await codeOf(add('ＡＮＮＡ'))).toBe('NAME_TAKEN');
    const other = await add('bert');
    expect(await codeOf(accounts.change(other.id, { name: 'ANNA' }, provider))).toBe('NAME_TAKEN');
    expect((await accounts.change(other.id, { name: 'BERT' }, provider)).name).toBe('BERT');
    expect(accounts.named('bert')?.id).toBe(other.id);
  });

  test.each(['Cordon', 'cordon', 'CORDON', 'Ｃordon', 'ℂordon'])('is not the service’s: %j', async (name) => {
    expect(await codeOf(add(name))).toBe('INVALID_REQUEST');
    const other = await add('bert');
    expect(await codeOf(accounts.change(other.id, { name }, provider))).toBe('INVALID_REQUEST');
    expect((await add('cordon-admin')).name).toBe('cordon-admin');
    expect((await accounts.asserted({ ...assertion, name, roles: [] })).after.name).toMatch(/^cordon-2$/i);
  });

  test('is free again after its account was renamed or removed, and leads to the account as it is', async () => {
    const anna = await add('anna');
    await add('carl');
    const renamed = await accounts.change(anna.id, { name: 'Berta' }, provider);
    expect([accounts.named('anna'), accounts.named('bERTA')]).toEqual([undefined, renamed]);
    const heir = await add('ANNA');
    expect(accounts.named('anna')).toEqual(heir);
    await accounts.remove(anna.id, provider);
    expect(accounts.named('berta')).toBeUndefined();
    accounts = await open();
    expect(accounts.named('anna')).toEqual(heir);
  });

  test.each(['', 'a b', 'a\r\nBcc: x', '<script>', '-rf', '=1+1', 'a'.repeat(101), 'x\u202eevil', 'a\u0000'])(
    'cannot be %.20j',
    async (name) => {
      expect(await codeOf(add(name))).toBe('INVALID_REQUEST');
      expect(toName(name)).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,99}$/u);
    },
  );
});

describe('accounts', () => {
  test('survive a restart as they are', async () => {
    const anna = await add('anna', { mail: 'anna@ours.example' });
    await accounts.change(anna.id, { mail: 'a@ours.example' }, provider);
    await accounts.setPassword(anna.id, 'h2', 'himself');
    accounts = await open();
    expect(accounts.list()).toEqual([
      { ...anna, mail: 'a@ours.example', passwordHash: 'h2', mustChangePassword: false },
    ]);
  });

  test('stay as they were where the store does not take a change', async () => {
    const anna = await add('anna');
    store.failure = new CordonError('STORE_UNAVAILABLE', 'full');
    expect(await codeOf(accounts.change(anna.id, { enabled: false, roles: [] }, undefined))).not.toBe('done');
    expect(await codeOf(add('bert'))).toBe('STORE_UNAVAILABLE');
    expect(accounts.list()).toEqual([anna]);
  });
});

describe('the last administrator', () => {
  test.each([
    ['removed', (id: string) => accounts.remove(id, provider)],
    ['disabled', (id: string) => accounts.change(id, { enabled: false }, provider)],
    ['demoted', (id: string) => accounts.change(id, { roles: ['Global Reader'] }, provider)],
  ])('is not %s', async (_, act) => {
    const anna = await add('anna');
    await add('reader', { roles: ['Global Reader'] });
    await add('abroad', { organizationId: THEIRS });
    await add('above', { organizationId: undefined });
    const away = await add('away');
    await accounts.change(away.id, { enabled: false }, provider);
    await accounts.asserted({ ...assertion, roles: ['Global Administrator'] });
    expect(await codeOf(act(anna.id))).toBe('LAST_ADMINISTRATOR');
    expect(accounts.get(anna.id)).toEqual(anna);
    await accounts.change(away.id, { enabled: true }, provider);
    expect(await codeOf(act(anna.id))).toBe('done');
  });

  test('remains where two take each other away at the same time', async () => {
    const [anna, bert] = [await add('anna'), await add('bert')];
    const answers = await Promise.all([
      codeOf(accounts.remove(anna.id, organizationManager)),
      codeOf(accounts.change(bert.id, { enabled: false }, organizationManager)),
    ]);
    expect(answers.sort()).toEqual(['LAST_ADMINISTRATOR', 'done']);
    expect(accounts.list().filter(({ enabled }) => enabled)).toHaveLength(1);
  });

  test('may take another administrator role', async () => {
    const anna = await add('anna');
    expect(await codeOf(accounts.change(anna.id, { roles: ['Global Administrator'] }, provider))).toBe('done');
  });
});

describe('roles', () => {
  test('of the provider are for the provider only', async () => {
    expect(await codeOf(add('anna', { roles: ['Provider Administrator'] }))).toBe('INVALID_REQUEST');
    expect(await codeOf(add('anna', { roles: ['Provider Administrator'], organizationId: undefined }))).toBe('done');
  });

  test('that may more than their giver cannot be given, nor their holder be changed, reset or removed', async () => {
    const global = { organizationId: undefined, roles: ['Provider Administrator'] as RoleName[] };
    expect(await codeOf(accounts.add(order('x', global), organizationManager))).toBe('FORBIDDEN');
    const chief = await add('chief', global);
    await add('second', global);
    const clerk = await add('clerk', { organizationId: undefined });
    for (const attempt of [
      accounts.change(clerk.id, { roles: ['Provider Administrator'] }, organizationManager),
      accounts.change(chief.id, { name: 'gone' }, organizationManager),
      accounts.setPassword(chief.id, 'mine', organizationManager),
      accounts.setTotp(chief.id, undefined, organizationManager),
      accounts.remove(chief.id, organizationManager),
    ])
      expect(await codeOf(attempt)).toBe('FORBIDDEN');
    expect(accounts.get(chief.id)).toEqual(chief);
  });

  test('of a disabled or deleted account are none, and its sessions end', async () => {
    const [anna, bert] = [await add('anna'), await add('bert')];
    await add('carl');
    await accounts.change(anna.id, { enabled: false }, provider);
    await accounts.remove(bert.id, provider);
    expect([accounts.rolesOf(anna.id), accounts.rolesOf(bert.id)]).toEqual([undefined, undefined]);
    expect(shut).toEqual([anna.id, bert.id]);
  });

  test('of an account count for its tokens only once its password is its own', async () => {
    const { id } = await add('anna');
    expect(accounts.rolesOf(id)).toEqual([]);
    await accounts.setPassword(id, 'h2', 'himself');
    expect(accounts.rolesOf(id)).toEqual(['Organization Management']);
    await accounts.setPassword(id, 'h3', provider);
    expect(accounts.rolesOf(id)).toEqual([]);
  });
});

describe('a federated account', () => {
  test('is made at the first sign-in and has the roles that were asserted last', async () => {
    const { before, after: first } = await accounts.asserted({ ...assertion, roles: ['Global Administrator'] });
    const again = await accounts.asserted({ ...assertion, name: 'renamed', roles: ['Global Reader'] });
    expect(before).toBeUndefined();
    expect(again).toEqual({ before: first, after: { ...first, roles: ['Global Reader'] } });
    expect(await codeOf(accounts.change(first.id, { roles: ['Global Administrator'] }, provider))).toBe(
      'INVALID_REQUEST',
    );
    expect(await codeOf(accounts.setPassword(first.id, 'h', provider))).toBe('INVALID_REQUEST');
  });

  test('pushes nobody off his name, and is another one where another provider asserts the same', async () => {
    const local = await add('anna@ours.example');
    const { after: made } = await accounts.asserted({ ...assertion, roles: [] });
    const { after: other } = await accounts.asserted({ ...assertion, issuer: 'https://other.example', roles: [] });
    expect([made.name, other.name]).toEqual(['anna@ours.example-2', 'anna@ours.example-3']);
    expect(accounts.named('anna@ours.example')).toEqual(local);
  });

  test('has no rights for its tokens 30 days after its last sign-in, and has them again after the next', async () => {
    const { id } = (await accounts.asserted({ ...assertion, roles: ['Global Reader'] })).after;
    await accounts.noteSignIn(id);
    clock += 30 * DAY;
    expect(accounts.rolesOf(id)).toEqual(['Global Reader']);
    clock += 1;
    expect(accounts.rolesOf(id)).toEqual([]);
    await accounts.noteSignIn(id);
    expect(accounts.rolesOf(id)).toEqual(['Global Reader']);
  });
});

describe('TenantAdmins', () => {
  test('are the enabled Global Administrators of the organization; of a single one its provider, too', async () => {
    const roles: RoleName[] = ['Global Administrator'];
    await add('a', { roles, mail: 'a@ours.example' });
    await add('same', { roles, mail: 'a@ours.example' });
    await add('silent', { roles });
    await add('manager', { mail: 'manager@ours.example' });
    await add('b', { roles, mail: 'b@theirs.example', organizationId: THEIRS });
    await add('p', { roles: ['Provider Administrator'], mail: 'p@provider.example', organizationId: undefined });
    const away = await add('away', { roles, mail: 'away@ours.example' });
    await accounts.change(away.id, { enabled: false }, provider);
    expect(accounts.administratorAddresses(OURS, { organizations: 2 })).toEqual(['a@ours.example']);
    expect(accounts.administratorAddresses(OURS, { organizations: 1 })).toEqual([
      'a@ours.example',
      'p@provider.example',
    ]);
  });
});

describe('a code of the second factor', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const codeAt = (at: number) => hotp(fromBase32(secret), Math.floor(at / 30_000));

  test('counts once, also where it comes twice at the same time and after a restart', async () => {
    const { id } = await add('anna');
    await accounts.setTotp(id, secret, undefined);
    const code = codeAt(clock);
    expect(await Promise.all([accounts.spendCode(id, code), accounts.spendCode(id, code)])).toEqual([true, false]);
    accounts = await open();
    expect(await accounts.spendCode(id, code)).toBe(false);
    clock += 30_000;
    expect(await accounts.spendCode(id, codeAt(clock))).toBe(true);
  });

  test('does not come round again when the clock is set back', async () => {
    const { id } = await add('anna');
    await accounts.setTotp(id, secret, undefined);
    expect(await accounts.spendCode(id, codeAt(clock))).toBe(true);
    clock -= 30_000;
    expect(await accounts.spendCode(id, codeAt(clock))).toBe(false);
  });
});
