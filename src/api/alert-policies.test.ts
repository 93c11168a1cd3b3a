import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi } from '../../test/api-world.ts';
import { systemPolicyId } from '../alerts/policies.ts';

const api = await aTestApi();
const { world, ask, audit } = api;
afterAll(() => api.close());

const SUSPICIOUS = systemPolicyId(world.ours.id, 'Suspicious connector activity');
const names = async (who: 'ours' | 'theirs' | 'provider', query = '') =>
  (await ask(who, 'GET', `/alert-policies${query}`)).body.items.map(({ name }: { name: string }) => name);
const add = (body: object, who: 'ours' | 'provider' = 'ours') => ask(who, 'POST', '/alert-policies', body);

describe('alert policies', () => {
  test('are listed by name from the start; those about the guard are the provider’s', async () => {
    const tenants = [
      'Connector changed',
      'Email sending limit exceeded',
      'Suspicious connector activity',
      'Suspicious email sending patterns detected',
      'User restricted from sending email',
    ];
    expect(await names('ours')).toEqual(tenants);
    expect(await names('provider')).toHaveLength(11);
    expect(await names('provider', `?organizationId=${world.theirs.id}`)).toEqual(tenants);
    expect(await names('ours', '?name=connector%20CHANGED')).toEqual(['Connector changed']);
    expect((await ask('ours', 'GET', `/alert-policies/${systemPolicyId(undefined, 'Guard degraded')}`)).status).toBe(
      404,
    );
  });

  test('say whom they tell now, without doubles, and where that is nobody', async () => {
    const told = async (recipients: string[]) =>
      (await ask('ours', 'PATCH', `/alert-policies/${SUSPICIOUS}`, { recipients })).body.told;
    expect((await ask('ours', 'GET', `/alert-policies/${SUSPICIOUS}`)).body).toMatchObject({
      recipients: ['TenantAdmins'],
      told: { count: 1, addresses: ['admin@ours.example'] },
      auditLog: true,
    });
    expect(await told(['TenantAdmins', 'ADMIN@ours.example', 'ops@ours.example'])).toEqual({
      count: 2,
      addresses: ['ADMIN@ours.example', 'ops@ours.example'],
    });
    expect(await told([])).toEqual({ count: 0, addresses: [] });
    const theirs = (await ask('theirs', 'GET', '/alert-policies')).body.items[0];
    expect(theirs.told).toEqual({ count: 0, addresses: [] });
    const guards = (await ask('provider', 'GET', '/alert-policies?name=Guard%20degraded')).body.items;
    expect(guards).toMatchObject([{ told: { addresses: ['admin@ours.example'] } }]);
    await told(['TenantAdmins']);
  });

  test('of the system change in status, notifications, recipients and limit; the rest is 409 and recorded', async () => {
    const path = `/alert-policies/${SUSPICIOUS}`;
    const changed = await ask('ours', 'PATCH', path, {
      notify: false,
      dailyLimit: 1,
      recipients: ['ops@ours.example'],
    });
    expect(changed).toMatchObject({ status: 200, body: { notify: false, dailyLimit: 1, enabled: true } });
    const refused = await ask('ours', 'PATCH', path, { severity: 'Low' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'policy_is_system' } });
    expect((await ask('ours', 'DELETE', path)).status).toBe(409);
    const records = await audit('Set-ProtectionAlert');
    expect(records).toContainEqual(
      expect.objectContaining({
        organizationId: world.ours.id,
        objectId: SUSPICIOUS,
        changes: [
          { name: 'notify', before: true, after: false },
          { name: 'recipients', before: ['TenantAdmins'], after: ['ops@ours.example'] },
          { name: 'dailyLimit', before: 3, after: 1 },
        ],
      }),
    );
    expect(records).toContainEqual(
      expect.objectContaining({ result: 'Failed', parameters: { severity: 'Low', error: 'policy_is_system' } }),
    );
    expect(await audit('Remove-ProtectionAlert')).toMatchObject([{ result: 'Failed', objectId: SUSPICIOUS }]);
  });

  test('are turned off and on under the names that this has', async () => {
    const path = `/alert-policies/${SUSPICIOUS}`;
    expect((await ask('ours', 'PATCH', path, { enabled: false })).body.enabled).toBe(false);
    expect((await ask('ours', 'PATCH', path, { enabled: true })).body.enabled).toBe(true);
    expect(await audit('Disable-ProtectionAlert')).toMatchObject([
      { changes: [{ name: 'enabled', before: true, after: false }] },
    ]);
    expect(await audit('Enable-ProtectionAlert')).toHaveLength(1);
  });

  test('of one’s own are made, changed and deleted', async () => {
    const conditions = [{ property: 'EntityName', operator: 'like', value: 'printer*' }];
    const made = await add({ name: 'Printers', activity: 'ConnectorRestricted', severity: 'Low', conditions });
    expect(made).toMatchObject({
      status: 201,
      body: { type: 'Custom', organizationId: world.ours.id, conditions, threshold: 1, enabled: true, dailyLimit: 3 },
    });
    const path = `/alert-policies/${made.body.id}`;
    expect(
      (await ask('ours', 'PATCH', path, { threshold: 5, windowMinutes: 30, name: 'Printing' })).body,
    ).toMatchObject({
      name: 'Printing',
      threshold: 5,
      windowMinutes: 30,
      conditions,
    });
    expect((await ask('theirs', 'PATCH', path, { threshold: 1 })).status).toBe(404);
    expect((await ask('theirs', 'DELETE', path)).status).toBe(404);
    expect((await ask('ours', 'DELETE', path)).status).toBe(204);
    expect((await ask('ours', 'GET', path)).status).toBe(404);
    expect(await audit('New-ProtectionAlert')).toMatchObject([
      { objectId: made.body.id, organizationId: world.ours.id },
    ]);
    expect(await audit('Remove-ProtectionAlert')).toContainEqual(
      expect.objectContaining({ objectId: made.body.id, result: 'Succeeded' }),
    );
  });

  test('refuse what cannot be, and name the field', async () => {
    const policy = { name: 'x', activity: 'UserRestricted' };
    const bad: [string, object][] = [
      ['recipients[0]', { recipients: ['nobody'] }],
      ['recipients[0]', { recipients: ['a@ours.example\r\nBcc: b@ours.example'] }],
      ['dailyLimit', { dailyLimit: 4 }],
      ['threshold', { threshold: 0 }],
      ['conditions[0].property', { conditions: [{ property: 'Subject', operator: 'eq', value: 'x' }] }],
      ['comment', { comment: 'x'.repeat(1_001) }],
    ];
    for (const [path, over] of bad) {
      const answer = await add({ ...policy, ...over });
      expect([path, answer.status, answer.body.errors[0].path]).toEqual([path, 400, path]);
    }
    expect((await add({ ...policy, name: 'connector changed' })).body.code).toBe('name_taken');
    expect((await add(policy, 'provider')).body.errors).toMatchObject([{ path: 'organizationId' }]);
  });
});
