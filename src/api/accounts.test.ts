import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi } from '../../test/api-world.ts';
import { Browser } from '../../test/browser.ts';

const api = await aTestApi();
const { world, app, audit } = api;
const people = {
  ours: world.signIn(['Organization Management'], world.ours.id),
  theirs: world.signIn(['Organization Management'], world.theirs.id),
};
/** `ours` and `theirs` are people. Records are told apart by their time. */
const ask: typeof api.ask = (who, ...request) => {
  world.clock.now += 10;
  return api.ask(who === 'ours' || who === 'theirs' ? people[who] : who, ...request);
};
afterAll(() => api.close());

let made = 0;
async function anAccount(over: Record<string, unknown> = {}) {
  const draft = {
    name: `person-${++made}`,
    organizationId: world.ours.id,
    roles: ['Organization Management'],
    ...over,
  };
  const { status, body } = await ask('provider', 'POST', '/accounts', draft);
  expect(status).toBe(201);
  return body;
}
/** Signed in with a password of his own. */
async function somebody(over: Record<string, unknown> = {}) {
  const account = await anAccount(over);
  const browser = new Browser(app, `10.0.1.${++made}`);
  await browser.signIn(account.name, account.oneTimePassword);
  const change = { old: account.oneTimePassword, new: 'a password of my own' };
  expect((await browser.ask('POST', '/session/password', change)).status).toBe(200);
  return { account, browser };
}
const latest = async (operation: string) => (await audit(operation))[0];

