import { afterAll, describe, expect, test } from 'vitest';
import { aMessageRecord, aTestApi } from '../../test/api-world.ts';
import { aRestriction } from '../store/samples.ts';

const api = await aTestApi();
const { world, ask, audit } = api;
afterAll(() => api.close());

type Who = 'ours' | 'theirs' | 'provider';
const BOB = 'bob@far.example';

/** Begun, and ended. */
async function forget(who: Who, order: object) {
  const begun = await ask(who, 'POST', '/erasures', order);
  expect(begun).toMatchObject({ status: 202, body: { state: 'running' } });
  await expect.poll(async () => (await ask(who, 'GET', `/erasures/${begun.body.id}`)).body.state).not.toBe('running');
  return (await ask(who, 'GET', `/erasures/${begun.body.id}`)).body;
}

describe('an erasure', () => {
  test("forgets in an organization's own records, tells how much, and is audited without the address", async () => {
    for (const [i, connector] of [world.ourConnector, world.theirConnector].entries()) {
      world.store.journal.append(aMessageRecord(connector, i + 1));
    }
    await ask('ours', 'GET', `/messages?recipient=${BOB}`);
    await ask('theirs', 'GET', `/messages?recipient=${BOB}`);
    const counted = await forget('ours', { address: BOB, countOnly: true });
    const found = { journalRecords: 1, restrictions: 0, alerts: 0, exceptionWindows: 0, auditRecords: 1 };
    expect(counted).toMatchObject({ state: 'done', progress: 1, found, stillNamed: [] });
    expect(await forget('ours', { address: BOB })).toMatchObject({
      state: 'done',
      found,
      pseudonym: counted.pseudonym,
    });

    const left = await forget('provider', { address: BOB, countOnly: true });
    expect(left.found).toMatchObject({ journalRecords: 1, auditRecords: 1 });
    const [record] = await audit('Remove-PersonalData');
    expect(record).toMatchObject({
      by: 'our admin',
      organizationId: world.ours.id,
      objectId: counted.pseudonym,
      parameters: found,
      result: 'Succeeded',
    });
    expect(JSON.stringify([record, ...(await audit('Measure-PersonalData'))])).not.toContain('bob');
  });

  test('says where the address stays because it is an identity that was assigned', async () => {
    const { directory } = world.ports;
    const { id } = await directory.assignIdentity(world.ours.id, 'saslUsername', 'carl@ours.example');
    const { stillNamed } = await forget('ours', { address: 'carl@ours.example', countOnly: true });
    expect(stillNamed).toEqual([`identity assignment ${id}`]);
  });

  test("is nobody else's to see", async () => {
    const { id } = await forget('ours', { address: BOB, countOnly: true });
    expect((await ask('theirs', 'GET', `/erasures/${id}`)).status).toBe(404);
    expect((await ask('provider', 'GET', `/erasures/${id}`)).status).toBe(200);
    expect((await ask('theirs', 'POST', '/erasures', { address: BOB, organizationId: world.ours.id })).status).toBe(
      404,
    );
  });

  test('is for administrators only; the refusal is recorded without the address', async () => {
    expect((await ask('security', 'POST', '/erasures', { address: BOB })).status).toBe(403);
    const refused = (await audit('Remove-PersonalData')).find(({ by }) => by === 'our guard');
    expect(refused).toMatchObject({ organizationId: world.ours.id, result: 'Failed', objectId: '' });
    expect(JSON.stringify(refused)).not.toContain('bob');
  });

  test('stands in the audit log also where that was turned off, as it rewrites the records of before', async () => {
    const { ours, ports } = world;
    const ofOurs = async () =>
      (await audit('Remove-PersonalData')).filter((record) => record.organizationId === ours.id);
    await ask('ours', 'GET', '/messages?recipient=gone@far.example');
    await ports.directory.setOrganization(ours.id, { auditLog: false });
    const before = (await ofOurs()).length;
    const { id, found } = await forget('ours', { address: 'gone@far.example' });
    await ports.directory.setOrganization(ours.id, { auditLog: true });
    expect(found.auditRecords).toBe(1);
    const [newest, ...others] = await ofOurs();
    expect(newest).toMatchObject({
      by: 'our admin',
      result: 'Succeeded',
      parameters: { erasure: id, auditRecords: 1 },
    });
    expect(others).toHaveLength(before);
  });

  test('of what is no address is refused, and of one in brackets is not', async () => {
    expect((await ask('ours', 'POST', '/erasures', { address: 'far.example' })).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'address' }],
    });
    expect((await forget('ours', { address: `<${BOB}>`, countOnly: true })).state).toBe('done');
  });

  test('that cannot be done tells why, and that is audited', async () => {
    const { erase } = world.store.journal;
    world.store.journal.erase = () => Promise.reject(new Error('the disk is gone'));
    const failed = await forget('ours', { address: BOB });
    world.store.journal.erase = erase;
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'store_unavailable', detail: 'the disk is gone' } });
    expect(await audit('Remove-PersonalData')).toContainEqual(
      expect.objectContaining({
        result: 'Failed',
        parameters: expect.objectContaining({ error: 'store_unavailable' }),
      }),
    );
  });

  test('names the account that signs in with the address, or is told there, of the own organization', async () => {
    const [dora, eve] = ['dora@ours.example', 'eve@ours.example'];
    const order = { name: dora, mail: eve, organizationId: world.ours.id, roles: [], passwordHash: 'h' };
    const { id } = await world.ports.accounts.add(order, undefined);
    for (const address of [dora, eve]) {
      expect((await forget('ours', { address, countOnly: true })).stillNamed).toEqual([`account ${id}`]);
      expect((await forget('theirs', { address, countOnly: true })).stillNamed).toEqual([]);
    }
  });

  test('names the alert policies that still tell the address', async () => {
    const carl = 'carl.policy@ours.example';
    const [policy] = world.ports.alertPolicies.of(world.ours.id);
    await world.ports.alertPolicies.set(policy!.id, { recipients: ['TenantAdmins', carl] });
    expect((await forget('ours', { address: carl, countOnly: true })).stillNamed).toEqual([
      `alert policy ${policy!.id}`,
    ]);
    expect((await forget('theirs', { address: carl, countOnly: true })).stillNamed).toEqual([]);
  });

  test('takes the address out of alerts, also of those that get repeats afterwards', async () => {
    const dora = 'dora@ours.example';
    const { alarm } = world.ports;
    const restriction = { organizationId: world.ours.id, entityKind: 'user', entityId: 'u-dora' } as const;
    alarm.restricted(aRestriction({ ...restriction, entityName: dora, reason: `${dora} sends spam` }));
    await alarm.settled();
    const [{ id }] = (await ask('ours', 'GET', '/alerts')).body.items;
    await ask('ours', 'PATCH', `/alerts/${id}`, { assignee: dora });
    // The alert, its activity, and the notification that waits.
    expect((await forget('ours', { address: dora })).found.alerts).toBe(3);
    const published: unknown[] = [];
    world.ports.events.subscribe((event) => published.push(event));
    alarm.restricted(aRestriction({ ...restriction, entityName: '[erased]' }));
    const { body } = await ask('ours', 'GET', `/alerts/${id}`);
    expect(body).toMatchObject({ hitCount: 2, entityName: '[erased]', assignee: '[erased]' });
    expect(JSON.stringify([body, published])).not.toContain(dora);
  });
});
