import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi, NOW } from '../../test/api-world.ts';
import { aClient } from '../../test/factories.ts';

const api = await aTestApi();
const { world, ask, audit } = api;
afterAll(() => api.close());

const assign = (kind: string, value: string, organizationId = world.ours.id) =>
  ask('provider', 'POST', '/identity-pool', { organizationId, kind, value });
/** What the provider assigned for one test. */
const assigned = async (kind: string, value: string): Promise<string> => (await assign(kind, value)).body.id;
const pool = async (who: 'provider' | 'ours' | 'theirs', query = '') =>
  (await ask(who, 'GET', `/identity-pool${query}`)).body.items.map((one: { value: string }) => one.value);

describe('the pool of identities', () => {
  test('is filled and emptied by the provider, with an audit record of the organization each time', async () => {
    const made = await assign('addressPrefix', '::ffff:203.0.113.77/120');
    expect(made).toMatchObject({
      status: 201,
      body: {
        organizationId: world.ours.id,
        kind: 'addressPrefix',
        value: '203.0.113.0/24',
        assignedAt: new Date(NOW).toISOString(),
      },
    });
    const { id } = made.body;
    expect(await pool('ours')).toEqual(['203.0.113.0/24']);
    expect(await pool('theirs')).toEqual([]);
    expect(await pool('provider', `?organizationId=${world.theirs.id}`)).toEqual([]);
    expect((await ask('provider', 'DELETE', `/identity-pool/${id}`)).status).toBe(204);
    expect((await ask('provider', 'DELETE', `/identity-pool/${id}`)).status).toBe(404);
    const done = async (operation: string) => (await audit(operation)).find(({ result }) => result === 'Succeeded');
    const [added, taken] = [await done('New-IdentityAssignment'), await done('Remove-IdentityAssignment')];
    expect(added).toMatchObject({
      organizationId: world.ours.id,
      objectId: id,
      by: 'provider',
      result: 'Succeeded',
      parameters: { kind: 'addressPrefix' },
    });
    expect(taken).toMatchObject({
      organizationId: world.ours.id,
      objectId: id,
      result: 'Succeeded',
      parameters: { kind: 'addressPrefix', value: '203.0.113.0/24' },
    });
  });

  test('is not for a tenant to change; who tried is recorded in his own organization', async () => {
    const id = await assigned('saslUsername', '*@ours.example');
    const body = { kind: 'saslUsername', value: '*@theirs.example' };
    expect(await ask('ours', 'POST', '/identity-pool', body)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect((await ask('ours', 'DELETE', `/identity-pool/${id}`)).status).toBe(403);
    expect((await ask('theirs', 'DELETE', `/identity-pool/${id}`)).status).toBe(403);
    expect((await ask('nobody', 'GET', '/identity-pool')).status).toBe(401);
    const refused = (await audit('Remove-IdentityAssignment')).filter(({ result }) => result === 'Failed');
    const byThem = refused.find(({ by }) => by === 'their admin');
    expect(byThem).toMatchObject({ organizationId: world.theirs.id, parameters: { error: 'forbidden' } });
    expect(JSON.stringify(byThem)).not.toContain('ours.example');
    expect(await pool('ours')).toEqual(['*@ours.example']);
    expect((await ask('theirs', 'GET', `/identity-pool?organizationId=${world.ours.id}`)).status).toBe(404);
    await ask('provider', 'DELETE', `/identity-pool/${id}`);
  });

  test.each([
    ['addressPrefix', '198.51.100.0/24', 409, 'identity_taken'],
    ['addressPrefix', '198.51.0.0/16', 409, 'identity_taken'],
    ['addressPrefix', '::ffff:198.51.100.7', 409, 'identity_taken'],
    ['saslUsername', 'SHOP-Login', 409, 'identity_taken'],
    ['saslUsername', '*@Theirs.example', 409, 'identity_taken'],
    ['acceptedDomain', 'THEIRS.example.', 409, 'identity_taken'],
    ['addressPrefix', '198.0.0.0/8', 400, 'prefix_too_short'],
    ['addressPrefix', 'shop', 400, 'invalid_request'],
    ['login', 'shop', 400, 'invalid_request'],
  ])('refuses %s %s with %d %s, and names no other organization', async (kind, value, status, code) => {
    const answer = await assign(kind, value);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(JSON.stringify(answer.body)).not.toMatch(new RegExp(`shop"|"Theirs|${world.theirs.id}`));
    expect(await pool('provider')).toEqual([]);
  });

  test('comes in pages, of one kind, and by value', async () => {
    const ids = [
      await assigned('acceptedDomain', 'b.example'),
      await assigned('acceptedDomain', 'a.example'),
      await assigned('saslUsername', 'x@a.example'),
    ];
    const first = (await ask('ours', 'GET', '/identity-pool?limit=2')).body;
    expect(first.items.map((one: { value: string }) => one.value)).toEqual(['a.example', 'b.example']);
    expect(await pool('ours', `?limit=2&cursor=${first.next}`)).toEqual(['x@a.example']);
    expect(await pool('ours', '?kind=saslUsername')).toEqual(['x@a.example']);
    expect(await pool('ours', '?value=B.example')).toEqual(['b.example']);
    for (const id of ids) await ask('provider', 'DELETE', `/identity-pool/${id}`);
  });
});

describe("a tenant's administrator", () => {
  test('makes connectors of what is assigned, and hears what to ask for where it is not', async () => {
    const id = await assigned('addressPrefix', '203.0.113.0/24');
    const create = (senderIpAddresses: string[]) =>
      ask('ours', 'POST', '/connectors', { name: `c${senderIpAddresses}`, senderIpAddresses });
    const made = await create(['203.0.113.9']);
    expect(made.status).toBe(201);
    // Free, assigned to nobody; somebody else's connector: the same words.
    for (const address of ['203.0.114.9', '198.51.100.9']) {
      const refused = await create([address]);
      expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      expect(refused.body.detail).toBe(
        `${address}/32 is not assigned to your organization: ask the provider to assign addressPrefix ${address}/32`,
      );
      expect(refused.body.errors).toEqual([{ path: 'senderIpAddresses', message: refused.body.detail }]);
    }
    const moved = (senderIpAddresses: string[]) =>
      ask('ours', 'PATCH', `/connectors/${made.body.id}`, { senderIpAddresses });
    expect((await moved(['203.0.113.0/25'])).status).toBe(200);
    expect((await moved(['203.0.113.0/23'])).status).toBe(403);
    expect(await ask('provider', 'DELETE', `/identity-pool/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'in_use', detail: '203.0.113.0/24 is used by connector c203.0.113.9' },
    });
    await ask('ours', 'DELETE', `/connectors/${made.body.id}`);
    expect((await ask('provider', 'DELETE', `/identity-pool/${id}`)).status).toBe(204);
  });

  test('is whoever may not assign, also where he administers all organizations', async () => {
    const { secret } = await world.ports.tokens.create({ name: 'operator', roles: ['Organization Management'] });
    const headers = { authorization: `Bearer ${secret}` };
    const payload = { name: 'mine', organizationId: world.ours.id, senderIpAddresses: ['203.0.113.9'] };
    const create = async () =>
      (await api.app.inject({ method: 'POST', url: '/api/v1/connectors', headers, payload })).statusCode;
    expect(await create()).toBe(403);
    const id = await assigned('addressPrefix', '203.0.113.9');
    expect(await create()).toBe(201);
    const made = world.ports.directory.connectors().find(({ name }) => name === 'mine')!;
    await ask('ours', 'DELETE', `/connectors/${made.id}`);
    await ask('provider', 'DELETE', `/identity-pool/${id}`);
  });

  test('accepts and gives up the domains that are assigned, not those below them', async () => {
    const id = await assigned('acceptedDomain', 'new.example');
    const accept = async (domain: string) => (await ask('ours', 'POST', '/accepted-domains', { domain })).status;
    expect([await accept('sub.new.example'), await accept('New.example.'), await accept('new.example')]).toEqual([
      403, 201, 201,
    ]);
    const elsewhere = { domain: 'new.example', organizationId: world.theirs.id };
    expect((await ask('ours', 'POST', '/accepted-domains', elsewhere)).status).toBe(404);
    expect((await ask('provider', 'POST', '/accepted-domains', elsewhere)).status).toBe(409);
    expect((await ask('ours', 'DELETE', '/accepted-domains/new.example')).status).toBe(204);
    await ask('provider', 'DELETE', `/identity-pool/${id}`);
    expect(await accept('new.example')).toBe(403);
  });

  test('sees unclaimed relaying of what is assigned to his organization, and nobody else’s', async () => {
    const { discovery } = world.ports;
    const seen = async (who: 'provider' | 'ours' | 'theirs') =>
      (await ask(who, 'GET', '/connectors/discovered')).body.items.map((one: { recipients: number }) => one.recipients);
    const from = { clientAddress: '203.0.113.9' };
    discovery.note(aClient(from), 1, NOW);
    discovery.note(aClient({ ...from, saslUsername: 'bob@theirs.example' }), 2, NOW);
    discovery.note(aClient({ ...from, isLocalSubmission: true }), 3, NOW);
    discovery.note(aClient({ clientAddress: '203.0.114.9', saslUsername: 'app@ours.example' }), 4, NOW);
    discovery.note(aClient({ clientAddress: '203.0.115.9' }), 5, NOW);
    expect([await seen('provider'), await seen('ours'), await seen('theirs')]).toEqual([[5, 4, 3, 2, 1], [4], [2]]);
    const id = await assigned('addressPrefix', '203.0.113.0/24');
    expect([await seen('ours'), await seen('theirs')]).toEqual([[4, 1], [2]]);
    await ask('provider', 'DELETE', `/identity-pool/${id}`);
  });
});
