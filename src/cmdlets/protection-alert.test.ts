import { afterAll, describe, expect, test } from 'vitest';
import { cmdletCalls } from '../../test/cmdlet-calls.ts';
import { actionsOf } from '../access/roles.ts';
import { systemPolicyId } from '../alerts/policies.ts';
import type { Row } from './cmdlet.ts';
import { POLICY_OUTPUT } from './protection-alert.ts';

const { world, run, audit, close } = await cmdletCalls();
afterAll(close);

const ours = world.ours.id;
const SUSPICIOUS = 'Suspicious connector activity';
const NEEDED = { Category: 'ThreatManagement', NotifyUser: 'TenantAdmins', ThreatType: 'Activity' };
const add = (Name: string, over: object = {}) =>
  run('ours', 'New-ProtectionAlert', { ...NEEDED, Name, Operation: 'UserRestricted', ...over });
const shown = async (Identity: string): Promise<Row> =>
  (await run('ours', 'Get-ProtectionAlert', { Identity })).rows[0]!;

describe('Get-ProtectionAlert', () => {
  test('shows by name what a check for the suspicious connector policy looks at', async () => {
    const { rows, warnings } = await run('reader', 'Get-ProtectionAlert');
    expect(rows.map(({ Name }) => Name)).toEqual([
      'Connector changed',
      'Email sending limit exceeded',
      SUSPICIOUS,
      'Suspicious email sending patterns detected',
      'User restricted from sending email',
    ]);
    const found = rows.find(({ Name }) => Name === SUSPICIOUS)!;
    expect(found).toEqual({
      Name: SUSPICIOUS,
      Guid: systemPolicyId(ours, SUSPICIOUS),
      Identity: SUSPICIOUS,
      Workload: 'AuditAlerting',
      Mode: 'Enforce',
      Disabled: false,
      Comment: 'A connector was restricted, or is new and its mail is held with 451.',
      Severity: 'High',
      Category: 'ThreatManagement',
      ThreatType: 'Activity',
      NotifyUser: ['TenantAdmins'],
      NotificationEnabled: true,
      NotifyUserThrottleThreshold: 3,
      NotifyUserThrottleWindow: 1_440,
      Operation: ['ConnectorRestricted'],
      Filter: "Activity.Operation -eq 'ConnectorRestricted'",
      AggregationType: 'None',
      Threshold: null,
      TimeWindow: null,
      IsSystemRule: true,
      IsValid: true,
      Activity: 'ConnectorRestricted',
      NotifiedAddresses: ['admin@ours.example'],
      OrganizationId: ours,
    });
    expect(Object.keys(found)).toEqual(POLICY_OUTPUT.map(({ name }) => name));
    expect(warnings).toEqual([]);
  });

  test('finds one by name in any case and by GUID', async () => {
    const id = systemPolicyId(ours, SUSPICIOUS);
    for (const Identity of ['suspicious CONNECTOR activity', id, `{${id.toUpperCase()}}`])
      expect(await shown(Identity)).toMatchObject({ Name: SUSPICIOUS });
    await expect(run('ours', 'Get-ProtectionAlert', { Identity: 'no such' })).rejects.toMatchObject({
      message: "The operation couldn't be performed because object 'no such' couldn't be found on 'Cordon'.",
      category: 'ObjectNotFound',
      target: 'no such',
    });
  });

  test('shows nothing of others; what is about the guard it shows its provider', async () => {
    const id = systemPolicyId(world.theirs.id, SUSPICIOUS);
    await expect(run('ours', 'Get-ProtectionAlert', { Identity: id })).rejects.toThrow("couldn't be found");
    await expect(run('ours', 'Get-ProtectionAlert', {}, world.theirs.id)).rejects.toThrow("couldn't be found");
    const { rows } = await run('provider', 'Get-ProtectionAlert', {}, world.theirs.id);
    expect(rows.map(({ Name, OrganizationId }) => [Name, OrganizationId])).toEqual([
      ['Connector changed', world.theirs.id],
      ['Email sending limit exceeded', world.theirs.id],
      ['Guard degraded', null],
      [SUSPICIOUS, world.theirs.id],
      ['Suspicious email sending patterns detected', world.theirs.id],
      ['User restricted from sending email', world.theirs.id],
    ]);
  });

  test('says that nothing is raised while the audit log is off', async () => {
    await world.ports.directory.setOrganization(ours, { auditLog: false });
    const { warnings } = await run('ours', 'Get-ProtectionAlert', { IncludeRuleXml: true });
    await world.ports.directory.setOrganization(ours, { auditLog: true });
    expect(warnings).toEqual([
      '-IncludeRuleXml does nothing here: a policy is no XML; Filter says it all.',
      'The audit log is off: no alert is raised until Set-AdminAuditLogConfig turns it on.',
    ]);
  });
});

