import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOW } from '../../test/api-world.ts';
import { cmdletCalls } from '../../test/cmdlet-calls.ts';
import type { AuditRecord } from '../audit/audit-record.ts';
import { anAuditRecord } from '../store/samples.ts';
import type { Row } from './cmdlet.ts';

const { world, run, audit, close } = await cmdletCalls();
afterAll(close);

const ours = world.ours.id;
const DAY = 86_400_000;
const append = (over: Partial<AuditRecord>) =>
  world.ports.audit.append(anAuditRecord({ organizationId: ours, ...over }));

describe('Get- and Set-AdminAuditLogConfig', () => {
  const config = async () => (await run('reader', 'Get-AdminAuditLogConfig')).rows;
  const set = (isOn: unknown, over: object = {}) =>
    run('ours', 'Set-AdminAuditLogConfig', { UnifiedAuditLogIngestionEnabled: isOn, ...over });
  const records = () => audit('Set-AdminAuditLogConfig');

  test('show the log, turn it off and on at once, and say so; both stand in the log', async () => {
    const isOn = {
      Name: 'Admin Audit Log Settings',
      UnifiedAuditLogIngestionEnabled: true,
      AdminAuditLogEnabled: true,
      Identity: 'Admin Audit Log Settings',
      IsValid: true,
      OrganizationId: ours,
    };
    expect(await config()).toEqual([isOn]);
    const { rows, warnings } = await set('$false');
    expect(rows).toEqual([]);
    expect(warnings).toEqual([
      'The admin audit log configuration change has taken effect, at once. From now on nothing is recorded but this switch, sign-ins and what the service restricts by itself, and no alerts are raised.',
    ]);
    expect(await config()).toMatchObject([{ UnifiedAuditLogIngestionEnabled: false, AdminAuditLogEnabled: false }]);
    expect((await set(true)).warnings[0]).toContain('What happens from now on is recorded');
    expect(await config()).toEqual([isOn]);
    expect(await records()).toMatchObject(
      [true, false].map((is) => ({
        organizationId: ours,
        objectId: 'Admin Audit Log Settings',
        by: 'our admin',
        parameters: { UnifiedAuditLogIngestionEnabled: is },
        changes: [{ name: 'UnifiedAuditLogIngestionEnabled', before: !is, after: is }],
        result: 'Succeeded',
      })),
    );
  });

  test('stand in the log as rules look for them', async () => {
    const { rows } = await run('reader', 'Search-UnifiedAuditLog', {
      StartDate: '2026-11-22',
      EndDate: '2026-11-23',
      Operations: 'Set-AdminAuditLogConfig',
      FreeText: 'false',
      ResultSize: 1,
    });
    expect(JSON.parse(rows[0]!.AuditData as string)).toMatchObject({
      Operation: 'Set-AdminAuditLogConfig',
      RecordType: 1,
      ResultStatus: 'True',
      Parameters: [{ Name: 'UnifiedAuditLogIngestionEnabled', Value: 'True' }],
    });
  });

  test('change nothing where nothing is given, or where it is only asked', async () => {
    const before = (await records()).length;
    expect((await run('ours', 'Set-AdminAuditLogConfig')).warnings).toEqual([
      "The command completed successfully but no settings of 'Admin Audit Log Settings' have been modified.",
    ]);
    expect(await set(false, { WhatIf: true })).toMatchObject({ asks: 'Turn the audit log off?' });
    expect(await records()).toHaveLength(before);
    await expect(set('maybe')).rejects.toThrow("parameter 'UnifiedAuditLogIngestionEnabled'");
    expect(await config()).toMatchObject([{ UnifiedAuditLogIngestionEnabled: true }]);
    expect(await records()).toHaveLength(before + 1);
    expect((await records())[0]).toMatchObject({ result: 'Failed', parameters: { error: 'invalid_request' } });
  });

  test('are refused to who may not, and to others', async () => {
    const off = { UnifiedAuditLogIngestionEnabled: false };
    for (const who of ['reader', 'security'] as const)
      await expect(run(who, 'Set-AdminAuditLogConfig', off)).rejects.toMatchObject({ category: 'PermissionDenied' });
    expect((await records()).slice(0, 2)).toMatchObject([
      { organizationId: ours, by: 'our guard', result: 'Failed' },
      { organizationId: ours, by: 'our reader', result: 'Failed' },
    ]);
    const theirs = world.theirs.id;
    await expect(run('ours', 'Set-AdminAuditLogConfig', off, theirs)).rejects.toMatchObject({
      category: 'ObjectNotFound',
    });
    await expect(run('ours', 'Get-AdminAuditLogConfig', {}, theirs)).rejects.toMatchObject({
      category: 'ObjectNotFound',
    });
    expect((await run('theirs', 'Get-AdminAuditLogConfig', {}, theirs)).rows).toMatchObject([
      { UnifiedAuditLogIngestionEnabled: true },
    ]);
  });
});

