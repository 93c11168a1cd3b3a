import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi } from '../../test/api-world.ts';

const api = await aTestApi();
const { world, ask, aConnector, audit } = api;
afterAll(() => api.close());

const path = `/organizations/${world.ours.id}/sending-limits`;

test('an organization begins with the defaults, replaces them, and the change is audited', async () => {
  const { body: before } = await ask('ours', 'GET', path);
  expect(before).toEqual({
    users: {
      recipientsPerDay: { most: 10_000, action: 'restrictUntilTomorrow' },
      messagesPerMinute: { most: 30, action: 'defer' },
      recipientsPerMessage: { most: 1_000, action: 'defer' },
    },
    connectors: {},
    logins: {},
  });
  const wanted = { ...before, logins: { 'Ben@Ours.example': { recipientsPerDay: { most: 50, action: 'refuse' } } } };
  const { status, body } = await ask('ours', 'PUT', path, wanted);
  expect([status, Object.keys(body.logins)]).toEqual([200, ['ben@ours.example']]);
  expect((await ask('ours', 'GET', path)).body).toEqual(body);
  const [record] = await audit('Set-HostedOutboundSpamFilterPolicy');
  expect(record).toMatchObject({ objectId: world.ours.id, by: 'our admin', result: 'Succeeded', parameters: wanted });
});

describe('a connector', () => {
  test('has its own, and shows what is used of them', async () => {
    const { id } = await aConnector();
    const sendingLimits = { recipientsPerDay: { most: 500, action: 'refuse' } };
    expect((await ask('ours', 'PATCH', `/connectors/${id}`, { sendingLimits })).body).toMatchObject({ sendingLimits });
    const { body } = await ask('ours', 'GET', `/sending-limits/${id}`);
    expect(body).toMatchObject({
      entityId: id,
      kind: 'connector',
      limits: [{ measure: 'recipientsPerDay', most: 500, count: 0 }],
    });
  });

  test.each([
    [{ recipientsPerDay: { most: 0, action: 'refuse' } }],
    [{ recipientsPerDay: { most: 1.5, action: 'refuse' } }],
    [{ recipientsPerDay: { most: 5, action: 'explode' } }],
    [{ recipientsPerYear: { most: 5, action: 'refuse' } }],
  ])('%j is refused', async (sendingLimits) => {
    const { id } = await aConnector();
    expect(await ask('ours', 'PATCH', `/connectors/${id}`, { sendingLimits })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });
});

test('a user is shown with the limits of his organization', async () => {
  const user = world.ports.directory.user(world.ours.id, 'scanner');
  const { body } = await ask('ours', 'GET', `/sending-limits/${user.id}`);
  expect(body.limits).toHaveLength(3);
  expect(body).toMatchObject({ kind: 'user', name: 'scanner' });
});