describe('New-ProtectionAlert', () => {
  test('makes a policy, shows it, and records that', async () => {
    const { rows, warnings } = await add('Printers', {
      Operation: ['Set-InboundConnector'],
      Filter: "Activity.EntityName -like 'printer*'",
      NotifyUser: ['tenantadmins', 'ops@ours.example'],
      Severity: 'h',
      Threshold: 3,
      TimeWindow: 120,
      NotifyUserThrottleThreshold: 1,
      NotifyUserThrottleWindow: 1_440,
      NotificationEnabled: '$true',
      Disabled: false,
      Description: 'of the floor',
    });
    expect(rows).toEqual([await shown('printers')]);
    expect(rows).toMatchObject([
      {
        Severity: 'High',
        Comment: 'of the floor',
        NotifyUser: ['TenantAdmins', 'ops@ours.example'],
        NotifyUserThrottleThreshold: 1,
        Operation: ['Set-InboundConnector'],
        Filter: "Activity.Operation -eq 'Set-InboundConnector' -and Activity.EntityName -like 'printer*'",
        AggregationType: 'SimpleAggregation',
        Threshold: 3,
        TimeWindow: 120,
        IsSystemRule: false,
        Activity: 'ConnectorChanged',
        OrganizationId: ours,
      },
    ]);
    expect(warnings).toEqual([]);
    expect(await audit('New-ProtectionAlert')).toMatchObject([
      { organizationId: ours, objectId: rows[0]!.Guid, by: 'our admin', result: 'Succeeded' },
    ]);
  });

  test('takes what it showed of another one as it is', async () => {
    const made = await shown('Printers');
    const names = ['Category', 'NotifyUser', 'ThreatType', 'Severity', 'Disabled', 'Operation', 'Filter', 'Comment'];
    const more = ['AggregationType', 'Threshold', 'TimeWindow', 'NotifyUserThrottleThreshold'];
    const values = Object.fromEntries([...names, ...more].map((name) => [name, made[name]]));
    const { rows } = await run('ours', 'New-ProtectionAlert', { ...values, Name: 'Copy' });
    expect(rows[0]).toEqual({ ...made, Name: 'Copy', Identity: 'Copy', Guid: rows[0]!.Guid });
  });

  test('takes every documented parameter; of what does nothing it says why', async () => {
    const { warnings } = await add('Everything', {
      AlertBy: 'User',
      AlertFor: 'x',
      CorrelationPolicyId: ours,
      CustomProperties: { x: 1 },
      LogicalOperationName: 'x',
      NotificationCulture: 'da-DK',
      NotifyUserOnFilterMatch: true,
      NotifyUserSuppressionExpiryDate: '09/01/2026 5:00 PM',
      PrivacyManagementScopedSensitiveInformationTypes: ['x'],
      PrivacyManagementScopedSensitiveInformationTypesForCounting: ['x'],
      PrivacyManagementScopedSensitiveInformationTypesThreshold: 5_000_000_000,
      UseCreatedDateTime: true,
      VolumeThreshold: 5_000_000_000,
    });
    expect(warnings).toHaveLength(13);
    expect(warnings).toContain('-NotificationCulture does nothing here: notifications are in English.');
  });

  test.each([
    [{ Operation: undefined }, 'missing mandatory parameters: Operation'],
    [{ Operation: 'SearchRemoved' }, "on parameter 'Operation'. No alert is raised on SearchRemoved. It is one of"],
    [{ Filter: "Activity.SiteUrl -eq 'x'" }, "on parameter 'Filter'."],
    [{ Filter: "Activity.Operation -eq 'ConnectorRestricted'" }, '-Filter is about ConnectorRestricted'],
    [{ ThreatType: 'Malware' }, "on parameter 'ThreatType'."],
    [{ AggregationType: 'AnomalousAggregation' }, "on parameter 'AggregationType'. What is unusual"],
    [{ AggregationType: 'SimpleAggregation' }, 'SimpleAggregation needs -Threshold'],
    [{ AggregationType: 'None', Threshold: 3 }, "on parameter 'Threshold'."],
    [{ Threshold: 1_001 }, 'greater than the maximum allowed range of 1000.'],
    [{ TimeWindow: 10_081 }, 'greater than the maximum allowed range of 10080.'],
    [{ NotifyUserThrottleThreshold: 4 }, 'greater than the maximum allowed range of 3.'],
    [{ NotifyUserThrottleWindow: 60 }, "on parameter 'NotifyUserThrottleWindow'. Notifications are counted"],
    [{ NotifyUser: ['ops@ours.example', 'nobody'] }, "on parameter 'NotifyUser'. nobody: give TenantAdmins or"],
    [{ NotifyUser: ['a@ours.example\r\nBcc: b@ours.example'] }, "on parameter 'NotifyUser'."],
    [{ Severity: 'Grave' }, 'Specify one of the following enumerator names and try again: Low, Medium'],
    [{ Category: 'X' }, "on parameter 'Category'."],
    [{ Comment: 'x'.repeat(1_001) }, "on parameter 'Comment'."],
    [{ Name: ' ' }, "on parameter 'Name'."],
    [{ Name: 'connector changed' }, 'there is an alert policy named connector changed'],
    [{ Subject: 'x' }, 'Invalid cmdlet parameters specified. Subject'],
  ])('refuses %j and says why', async (over, why) => {
    await expect(add('Refused', over)).rejects.toThrow(why);
    await expect(shown('Refused')).rejects.toThrow("couldn't be found");
  });
});

