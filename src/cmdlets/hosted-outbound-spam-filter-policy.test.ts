import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { cmdletCalls } from '../../test/cmdlet-calls.ts';
import { DEFAULT_POLICY, type LimitPolicy } from '../attribution/sending-limits.ts';

const { world, run, audit, close } = await cmdletCalls();
afterAll(close);

const GET = 'Get-HostedOutboundSpamFilterPolicy';
const SET = 'Set-HostedOutboundSpamFilterPolicy';
const limits = () => world.ports.directory.limitPolicyOf(world.ours.id);
const limited = (policy: Partial<LimitPolicy>) =>
  world.ports.directory.setSendingLimits(world.ours.id, () => ({ ...DEFAULT_POLICY, ...policy }));
const set = (values: Record<string, unknown>) => run('ours', SET, { Identity: 'Default', ...values });
const shown = async () => (await run('reader', GET)).rows[0]!;
beforeEach(() => limited({}));

/** Reference, section 3: the keys of a real record, in its order. */
const KEYS =
  'AdminDisplayName, IsDefault, ConfigurationType, Enabled, RecipientLimitExternalPerHour, RecipientLimitInternalPerHour, RecipientLimitPerDay, ActionWhenThresholdReached, NotifyOutboundSpam, NotifyOutboundSpamRecipients, BccSuspiciousOutboundMail, BccSuspiciousOutboundAdditionalRecipients, RecommendedPolicyType, AutoForwardingMode, Name, Identity, DistinguishedName, WhenChangedUTC, ExchangeObjectId, OrganizationId, Id, Guid, IsValid'.split(
    ', ',
  );

describe('the policy', () => {
  test('of an organization that chose nothing is the service default: zeros, and restricted until tomorrow', async () => {
    const { rows } = await run('reader', GET);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      RecipientLimitExternalPerHour: 0,
      RecipientLimitInternalPerHour: 0,
      RecipientLimitPerDay: 0,
      ActionWhenThresholdReached: 'BlockUserForToday',
      IsDefault: true,
      Name: 'Default',
      Guid: world.ours.id,
      OrganizationId: 'Ours',
    });
  });

  test('has the properties of the real record in their order, then what Cordon adds', async () => {
    const keys = Object.keys(await shown());
    expect(keys).toEqual([...KEYS, 'UserLimits', 'ConnectorLimits', 'LoginLimits']);
  });

  test.each(['Default', 'dEFAULT', world.ours.id, `{${world.ours.id}}`])('is found as %s', async (Identity) => {
    expect((await run('ours', GET, { Identity })).rows).toHaveLength(1);
  });

  test.each(['Strict', '*', world.theirs.id])('%s is not there', async (Identity) => {
    const error = { category: 'ObjectNotFound', target: Identity };
    await expect(run('ours', GET, { Identity })).rejects.toMatchObject(error);
    await expect(run('ours', SET, { Identity, RecipientLimitPerDay: 1 })).rejects.toMatchObject(error);
    expect(limits()).toEqual(DEFAULT_POLICY);
  });
});

