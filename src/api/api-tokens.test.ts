import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi, NOW, type Secret } from '../../test/api-world.ts';

const api = await aTestApi();
const { world, ask, audit } = api;
afterAll(() => api.close());

type Listed = { id: string; name: string };
const listed = async (who: Parameters<typeof ask>[0]): Promise<Listed[]> =>
  (await ask(who, 'GET', '/api-tokens')).body.items;
const administrator = () => world.signIn(['Organization Management'], world.ours.id);

describe('API tokens', () => {
  test('are shown with their secret once, work, and are revoked', async () => {
    const anna = administrator();
    const made = await ask(anna, 'POST', '/api-tokens', { name: 'portal' });
    expect(made).toMatchObject({
      status: 201,
      body: { organizationId: world.ours.id, roles: ['Organization Management'], madeBy: anna.accountId },
    });
    const { secret, ...shown } = made.body;
    expect(await listed(anna)).toContainEqual(shown);
    expect(JSON.stringify(await listed(anna))).not.toContain('cordon_');
    expect((await ask({ secret }, 'GET', '/organizations')).body).toMatchObject({
      items: [{ id: world.ours.id, name: 'Ours' }],
    });
    expect((await ask('theirs', 'DELETE', `/api-tokens/${shown.id}`)).status).toBe(404);
    expect((await ask(anna, 'DELETE', `/api-tokens/${shown.id}`)).status).toBe(204);
    expect((await ask({ secret }, 'GET', '/organizations')).status).toBe(401);
    expect(JSON.stringify(await world.store.audit.list({ limit: 1_000 }))).not.toContain(secret);
  });

  test('of an organization make no provider token and see none', async () => {
    expect((await ask(administrator(), 'POST', '/api-tokens', { name: 'x' })).body.organizationId).toBe(world.ours.id);
    expect((await listed('ours')).map(({ name }) => name)).not.toContain('provider');
    const { body } = await ask('provider', 'POST', '/api-tokens', { name: 'x' });
    expect(body).not.toHaveProperty('organizationId');
    expect(body).not.toHaveProperty('madeBy');
  });

  test('are made with fewer roles than one has, in any case of letters, each once', async () => {
    const roles = ['global reader', 'SECURITY READER', 'Global Reader'];
    const { body } = await ask(administrator(), 'POST', '/api-tokens', { name: 'watcher', roles });
    expect(body.roles).toEqual(['Global Reader', 'Security Reader']);
    expect((await ask(body, 'GET', '/connectors')).status).toBe(200);
    expect((await ask(body, 'PATCH', `/connectors/${world.ourConnector.id}`, { comment: 'x' })).status).toBe(403);
  });

  test.each([
    [[], 'roles', 'must have at least 1 entries'],
    [['Reader'], 'roles[0]', expect.stringMatching(/^must be one of: Global Administrator, Organization Management, /)],
  ])('with the roles %j are refused with the field', async (roles, path, message) => {
    const answer = await ask(administrator(), 'POST', '/api-tokens', { name: 'x', roles });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path, message }] } });
  });

  test.each(['Cordon', ' cordon ', 'COR\u200bDON', 'Local Administrator', 'local\u00a0 administrator'])(
    'are not called as the service is: %j',
    async (name) => {
      for (const who of [administrator(), 'provider'] as const) {
        const answer = await ask(who, 'POST', '/api-tokens', { name });
        expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ path: 'name' }] } });
      }
      expect((await ask(administrator(), 'POST', '/api-tokens', { name: `${name}'s friend` })).status).toBe(201);
    },
  );

  test('never may do more than their maker: the refusal names what, and is audited', async () => {
    const guard = world.signIn(['Security Administrator'], world.ours.id);
    const order = { name: 'too much', roles: ['Organization Management'] };
    const answer = await ask(guard, 'POST', '/api-tokens', order);
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(answer.body.detail).toMatch(/Paula may not: create, change and delete connectors/);
    expect(await audit('New-ApiToken')).toContainEqual(
      expect.objectContaining({ result: 'Failed', parameters: { ...order, error: 'forbidden' } }),
    );
    expect((await ask(guard, 'POST', '/api-tokens', { name: 'x', roles: ['Provider Administrator'] })).status).toBe(
      403,
    );
  });

  test('lose what their maker loses, and open nothing when he is gone', async () => {
    const anna = administrator();
    const token: Secret = (await ask(anna, 'POST', '/api-tokens', { name: 'portal' })).body;
    const change = () => ask(token, 'PATCH', `/connectors/${world.ourConnector.id}`, { comment: 'by token' });
    expect((await change()).status).toBe(200);
    anna.become(['Security Administrator']);
    expect((await change()).status).toBe(403);
    anna.become(undefined);
    expect((await change()).status).toBe(401);
  });

  test('make no tokens', async () => {
    const answer = await ask('ours', 'POST', '/api-tokens', { name: 'child', roles: ['Global Reader'] });
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(answer.body.detail).toBe(
      'an API token makes no API tokens: sign in, or use the command line of its own host',
    );
  });

  test("of others are seen and revoked by whoever gives roles, and by nobody else; one's own by everybody", async () => {
    const [anna, ben] = [administrator(), world.signIn(['Global Reader'], world.ours.id)];
    const annas = (await ask(anna, 'POST', '/api-tokens', { name: 'of anna' })).body;
    const bens = (await ask(ben, 'POST', '/api-tokens', { name: 'of ben' })).body;
    expect((await listed(ben)).map(({ name }) => name)).toEqual(['of ben']);
    expect((await listed(bens)).map(({ name }) => name)).toEqual(['of ben']);
    expect((await listed(anna)).map(({ name }) => name)).toEqual(expect.arrayContaining(['of anna', 'of ben']));

    const refused = await ask(ben, 'DELETE', `/api-tokens/${annas.id}`);
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await audit('Remove-ApiToken')).toContainEqual(
      expect.objectContaining({ objectId: annas.id, result: 'Failed', userKey: ben.accountId }),
    );
    expect((await ask(annas, 'GET', '/stats')).status).toBe(200);
    expect((await ask(anna, 'DELETE', `/api-tokens/${bens.id}`)).status).toBe(204);
    expect((await ask(bens, 'GET', '/stats')).status).toBe(401);
    const again = (await ask(ben, 'POST', '/api-tokens', { name: 'again' })).body;
    expect((await ask(ben, 'DELETE', `/api-tokens/${again.id}`)).status).toBe(204);
  });

  test('that may more than whoever gives roles are not revoked by him', async () => {
    const chief = world.signIn(['Provider Administrator']);
    const chiefs = (await ask(chief, 'POST', '/api-tokens', { name: 'of the chief' })).body;
    const global = world.signIn(['Global Administrator']);
    expect(await ask(global, 'DELETE', `/api-tokens/${chiefs.id}`)).toMatchObject({ status: 403 });
    expect((await ask(chiefs, 'GET', '/stats')).status).toBe(200);
    expect(await audit('Remove-ApiToken')).toContainEqual(
      expect.objectContaining({ objectId: chiefs.id, result: 'Failed', userKey: global.accountId }),
    );
    const peer = world.signIn(['Provider Administrator']);
    expect((await ask(peer, 'DELETE', `/api-tokens/${chiefs.id}`)).status).toBe(204);
  });

  test('show when they were used last, and when they expire', async () => {
    const anna = administrator();
    const expiresAt = new Date(NOW + 86_400_000).toISOString();
    const made = (await ask(anna, 'POST', '/api-tokens', { name: 'new', expiresAt })).body;
    expect(made).toMatchObject({ expiresAt });
    expect(made).not.toHaveProperty('lastUsedAt');
    await ask(made, 'GET', '/stats');
    expect(await listed(anna)).toContainEqual(
      expect.objectContaining({ name: 'new', lastUsedAt: new Date(NOW).toISOString() }),
    );
  });

  test('end after 90 days unless said otherwise, at most 366 ahead, and what there was before goes on', async () => {
    const anna = administrator();
    const inDays = (days: number) => new Date(NOW + days * 86_400_000).toISOString();
    for (const who of [anna, 'provider'] as const) {
      expect((await ask(who, 'POST', '/api-tokens', { name: 'usual' })).body.expiresAt).toBe(inDays(90));
    }
    const year = { name: 'a year', expiresAt: inDays(366) };
    expect((await ask(anna, 'POST', '/api-tokens', year)).body.expiresAt).toBe(inDays(366));
    for (const who of [anna, 'provider'] as const) {
      expect(await ask(who, 'POST', '/api-tokens', { ...year, expiresAt: inDays(367) })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ path: 'expiresAt', message: 'must be at most 366 days ahead' }] },
      });
    }
    const usual = (await ask(anna, 'POST', '/api-tokens', { name: 'usual' })).body;
    world.clock.now = NOW + 90 * 86_400_000;
    const statuses = [(await ask(usual, 'GET', '/stats')).status, (await ask('ours', 'GET', '/stats')).status];
    world.clock.now = NOW;
    expect(statuses).toEqual([401, 200]);
  });

  test('that end only when they are revoked are made by the local administrator, and nobody else', async () => {
    const order = { name: 'monitoring', expiresAt: null };
    const made = await ask('provider', 'POST', '/api-tokens', order);
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty('expiresAt');
    for (const who of [administrator(), world.signIn(['Provider Administrator'])]) {
      const answer = await ask(who, 'POST', '/api-tokens', order);
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      expect(answer.body.detail).toContain('only the local administrator makes tokens that last until revoked');
    }
  });

  test('that the provider makes for an organization administer it', async () => {
    const { body } = await ask('provider', 'POST', '/api-tokens', { name: 'x', organizationId: world.theirs.id });
    expect(body).toMatchObject({ organizationId: world.theirs.id, roles: ['Organization Management'] });
    expect((await ask(body, 'POST', '/organizations', { name: 'more' })).status).toBe(403);
  });

  test('of the local administrator are revoked by itself only', async () => {
    const local = (await listed('provider')).find(({ name }) => name === 'provider')!;
    const chief = world.signIn(['Provider Administrator']);
    const answer = await ask(chief, 'DELETE', `/api-tokens/${local.id}`);
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await ask('provider', 'GET', '/stats')).status).toBe(200);
    expect((await ask('provider', 'DELETE', `/api-tokens/${local.id}`)).status).toBe(204);
  });
});