describe('Set-ProtectionAlert', () => {
  const set = (Identity: string, over: object) => run('ours', 'Set-ProtectionAlert', { Identity, ...over });
  const last = async () => (await audit('Set-ProtectionAlert')).at(0)!;

  test('changes what is given and nothing else, and records before and after', async () => {
    const { rows } = await add('Wave', { Filter: "Activity.Cause -eq 'detection'", Threshold: 5, TimeWindow: 30 });
    await set('wave', { Severity: 'Medium', Category: 'Others', AggregationType: 'SimpleAggregation' });
    expect(await shown('Wave')).toEqual({ ...rows[0], Severity: 'Medium', Category: 'Others' });
    expect(await last()).toMatchObject({
      objectId: rows[0]!.Guid,
      parameters: { severity: 'Medium', category: 'Others' },
      changes: [
        { name: 'severity', before: 'Low', after: 'Medium' },
        { name: 'category', before: 'ThreatManagement', after: 'Others' },
      ],
    });
    await set('Wave', { Operation: 'ConnectorRestricted', AggregationType: 'None', Comment: '' });
    expect(await shown('Wave')).toMatchObject({
      Filter: "Activity.Operation -eq 'ConnectorRestricted' -and Activity.Cause -eq 'detection'",
      Threshold: null,
    });
    await expect(set('Wave', { AggregationType: 'SimpleAggregation' })).rejects.toThrow('needs -Threshold');
  });

  test('of a system policy changes status, recipients and limit only', async () => {
    const changes = { Disabled: true, NotificationEnabled: false, NotifyUserThrottleThreshold: 0 };
    await set(SUSPICIOUS, { ...changes, NotifyUser: [] });
    expect(await shown(SUSPICIOUS)).toMatchObject({ ...changes, NotifyUser: [], NotifiedAddresses: [] });
    await set(SUSPICIOUS, { NotifyUser: { Add: ['ops@ours.example', 'x@ours.example'] } });
    await set(SUSPICIOUS, { NotifyUser: { Add: 'TenantAdmins', Remove: 'X@ours.example' } });
    expect(await shown(SUSPICIOUS)).toMatchObject({ NotifyUser: ['ops@ours.example', 'TenantAdmins'] });
    await set(SUSPICIOUS, {
      Disabled: false,
      NotificationEnabled: true,
      NotifyUserThrottleThreshold: 3,
      NotifyUser: 'TenantAdmins',
    });
    await expect(set(SUSPICIOUS, { Severity: 'Low' })).rejects.toMatchObject({
      message: `${SUSPICIOUS} is a system policy: severity cannot be changed`,
      category: 'InvalidOperation',
      target: SUSPICIOUS,
    });
    expect(await last()).toMatchObject({ result: 'Failed', parameters: { error: 'policy_is_system' } });
  });

  test('without a change says so and records nothing', async () => {
    const before = (await audit('Set-ProtectionAlert')).length;
    expect((await set(SUSPICIOUS, {})).warnings).toEqual([
      `The command completed successfully but no settings of '${SUSPICIOUS}' have been modified.`,
    ]);
    expect(await audit('Set-ProtectionAlert')).toHaveLength(before);
  });
});