describe('a change', () => {
  test('of the limits and the action prints nothing, and is what is shown', async () => {
    const values = {
      RecipientLimitExternalPerHour: 500,
      RecipientLimitInternalPerHour: '1000',
      RecipientLimitPerDay: 1_000,
      ActionWhenThresholdReached: 'BlockUser',
    };
    expect(await set(values)).toEqual({ rows: [], warnings: [] });
    expect(await shown()).toMatchObject({ ...values, RecipientLimitInternalPerHour: 1_000 });
    expect(limits().users).toEqual({
      ...DEFAULT_POLICY.users,
      externalRecipientsPerHour: { most: 500, action: 'restrict' },
      internalRecipientsPerHour: { most: 1_000, action: 'restrict' },
      recipientsPerDay: { most: 1_000, action: 'restrict' },
    });
  });

  test('loses nothing that the three limits cannot say', async () => {
    const before = {
      users: {
        externalRecipientsPerHour: { most: 70, action: 'refuse' },
        recipientsPerDay: { most: 900, action: 'alert' },
        messagesPerMinute: { most: 3, action: 'refuse' },
        recipientsPerMessage: { most: 4, action: 'restrict' },
      },
      connectors: { recipientsPerDay: { most: 5, action: 'alert' } },
      logins: { ben: { recipientsPerDay: { most: 6, action: 'defer' } } },
    } as const;
    await limited(before);
    await set({ RecipientLimitPerDay: 800 });
    expect(limits()).toEqual({
      ...before,
      users: { ...before.users, recipientsPerDay: { most: 800, action: 'alert' } },
    });
    expect(await shown()).toMatchObject({
      ActionWhenThresholdReached: null,
      RecipientLimitExternalPerHour: 70,
      UserLimits: [
        'externalRecipientsPerHour=70:refuse',
        'recipientsPerDay=800:alert',
        'messagesPerMinute=3:refuse',
        'recipientsPerMessage=4:restrict',
      ],
      ConnectorLimits: ['recipientsPerDay=5:alert'],
      LoginLimits: ['ben recipientsPerDay=6:defer'],
    });
    await set({ ActionWhenThresholdReached: 'Alert' });
    expect(await shown()).toMatchObject({
      ActionWhenThresholdReached: 'Alert',
      UserLimits: [
        'externalRecipientsPerHour=70:alert',
        'recipientsPerDay=800:alert',
        'messagesPerMinute=3:refuse',
        'recipientsPerMessage=4:restrict',
      ],
    });
  });

  test('to 0 is one to the service default', async () => {
    await set({ RecipientLimitExternalPerHour: 5, RecipientLimitPerDay: 5, ActionWhenThresholdReached: 'BlockUser' });
    await set({ RecipientLimitExternalPerHour: 0, RecipientLimitPerDay: 0 });
    expect(limits().users).toEqual({
      ...DEFAULT_POLICY.users,
      recipientsPerDay: { most: 10_000, action: 'restrict' },
    });
    expect(await shown()).toMatchObject({ RecipientLimitExternalPerHour: 0, RecipientLimitPerDay: 0 });
  });

  test('of an action that no limit could keep says so', async () => {
    await limited({ users: {} });
    expect((await set({ ActionWhenThresholdReached: 'BlockUser' })).warnings).toEqual([
      expect.stringContaining('no user is limited'),
    ]);
    expect(await shown()).toMatchObject({ RecipientLimitPerDay: null, ActionWhenThresholdReached: null });
  });

  test('of what Cordon has not is told, and changes nothing', async () => {
    const { warnings } = await set({
      NotifyOutboundSpam: true,
      NotifyOutboundSpamRecipients: ['a@b.example'],
      BccSuspiciousOutboundMail: false,
      AutoForwardingMode: 'Off',
    });
    expect(warnings.join('\n')).toMatch(/-NotifyOutboundSpam does nothing here: .*Set-ProtectionAlert/);
    expect(warnings).toHaveLength(4);
    expect(limits()).toEqual(DEFAULT_POLICY);
  });

  test('stands in the audit log, with what was and is', async () => {
    await set({ RecipientLimitPerDay: 20 });
    const [record] = await audit(SET);
    expect(record).toMatchObject({
      by: 'our admin',
      result: 'Succeeded',
      organizationId: world.ours.id,
      objectId: world.ours.id,
      parameters: { Identity: 'Default', RecipientLimitPerDay: 20 },
      changes: [{ name: 'users', after: { recipientsPerDay: { most: 20 } } }],
    });
  });

  test('with -WhatIf or -Confirm only asks', async () => {
    const asks = 'Setting hosted outbound spam filter policy "Default".';
    expect(await set({ RecipientLimitPerDay: 20, WhatIf: true })).toMatchObject({ asks });
    expect(await set({ RecipientLimitPerDay: 20, Confirm: true })).toMatchObject({ asks });
    expect(limits()).toEqual(DEFAULT_POLICY);
  });

  test.each([
    [{ RecipientLimitPerDay: 10_001 }, 'RecipientLimitPerDay', /\b(0 to )?10000\b/],
    [{ RecipientLimitPerDay: -1 }, 'RecipientLimitPerDay', /\b0\b/],
    [{ RecipientLimitPerDay: 'many' }, 'RecipientLimitPerDay', /System\.Int32/],
    [{ ActionWhenThresholdReached: 'Block' }, 'ActionWhenThresholdReached', /Alert, BlockUserForToday, BlockUser/],
    [{ ActionWhenThresholdReached: 'defer' }, 'ActionWhenThresholdReached', /Alert, BlockUserForToday, BlockUser/],
    [
      { RecipientLimitPerYear: 1 },
      'RecipientLimitPerYear',
      /Invalid cmdlet parameters specified\. RecipientLimitPerYear/,
    ],
  ])('%j is refused', async (values, target, words) => {
    await expect(set(values)).rejects.toMatchObject({ target, message: expect.stringMatching(words) });
    expect(limits()).toEqual(DEFAULT_POLICY);
  });

  test('two at the same time both hold', async () => {
    await Promise.all([set({ RecipientLimitExternalPerHour: 11 }), set({ RecipientLimitInternalPerHour: 12 })]);
    expect(await shown()).toMatchObject({ RecipientLimitExternalPerHour: 11, RecipientLimitInternalPerHour: 12 });
  });

  test.each(['security', 'reader'] as const)('is refused to %s, on record', async (who) => {
    const refused = { category: 'PermissionDenied', status: 403 };
    await expect(run(who, SET, { Identity: 'Default', RecipientLimitPerDay: 1 })).rejects.toMatchObject(refused);
    expect((await audit(SET))[0]).toMatchObject({ result: 'Failed', parameters: { error: 'forbidden' } });
    expect(limits()).toEqual(DEFAULT_POLICY);
  });
});