describe('Search-UnifiedAuditLog', () => {
  /** A day of its own. */
  const at = NOW - 10 * DAY;
  const of = (over: object = {}) => ({
    StartDate: new Date(at).toISOString(),
    EndDate: new Date(at + DAY).toISOString(),
    ...over,
  });
  const search = async (over: object = {}) => (await run('reader', 'Search-UnifiedAuditLog', of(over))).rows;
  const found = async (over: object) => (await search(over)).map(({ Identity }) => names.get(Identity as string));
  const names = new Map<unknown, string>();

  beforeAll(async () => {
    const records: Record<string, Partial<AuditRecord>> = {
      unblock: { by: 'anna', objectId: 'one', clientAddress: '192.0.2.1', parameters: { reason: 'A "Müller" 100 %' } },
      edit: { operation: 'Set-InboundConnector', by: 'eve', objectId: 'two', clientAddress: '192.0.2.2' },
      listed: { operation: 'HygieneTenantEvents', userType: 'System', by: 'Cordon', objectId: 'one' },
      alert: { operation: 'Set-Alert', by: 'anna', objectId: 'three', clientAddress: '192.0.2.1' },
      signIn: { operation: 'UserLoggedIn', by: 'Eve', objectId: '', clientAddress: '192.0.2.3', result: 'Failed' },
    };
    for (const [i, [name, over]] of Object.entries(records).entries()) {
      const record = anAuditRecord({ organizationId: ours, at: at + i * 1_000, ...over });
      names.set(record.id, name);
      await world.ports.audit.append(record);
    }
    await append({ organizationId: world.theirs.id, at, by: 'anna', parameters: { secret: 'Müller' } });
    await append({ at: at - 1 });
    await append({ at: at + DAY });
  });

  test('gives what the common schema has, newest first, of the time that was named', async () => {
    expect(await found({})).toEqual(['signIn', 'alert', 'listed', 'edit', 'unblock']);
    const row = (await search()).at(-1)!;
    expect(row).toEqual({
      RecordType: 'ExchangeAdmin',
      CreationDate: new Date(at),
      UserIds: 'anna',
      Operations: 'Remove-BlockedConnector',
      AuditData: expect.any(String),
      ResultIndex: 5,
      ResultCount: 5,
      Identity: expect.any(String),
      IsValid: true,
      ObjectState: 'Unchanged',
    });
    expect(JSON.parse(row.AuditData as string)).toMatchObject({
      Id: row.Identity,
      CreationTime: '2026-11-12T08:00:00',
      Operation: 'Remove-BlockedConnector',
      OrganizationId: ours,
      RecordType: 1,
      UserType: 2,
      UserId: 'anna',
      ObjectId: 'one',
      ClientIP: '192.0.2.1',
    });
    expect(row.AuditData).not.toContain('\n');
  });

  test('with -Formatted gives names for numbers, in lines', async () => {
    const data = (await search({ Formatted: true, Operations: 'HygieneTenantEvents' }))[0]!.AuditData as string;
    expect(data).toContain('\n  "RecordType": "HygieneEvent"');
    expect(data).toContain('\n  "UserType": "System"');
  });

  test.each([
    [{ Operations: ['Set-Alert', 'UserLoggedIn'] }, ['signIn', 'alert']],
    [{ UserIds: ['anna', 'Cordon'] }, ['alert', 'listed', 'unblock']],
    [{ UserIds: 'Anna' }, []],
    [{ ObjectIds: ['one', 'three'] }, ['alert', 'listed', 'unblock']],
    [{ IPAddresses: ['192.0.2.2', '192.0.2.3'] }, ['signIn', 'edit']],
    [{ IPAddresses: '192.0.2.1', UserIds: 'anna', ObjectIds: 'three' }, ['alert']],
    [{ FreeText: '"müller" 100 %' }, ['unblock']],
    [{ FreeText: '1_0 %' }, []],
    [{ FreeText: 'SET-', UserIds: ['anna', 'eve'] }, ['alert', 'edit']],
    [{ FreeText: '', UserIds: [] }, ['signIn', 'alert', 'listed', 'edit', 'unblock']],
    [{ RecordType: 'ExchangeAdmin' }, ['edit', 'unblock']],
    [{ RecordType: 'hygiene' }, ['listed']],
    [{ RecordType: 'SecurityComplianceAlerts' }, ['alert']],
    [{ RecordType: 'AzureActiveDirectoryStsLogon' }, ['signIn']],
    [{ RecordType: 'ExchangeAdmin', Operations: ['Set-Alert', 'Set-InboundConnector'] }, ['edit']],
    [{ RecordType: 'Quarantine' }, []],
    [{ SiteIds: ours }, []],
    [{ StartDate: '2026-11-12 08:00:01Z', EndDate: '11/12/2026 8:00:03 AM' }, ['listed', 'edit']],
    [{ StartDate: '11/12/2026', EndDate: '11/12/2026' }, []],
    [{ StartDate: '11/12/2026', EndDate: '11/13/2026', ResultSize: 1 }, ['signIn']],
  ])('finds by %j', async (filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });

  test.each([
    [
      { StartDate: '2026-11-13', EndDate: '2026-11-12' },
      "on parameter 'StartDate'. It must not be later than EndDate.",
    ],
    [{ StartDate: 'yesterday' }, "String 'yesterday' was not recognized as a valid DateTime."],
    [{ EndDate: null }, "Cannot bind argument to parameter 'EndDate'"],
    [{ ResultSize: 5_001 }, 'greater than the maximum allowed range of 5000.'],
    [{ ResultSize: 0 }, 'less than the minimum allowed range of 1.'],
    [{ SessionId: 'x' }, 'missing mandatory parameters: SessionCommand'],
    [{ SessionId: 'x'.repeat(201), SessionCommand: 'ReturnLargeSet' }, "on parameter 'SessionId'."],
    [{ FreeText: 'x'.repeat(201) }, "on parameter 'FreeText'."],
    [{ UserIds: Array.from({ length: 201 }, String) }, "on parameter 'UserIds'. It takes at most 200 values."],
    [{ RecordType: 'SharePoint' }, 'Specify one of the following enumerator names'],
    [{ SessionCommand: 'Return' }, 'Specify one of the following enumerator names'],
  ])('refuses %j', async (over, why) => {
    await expect(search(over)).rejects.toThrow(why);
  });

  test('says what does nothing, and that the log is off', async () => {
    await world.ports.directory.setOrganization(ours, { auditLog: false });
    const ignored = { HighCompleteness: true, LongerRetentionEnabled: 'true', LegacyFlow: true };
    const { rows, warnings } = await run('reader', 'Search-UnifiedAuditLog', of(ignored));
    await world.ports.directory.setOrganization(ours, { auditLog: true });
    expect(rows).toHaveLength(5);
    expect(warnings).toEqual([
      '-HighCompleteness does nothing here: every search is complete.',
      '-LongerRetentionEnabled does nothing here: every search looks at all that is kept.',
      '-LegacyFlow does nothing here: there is one way to search.',
      'The audit log is off: what happens now is not recorded. Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true turns it on.',
    ]);
  });

  test('does not find what is another organization’s, and leaves no record', async () => {
    const before = (await world.store.audit.list({ limit: 1_000 })).length;
    await expect(run('ours', 'Search-UnifiedAuditLog', of(), world.theirs.id)).rejects.toMatchObject({
      category: 'ObjectNotFound',
    });
    const nobody = await world.tokenOf([], ours);
    await expect(run(nobody, 'Search-UnifiedAuditLog', of())).rejects.toMatchObject({ category: 'PermissionDenied' });
    expect((await run('theirs', 'Search-UnifiedAuditLog', of(), world.theirs.id)).rows).toHaveLength(1);
    expect((await run('provider', 'Search-UnifiedAuditLog', of(), world.theirs.id)).rows).toHaveLength(1);
    expect(await world.store.audit.list({ limit: 1_000 })).toHaveLength(before);
  });
});