describe('Enable-, Disable- and Remove-ProtectionAlert', () => {
  test('turn off and on, and remove what is no system policy, each under its own name in the log', async () => {
    const { rows } = await add('Brief');
    const Identity = rows[0]!.Guid;
    await run('security', 'Disable-ProtectionAlert', { Identity });
    expect(await shown('Brief')).toMatchObject({ Disabled: true });
    await run('security', 'Enable-ProtectionAlert', { Identity });
    expect(await shown('Brief')).toMatchObject({ Disabled: false });
    await run('security', 'Remove-ProtectionAlert', { Identity, Confirm: false });
    await expect(shown('Brief')).rejects.toThrow("couldn't be found");
    for (const verb of ['Disable', 'Enable', 'Remove'])
      expect(await audit(`${verb}-ProtectionAlert`)).toMatchObject([
        { objectId: Identity, organizationId: ours, by: 'our guard', result: 'Succeeded' },
      ]);
    await expect(run('ours', 'Remove-ProtectionAlert', { Identity: SUSPICIOUS })).rejects.toThrow('cannot be deleted');
  });

  test('ask first where they are told to, and then do nothing', async () => {
    await add('Asked');
    for (const [name, asks] of [
      ['Remove-ProtectionAlert', 'Remove the alert policy "Asked"?'],
      ['Disable-ProtectionAlert', 'Disable the alert policy "Asked"?'],
      ['Set-ProtectionAlert', 'Change the alert policy "Asked"?'],
    ] as const) {
      expect(await run('ours', name, { Identity: 'asked', Confirm: true })).toMatchObject({ asks });
      expect(await run('ours', name, { Identity: 'asked', WhatIf: true })).toMatchObject({ asks });
      await expect(run('ours', name, { Identity: 'no such', WhatIf: true })).rejects.toThrow("couldn't be found");
    }
    expect(await add('Never', { WhatIf: true })).toMatchObject({ asks: 'Create the alert policy "Never"?' });
    expect(await shown('Asked')).toMatchObject({ Disabled: false });
    await expect(shown('Never')).rejects.toThrow("couldn't be found");
  });
});

describe('rights', () => {
  const CHANGES: [string, object][] = [
    ['New-ProtectionAlert', { ...NEEDED, Name: 'x', Operation: 'UserRestricted' }],
    ['Set-ProtectionAlert', { Identity: SUSPICIOUS, Severity: 'Low' }],
    ['Enable-ProtectionAlert', { Identity: SUSPICIOUS }],
    ['Disable-ProtectionAlert', { Identity: SUSPICIOUS }],
    ['Remove-ProtectionAlert', { Identity: SUSPICIOUS }],
  ];

  test.each(CHANGES)('%s is refused to who only reads, and that is recorded', async (name, values) => {
    expect(actionsOf(['Global Reader']).has('alert-policies.write')).toBe(false);
    await expect(run('reader', name, { ...values })).rejects.toMatchObject({
      status: 403,
      category: 'PermissionDenied',
    });
    expect(await audit(name)).toContainEqual(
      expect.objectContaining({
        organizationId: ours,
        by: 'our reader',
        result: 'Failed',
        parameters: expect.objectContaining({ error: 'forbidden' }),
      }),
    );
  });

  test.each(CHANGES.slice(1))('%s does not find what is another organization’s', async (name, values) => {
    const Identity = systemPolicyId(world.theirs.id, SUSPICIOUS);
    for (const organizationId of [ours, world.theirs.id])
      await expect(run('ours', name, { ...values, Identity }, organizationId)).rejects.toMatchObject({
        category: 'ObjectNotFound',
      });
  });

  test('New-ProtectionAlert makes none in another organization', async () => {
    const [name, values] = CHANGES[0]!;
    await expect(run('ours', name, { ...values }, world.theirs.id)).rejects.toMatchObject({
      category: 'ObjectNotFound',
    });
    expect((await run('theirs', 'Get-ProtectionAlert', {}, world.theirs.id)).rows).toHaveLength(5);
  });
});