describe('an account', () => {
  test('is made with a one-time password that is told once and kept nowhere', async () => {
    const account = await anAccount({ mail: 'anna@ours.example' });
    const shown = (await ask('ours', 'GET', `/accounts/${account.id}`)).body;
    expect(shown).toMatchObject({ name: account.name, mail: 'anna@ours.example', mustChangePassword: true });
    const everywhere = JSON.stringify([
      shown,
      await world.store.audit.list({ limit: 1_000 }),
      await world.store.accounts.accounts(),
    ]);
    expect(everywhere).not.toContain(account.oneTimePassword);
    expect(await latest('New-Account')).toMatchObject({
      objectId: account.id,
      organizationId: world.ours.id,
      parameters: { name: account.name, roles: ['Organization Management'] },
    });
  });

  test('is of the provider where a provider names no organization, and of the maker’s own else', async () => {
    expect(await anAccount({ organizationId: undefined })).not.toHaveProperty('organizationId');
    const { body } = await ask('ours', 'POST', '/accounts', { name: `x${++made}` });
    expect(body.organizationId).toBe(world.ours.id);
  });

  test.each([
    [{ name: 'PERSON-1' }, 409, 'name_taken'],
    [{ name: 'x y' }, 400, 'invalid_request'],
    [{ name: 'x\r\ny' }, 400, 'invalid_request'],
    [{ name: 'cORDON' }, 400, 'invalid_request'],
    [{ name: 'x'.repeat(200_000) }, 400, 'invalid_request'],
    [{ name: 'x'.repeat(1_000_000) }, 413, 'invalid_request'],
    [{ name: 'x', mail: 'a@b.example\r\nBcc: c@d.example' }, 400, 'invalid_request'],
    [{ name: 'x', roles: ['Provider Administrator'] }, 400, 'invalid_request'],
  ])('%.60j is refused', async (draft, status, code) => {
    await anAccount({ name: 'person-1' }).catch(() => {});
    expect(await ask('ours', 'POST', '/accounts', draft)).toMatchObject({ status, body: { code } });
  });

  test('is changed with a record of what was and is', async () => {
    const account = await anAccount();
    const changes = { mail: 'new@ours.example', enabled: false };
    const { body } = await ask('ours', 'PATCH', `/accounts/${account.id}`, changes);
    expect(body).toMatchObject(changes);
    expect((await latest('Set-Account'))?.changes).toEqual([
      { name: 'mail', after: 'new@ours.example' },
      { name: 'enabled', before: true, after: false },
    ]);
    expect((await ask('ours', 'PATCH', `/accounts/${account.id}`, { mail: null })).body).not.toHaveProperty('mail');
  });

  test('gets and loses roles, with a record of each', async () => {
    const account = await anAccount({ roles: ['Security Administrator', 'Security Reader'] });
    const roles = ['Security Administrator', 'Global Administrator'];
    const { body } = await ask('ours', 'PATCH', `/accounts/${account.id}`, { roles });
    expect(body.roles).toEqual([...roles].sort());
    const before = ['Security Administrator', 'Security Reader'];
    const changes = [{ name: 'roles', before, after: [...roles].sort() }];
    expect(await latest('Add-RoleGroupMember')).toMatchObject({
      objectId: account.id,
      parameters: { Identity: ['Global Administrator'], Member: account.name },
      changes,
    });
    expect(await latest('Remove-RoleGroupMember')).toMatchObject({
      parameters: { Identity: ['Security Reader'] },
      changes,
    });
    const { items } = (await ask('ours', 'GET', '/role-assignments')).body;
    const global = items.find(({ role }: { role: string }) => role === 'Global Administrator');
    expect(global.members).toContainEqual({ accountId: account.id, name: account.name, organizationId: world.ours.id });
  });

  test('may what /roles says of its roles, in the words of docs/roles.md', async () => {
    const { items, actions } = (await ask('reader', 'GET', '/roles')).body;
    const reader = items.find(({ role }: { role: string }) => role === 'Security Reader');
    expect(reader.actions).toContain('restricted-entities.read');
    expect(reader.actions).not.toContain('restricted-entities.write');
    const whatOf = (wanted: string) => actions.find(({ action }: { action: string }) => action === wanted);
    const write = { what: 'restrict and unblock connectors and users', overAll: false, alsoAlone: false };
    expect(whatOf('restricted-entities.write')).toMatchObject(write);
    expect(whatOf('identities.assign')).toMatchObject({ overAll: true, alsoAlone: true });
  });

  test('that is the last administrator stays, and the refusal is recorded', async () => {
    const sole = await anAccount({ organizationId: world.theirs.id });
    const path = `/accounts/${sole.id}`;
    for (const [method, body, operation] of [
      ['DELETE', undefined, 'Remove-Account'],
      ['PATCH', { enabled: false }, 'Set-Account'],
      ['PATCH', { roles: ['Global Reader'] }, 'Add-RoleGroupMember'],
      ['PATCH', { roles: [] }, 'Remove-RoleGroupMember'],
    ] as const) {
      const answer = await ask('theirs', method, path, body);
      expect(answer).toMatchObject({ status: 409, body: { code: 'last_administrator' } });
      expect(await latest(operation)).toMatchObject({
        result: 'Failed',
        objectId: sole.id,
        parameters: { error: 'last_administrator' },
      });
    }
    const second = await anAccount({ organizationId: world.theirs.id });
    const race = await Promise.all([ask('theirs', 'DELETE', path), ask('theirs', 'DELETE', `/accounts/${second.id}`)]);
    expect(race.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  test('that is deleted is signed out, and its tokens are gone', async () => {
    const { account, browser } = await somebody();
    const order = { name: 'his', organizationId: world.ours.id, roles: ['Global Reader'], madeBy: account.id } as const;
    const { secret } = await world.ports.tokens.create(order);
    expect((await ask('ours', 'DELETE', `/accounts/${account.id}`)).status).toBe(204);
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    expect(world.ports.tokens.verify(secret)).toBeUndefined();
    expect(world.ports.tokens.list().filter(({ madeBy }) => madeBy === account.id)).toEqual([]);
    expect((await ask('ours', 'GET', `/accounts/${account.id}`)).status).toBe(404);
    expect(await latest('Remove-Account')).toMatchObject({ objectId: account.id });
  });

  test('that is disabled is signed out, its tokens open nothing, and a session of before stays ended', async () => {
    const { account, browser } = await somebody();
    const order = { name: 'his', organizationId: world.ours.id, roles: ['Global Reader'], madeBy: account.id } as const;
    const { secret } = await world.ports.tokens.create(order);
    await ask('ours', 'PATCH', `/accounts/${account.id}`, { enabled: false });
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    expect(world.ports.tokens.verify(secret)).toBeUndefined();
    await ask('ours', 'PATCH', `/accounts/${account.id}`, { enabled: true });
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    expect(world.ports.tokens.verify(secret)?.name).toBe('his');
  });

  test('loses its rights at its next request after it loses its role', async () => {
    const { account, browser } = await somebody();
    expect((await browser.ask('GET', '/session')).body.actions).toContain('roles.write');
    await ask('ours', 'PATCH', `/accounts/${account.id}`, { roles: ['Global Reader'] });
    expect((await browser.ask('GET', '/session')).body.actions).not.toContain('roles.write');
  });

  test('gets a one-time password from an administrator, which ends its sessions and revokes its tokens', async () => {
    const { account, browser } = await somebody();
    const { secret } = (await browser.ask('POST', '/api-tokens', { name: 'of who knew the password' })).body;
    expect(world.ports.tokens.verify(secret)).toBeDefined();
    const { body } = await ask('ours', 'POST', `/accounts/${account.id}/reset-password`);
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    expect(world.ports.tokens.verify(secret)).toBeUndefined();
    expect(world.ports.tokens.list().filter(({ madeBy }) => madeBy === account.id)).toEqual([]);
    const again = await new Browser(app, '10.0.2.1').signIn(account.name, body.oneTimePassword);
    expect(again.body).toMatchObject({ mustChangePassword: true });
    expect(JSON.stringify(await audit('Reset-AccountPassword'))).not.toContain(body.oneTimePassword);
  });

  test('whose device is lost is freed of its second factor by an administrator', async () => {
    const { account, browser } = await somebody();
    await world.ports.accounts.setTotp(account.id, 'GEZDGNBVGY3TQOJQ', undefined);
    const { body } = await ask('ours', 'POST', `/accounts/${account.id}/reset-totp`);
    expect(body.hasSecondFactor).toBe(false);
    expect((await browser.ask('GET', '/session')).status).toBe(200);
    expect(await latest('Reset-AccountSecondFactor')).toMatchObject({ objectId: account.id });
  });
});

test('a token of an administrator lets nobody in, and may shut out', async () => {
  const account = await anAccount({ roles: ['Security Reader'] });
  const path = `/accounts/${account.id}`;
  const attempts = [
    ['POST', '/accounts', { name: 'accomplice', roles: ['Organization Management'] }],
    ['PATCH', path, { roles: ['Security Reader', 'Organization Management'] }],
    ['POST', `${path}/reset-password`, undefined],
    ['POST', `${path}/reset-totp`, undefined],
  ] as const;
  for (const [method, to, body] of attempts) {
    expect(await api.ask('ours', method, to, body)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  }
  expect((await api.ask('ours', 'PATCH', path, { enabled: false, roles: [] })).status).toBe(200);
  expect((await api.ask('ours', 'PATCH', path, { enabled: true })).status).toBe(403);
  expect((await api.ask('ours', 'DELETE', path)).status).toBe(204);
});

test('a Global Administrator of the provider does not become Provider Administrator by another’s hand', async () => {
  const chief = await anAccount({ organizationId: undefined, roles: ['Provider Administrator'] });
  await anAccount({ organizationId: undefined, roles: ['Provider Administrator'] });
  const { account, browser } = await somebody({ organizationId: undefined, roles: ['Global Administrator'] });
  const attempts = [
    ['PATCH', `/accounts/${account.id}`, { roles: ['Provider Administrator'] }],
    ['POST', '/accounts', { name: 'evil', roles: ['Provider Administrator'] }],
    ['POST', `/accounts/${chief.id}/reset-password`, undefined],
    ['POST', `/accounts/${chief.id}/reset-totp`, undefined],
    ['PATCH', `/accounts/${chief.id}`, { enabled: false }],
    ['DELETE', `/accounts/${chief.id}`, undefined],
    ['DELETE', `/sessions?accountId=${chief.id}`, undefined],
  ] as const;
  for (const [method, path, body] of attempts) {
    expect(await browser.ask(method, path, body)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  }
});