describe('a session', () => {
  const at = NOW - 30 * DAY;
  const TOTAL = 5_200;
  const values = (over: object = {}) => ({
    StartDate: new Date(at).toISOString(),
    EndDate: new Date(at + 2 * DAY).toISOString(),
    SessionId: 'mine',
    SessionCommand: 'ReturnLargeSet',
    ResultSize: 2_000,
    ...over,
  });
  const next = (over: object = {}) => run('reader', 'Search-UnifiedAuditLog', values(over));
  const indexes = (rows: readonly Row[]) => [rows.length, rows[0]?.ResultIndex, rows.at(-1)?.ResultIndex];

  beforeAll(async () => {
    await Promise.all(
      Array.from({ length: TOTAL }, (_, i) => append({ at: at + Math.floor(i / 7), by: `user ${i % 3}` })),
    );
  }, 60_000);

  test('gives each record once, call by call, until there is none; then it begins anew', async () => {
    const seen: unknown[] = [];
    const pages = [];
    for (let page = await next(); page.rows.length > 0; page = await next()) {
      pages.push(indexes(page.rows));
      expect(new Set(page.rows.map(({ ResultCount }) => ResultCount))).toEqual(new Set([TOTAL]));
      seen.push(...page.rows.map(({ Identity }) => Identity));
      // What comes meanwhile is newer than where the session is.
      await append({ at: at + DAY });
    }
    expect(pages).toEqual([
      [2_000, 1, 2_000],
      [2_000, 2_001, 4_000],
      [1_200, 4_001, TOTAL],
    ]);
    expect(new Set(seen).size).toBe(TOTAL);
    expect(indexes((await next()).rows)).toEqual([2_000, 1, 2_000]);
    expect((await next({ SessionId: 'another' })).rows[0]).toMatchObject({ ResultIndex: 1, ResultCount: TOTAL + 3 });
  });

  test('gives each record once, too, where it is asked for at the same time', async () => {
    const session = { SessionId: 'at once', ResultSize: 100 };
    const pages = await Promise.all([next(session), next(session), next(session)]);
    expect(pages.map(({ rows }) => indexes(rows))).toEqual([
      [100, 1, 100],
      [100, 101, 200],
      [100, 201, 300],
    ]);
  });

  test('of ReturnNextPreviewPage ends at five thousand, and says that there is more', async () => {
    const preview = { SessionId: 'preview', SessionCommand: 'ReturnNextPreviewPage', ResultSize: 3_000 };
    const first = await next(preview);
    expect([...indexes(first.rows), first.rows[0]!.ResultCount]).toEqual([3_000, 1, 3_000, 5_000]);
    expect(first.warnings).toEqual(['There are more than 5000 records: name a shorter time or filters.']);
    const second = await next(preview);
    expect(indexes(second.rows)).toEqual([2_000, 3_001, 5_000]);
    expect(second.warnings).toEqual([]);
    expect((await next(preview)).rows).toEqual([]);
  });

  test('is of whoever began it, of one organization and one search, and ends after an hour', async () => {
    const session = { SessionId: 'kept', ResultSize: 1_000 };
    await next(session);
    expect((await next(session)).rows[0]).toMatchObject({ ResultIndex: 1_001 });
    expect((await run('ours', 'Search-UnifiedAuditLog', values(session))).rows[0]).toMatchObject({ ResultIndex: 1 });
    expect((await next({ ...session, UserIds: 'user 1' })).rows[0]).toMatchObject({ ResultIndex: 1 });
    expect((await next({ ...session, UserIds: 'user 1' })).rows[0]).toMatchObject({ ResultIndex: 1_001 });
    world.clock.now += 3_600_000;
    expect((await next({ ...session, UserIds: 'user 1' })).rows[0]).toMatchObject({ ResultIndex: 1 });
  });

  test('goes by record types too, page by page', async () => {
    for (let i = 0; i < 5; i++) await append({ at: at + DAY - i, operation: 'Set-Alert' });
    const seen = new Set();
    const alerts = { SessionId: 'alerts', RecordType: 'SecurityComplianceAlerts', ResultSize: 2 };
    const pages = [];
    for (let page = await next(alerts); page.rows.length > 0; page = await next(alerts)) {
      pages.push(indexes(page.rows));
      for (const { Identity } of page.rows) seen.add(Identity);
      await append({ at: at + DAY + 1, operation: 'Set-Alert' });
    }
    expect(pages).toEqual([
      [2, 1, 2],
      [2, 3, 4],
      [1, 5, 5],
    ]);
    expect(seen.size).toBe(5);
  });
});
