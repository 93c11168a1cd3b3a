import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { type AlertPolicy, type AlertPolicyDraft, EMPTY_POLICY, SYSTEM_POLICIES } from './alert-policy.ts';
import type { AlertPolicyStore } from './alert-policy-store.ts';
import { AlertPolicies, systemPolicyId } from './policies.ts';

const OURS = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0001';
const THEIRS = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0002';
let kept: Map<string, AlertPolicy>;
let policies: AlertPolicies;

const store: AlertPolicyStore = {
  alertPolicies: async () => [...kept.values()],
  putAlertPolicy: async (policy) => void kept.set(policy.id, policy),
  removeAlertPolicy: async (id) => kept.delete(id),
};
const open = () => AlertPolicies.open({ store, organizations: () => [OURS, THEIRS], randomUUID });
const draft = (over: Partial<AlertPolicyDraft> = {}): AlertPolicyDraft => ({
  ...EMPTY_POLICY,
  name: 'Printers',
  activity: 'ConnectorRestricted',
  ...over,
});
const suspicious = systemPolicyId(OURS, 'Suspicious connector activity');

beforeEach(async () => {
  kept = new Map();
  policies = await open();
});

describe('system policies', () => {
  test('are there from the start for each organization, with an id of its own, told to TenantAdmins three times a day', () => {
    const ours = policies.of(OURS);
    expect(ours.map(({ name, severity }) => [name, severity])).toEqual([
      ['Suspicious connector activity', 'High'],
      ['User restricted from sending email', 'High'],
      ['Suspicious email sending patterns detected', 'Medium'],
      ['Email sending limit exceeded', 'Medium'],
      ['Connector changed', 'High'],
    ]);
    expect(policies.of(undefined).map(({ name }) => name)).toEqual(['Guard degraded']);
    for (const policy of policies.all()) {
      expect(policy).toMatchObject({ type: 'System', enabled: true, recipients: ['TenantAdmins'], dailyLimit: 3 });
      expect(policy.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(policies.all().map(({ id }) => id)).size).toBe(11);
    expect(policies.all()).toHaveLength(2 * (SYSTEM_POLICIES.length - 1) + 1);
    expect(kept.size).toBe(0);
  });

  test('have the same id after each start', async () => {
    expect(suspicious).toBe('6c5b8a4a-e429-5ba4-b0f7-e41626810b36');
    expect((await open()).get(suspicious)?.name).toBe('Suspicious connector activity');
  });

  test('change in status, notifications, recipients and limit, for this organization and the next start', async () => {
    const changes = { enabled: false, notify: false, recipients: ['Anna@Ours.example'], dailyLimit: 0 };
    const { before, after } = await policies.set(suspicious, changes);
    expect(before).toMatchObject({ enabled: true, recipients: ['TenantAdmins'] });
    expect(after).toMatchObject({ ...changes, recipients: ['Anna@ours.example'], type: 'System', severity: 'High' });
    expect((await open()).get(suspicious)).toEqual(after);
    expect(policies.get(systemPolicyId(THEIRS, 'Suspicious connector activity'))).toMatchObject({ enabled: true });
  });

  test('change in nothing else and cannot be deleted', async () => {
    for (const changes of [
      { name: 'x' },
      { severity: 'Low' },
      { threshold: 2 },
      { conditions: [] },
      { comment: '' },
    ] as const) {
      await expect(policies.set(suspicious, changes)).rejects.toMatchObject({ code: 'POLICY_IS_SYSTEM' });
    }
    await expect(policies.set(suspicious, { enabled: false, category: 'Others' })).rejects.toMatchObject({
      code: 'POLICY_IS_SYSTEM',
    });
    await expect(policies.remove(suspicious)).rejects.toMatchObject({ code: 'POLICY_IS_SYSTEM' });
    expect(policies.get(suspicious)).toMatchObject({ enabled: true });
  });

  test('are as this version has them, whatever an older one wrote of what is fixed', async () => {
    const old = { ...policies.get(suspicious)!, severity: 'Low', activity: 'UserRestricted', dailyLimit: 1 } as const;
    kept.set(suspicious, old);
    expect((await open()).get(suspicious)).toMatchObject({
      severity: 'High',
      activity: 'ConnectorRestricted',
      dailyLimit: 1,
    });
  });
});

describe('custom policies', () => {
  test('are made, changed and deleted, each organization its own', async () => {
    const made = await policies.add(OURS, draft({ name: ' Printers ' }));
    expect(made).toMatchObject({ name: 'Printers', type: 'Custom', organizationId: OURS });
    await policies.add(THEIRS, draft());
    expect(policies.of(OURS)).toHaveLength(6);
    const { after } = await policies.set(made.id, { name: 'Scanners', threshold: 5, enabled: undefined });
    expect(after).toEqual({ ...made, name: 'Scanners', threshold: 5 });
    expect((await open()).get(made.id)).toEqual(after);
    await policies.remove(made.id);
    expect(policies.of(OURS)).toHaveLength(5);
    await expect(policies.remove(made.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(policies.set(made.id, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('have a name of their own, not that of another or of a system policy, also where two are made at once', async () => {
    const both = await Promise.allSettled([
      policies.add(OURS, draft()),
      policies.add(OURS, draft({ name: 'PRINTERS' })),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const name of ['printers', 'connector CHANGED', 'Guard degraded']) {
      await expect(policies.add(OURS, draft({ name }))).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    }
  });

  test('are at most a hundred in an organization', async () => {
    for (let i = 0; i < 100; i++) await policies.add(OURS, draft({ name: `p${i}` }));
    await expect(policies.add(OURS, draft({ name: 'one more' }))).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await policies.add(THEIRS, draft());
  });

  test('out of bounds are refused, with the field named', async () => {
    const bad: [string, Partial<AlertPolicyDraft>][] = [
      ['name', { name: ' ' }],
      ['name', { name: 'x'.repeat(101) }],
      ['threshold', { threshold: 0 }],
      ['windowMinutes', { windowMinutes: 0.5 }],
      ['dailyLimit', { dailyLimit: 4 }],
      ['dailyLimit', { dailyLimit: -1 }],
      ['comment', { comment: 'x'.repeat(1_001) }],
      ['conditions', { conditions: Array(21).fill({ property: 'Cause', operator: 'eq', value: 'x' }) }],
    ];
    for (const [path, over] of bad) {
      const refused = policies.add(OURS, draft(over));
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_REQUEST', fields: [{ path }] });
    }
  });
});

describe('recipients', () => {
  const taken = async (...recipients: string[]) => (await policies.set(suspicious, { recipients })).after.recipients;

  test('are addresses and TenantAdmins, without doubles whatever their case, and may be none', async () => {
    expect(await taken('tenantadmins', 'anna@ours.example', 'ANNA@Ours.Example.', 'TenantAdmins')).toEqual([
      'TenantAdmins',
      'anna@ours.example',
    ]);
    expect(await taken('ops+cordon@bücher.example')).toEqual(['ops+cordon@xn--bcher-kva.example']);
    expect(await taken()).toEqual([]);
  });

  test('that are no address, or would end a header, are refused', async () => {
    const bad = [
      'anna',
      '@ours.example',
      'anna@',
      'anna@localhost',
      'anna@ours.example\r\nBcc: all@ours.example',
      'a\nb@ours.example',
      'Anna <anna@ours.example>',
      'anna@ours.example, bert@ours.example',
      '"anna b"@ours.example',
      `${'a'.repeat(65)}@ours.example`,
      `anna@${'a.'.repeat(130)}example`,
      'anna@[192.0.2.1]',
      'an\u202ena@ours.example',
    ];
    for (const recipient of bad) {
      const refused = policies.set(suspicious, { recipients: ['TenantAdmins', recipient] });
      await expect(refused).rejects.toMatchObject({ fields: [{ path: 'recipients[1]' }] });
    }
  });

  test('are at most a hundred', async () => {
    const many = Array.from({ length: 101 }, (_, i) => `a${i}@ours.example`);
    expect(await taken(...many.slice(1), 'A1@OURS.example')).toHaveLength(100);
    await expect(taken(...many)).rejects.toMatchObject({ fields: [{ path: 'recipients' }] });
  });
});
