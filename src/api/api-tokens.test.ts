import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi } from '../../test/api-world.ts';

const api = await aTestApi();
const { world, app, ask } = api;
afterAll(() => api.close());

describe('API tokens', () => {
  test('are shown with their secret once, work, and are revoked', async () => {
    const made = await ask('ours', 'POST', '/api-tokens', { name: 'portal' });
    expect(made).toMatchObject({ status: 201, body: { organizationId: world.ours.id } });
    const { secret, ...shown } = made.body;
    const listed = await ask('ours', 'GET', '/api-tokens');
    expect(listed.body.items).toContainEqual(shown);
    expect(JSON.stringify(listed.body)).not.toContain('cordon_');
    const withIt = () => app.inject({ url: '/api/v1/organizations', headers: { authorization: `Bearer ${secret}` } });
    expect((await withIt()).json()).toMatchObject({ items: [{ id: world.ours.id, name: 'Ours' }] });
    expect((await ask('theirs', 'DELETE', `/api-tokens/${shown.id}`)).status).toBe(404);
    expect((await ask('ours', 'DELETE', `/api-tokens/${shown.id}`)).status).toBe(204);
    expect((await withIt()).statusCode).toBe(401);
    expect(JSON.stringify(await world.store.audit.list({ limit: 1_000 }))).not.toContain(secret);
  });

  test('of an organization make no provider token and see none', async () => {
    expect((await ask('ours', 'POST', '/api-tokens', { name: 'x' })).body.organizationId).toBe(world.ours.id);
    const names = (await ask('ours', 'GET', '/api-tokens')).body.items.map((token: { name: string }) => token.name);
    expect(names).not.toContain('provider');
    expect((await ask('provider', 'POST', '/api-tokens', { name: 'x' })).body).not.toHaveProperty('organizationId');
  });
});
