import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aTestApi, NOW } from '../../test/api-world.ts';
import { anAuditRecord } from '../store/samples.ts';

const api = await aTestApi();
const { world, app, ask } = api;
afterAll(() => api.close());

const ours = world.ours.id;
const evil = '=HYPERLINK("http://evil.example","x")\r\n+1,2';

beforeAll(async () => {
  const records = [
    anAuditRecord({
      organizationId: ours,
      at: NOW - 5,
      by: '=1+1',
      objectId: '@SUM(A1)',
      parameters: { reason: evil },
    }),
    anAuditRecord({
      organizationId: ours,
      at: NOW - 4,
      operation: 'Set-X',
      objectId: 'thing',
      clientAddress: '192.0.2.9',
    }),
    anAuditRecord({ organizationId: ours, at: NOW - 3, operation: 'Set-Y', by: '\tx', result: 'Failed' }),
    anAuditRecord({ organizationId: world.theirs.id, at: NOW - 2, operation: 'Set-X', by: 'secret name' }),
  ];
  for (const each of records) await world.ports.audit.append(each);
});

const operations = async (who: 'ours' | 'theirs' | 'provider', query: string) => {
  const { status, body } = await ask(who, 'GET', `/audit-records${query}`);
  expect(status).toBe(200);
  return body.items.map(({ operation }: { operation: string }) => operation);
};

describe('searching', () => {
  test('goes by every filter, and shows nothing of others', async () => {
    expect(await operations('ours', '?operation=Set-X')).toEqual(['Set-X']);
    expect(await operations('provider', '?operation=Set-X&operation=Set-Y')).toEqual(['Set-X', 'Set-Y', 'Set-X']);
    expect(await operations('ours', '?entity=thing&clientAddress=192.0.2.9')).toEqual(['Set-X']);
    expect(await operations('ours', '?text=hyperlink')).toEqual(['Remove-BlockedConnector']);
    expect(await operations('ours', '?text=secret')).toEqual([]);
    expect(await operations('ours', '?user=secret%20name')).toEqual([]);
    const [from, until] = [NOW - 4, NOW - 2].map((at) => new Date(at).toISOString());
    expect(await operations('ours', `?from=${from}&until=${until}`)).toEqual(['Set-Y', 'Set-X']);
    expect((await ask('ours', 'GET', `/audit-records?organizationId=${world.theirs.id}`)).status).toBe(404);
  });

  test('gives pages, and leaves no record', async () => {
    const before = (await ask('provider', 'GET', '/audit-records')).body.items.length;
    const first = (await ask('ours', 'GET', '/audit-records?limit=2')).body;
    const second = (await ask('ours', 'GET', `/audit-records?limit=2&cursor=${first.next}`)).body;
    const all = (await ask('ours', 'GET', '/audit-records')).body;
    expect([...first.items, ...second.items]).toEqual(all.items);
    expect(all).not.toHaveProperty('next');
    expect((await ask('provider', 'GET', '/audit-records')).body.items).toHaveLength(before);
    expect((await ask('ours', 'GET', '/audit-records?cursor=1')).body.detail).toContain('cursor');
  });
});

describe('exporting', () => {
  const get = (format: string, secret = world.secrets.ours) =>
    app.inject({
      url: `/api/v1/audit-records/export?format=${format}`,
      headers: { authorization: `Bearer ${secret}` },
    });

  test('as CSV leaves no formula for a spreadsheet and no line that somebody else wrote', async () => {
    const { body, headers } = await get('csv');
    expect(headers['content-type']).toContain('text/csv');
    const lines = body.split('\r\n');
    expect(lines[0]).toBe('CreationDate,UserIds,Operations,ResultStatus,ClientIP,ObjectId,AuditData');
    const line = lines.find((each) => each.includes('HYPERLINK'))!;
    expect(line).toMatch(/^2026-11-22T07:59:59,'=1\+1,Remove-BlockedConnector,True,192\.0\.2\.1,'@SUM\(A1\),"\{""Id""/);
    expect(line).toContain(String.raw`\\r\\n+1,2`.replaceAll('\\\\', '\\'));
    expect(body).toContain(`,"'\tx",Set-Y,False,`);
    expect(lines.filter((each) => /^[=+\-@\t]/.test(each))).toEqual([]);
    expect(body).not.toContain('secret name');
  });

  test('as JSON Lines gives the common schema, newest first, and is audited', async () => {
    const { body } = await get('jsonl');
    const records = body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records[0]).toMatchObject({
      Operation: 'Export-AuditRecords',
      UserId: 'our admin',
      UserType: 5,
      RecordType: 1,
      Workload: 'Exchange',
      CreationTime: '2026-11-22T08:00:00',
      OrganizationId: ours,
      ResultStatus: 'True',
      ModifiedProperties: [],
      Version: 1,
    });
    expect(records.map(({ Operation }) => Operation)).toContain('Set-Y');
    expect(new Set(records.map(({ OrganizationId }) => OrganizationId))).toEqual(new Set([ours]));
    expect(await api.audit('Export-AuditRecords')).toMatchObject([
      { parameters: { format: 'jsonl' } },
      { parameters: { format: 'csv' } },
    ]);
  });
});

describe('the switch', () => {
  const config = '/admin-audit-log-config';

  test('turns the log off and on; both are recorded, what comes between is not', async () => {
    expect((await ask('ours', 'GET', config)).body).toEqual({
      organizationId: ours,
      unifiedAuditLogIngestionEnabled: true,
    });
    expect((await ask('ours', 'PUT', config, { unifiedAuditLogIngestionEnabled: false })).status).toBe(200);
    const { id } = await api.aConnector();
    expect((await ask('provider', 'DELETE', `/connectors/${id}`)).status).toBe(204);
    await ask('theirs', 'POST', '/api-tokens', { name: 'y' });
    expect((await ask('ours', 'PUT', config, { unifiedAuditLogIngestionEnabled: true })).body).toMatchObject({
      unifiedAuditLogIngestionEnabled: true,
    });
    const records = (await ask('ours', 'GET', '/audit-records?limit=2')).body.items;
    expect(records).toMatchObject(
      [true, false].map((is) => ({
        operation: 'Set-AdminAuditLogConfig',
        objectId: 'Admin Audit Log Settings',
        parameters: { UnifiedAuditLogIngestionEnabled: is },
        changes: [{ name: 'UnifiedAuditLogIngestionEnabled', before: !is, after: is }],
      })),
    );
    expect(await api.audit('Remove-InboundConnector')).toEqual([]);
    expect(await api.audit('New-ApiToken')).toHaveLength(1);
  });

  test('of another organization does not exist', async () => {
    const body = { organizationId: world.theirs.id, unifiedAuditLogIngestionEnabled: false };
    expect((await ask('ours', 'PUT', config, body)).status).toBe(404);
    expect((await ask('theirs', 'GET', config)).body.unifiedAuditLogIngestionEnabled).toBe(true);
  });
});

describe('before and after are in the record', () => {
  test('of a connector that is made, changed and deleted', async () => {
    const { id } = await api.aConnector({ name: 'press' });
    await ask('ours', 'PATCH', `/connectors/${id}`, { mode: 'observe', comment: 'x' });
    await ask('ours', 'DELETE', `/connectors/${id}`);
    const changesOf = async (operation: string) => (await api.audit(operation))[0]!.changes;
    expect(await changesOf('New-InboundConnector')).toContainEqual({ name: 'name', after: 'press' });
    expect(await changesOf('Set-InboundConnector')).toEqual([
      { name: 'comment', before: '', after: 'x' },
      { name: 'mode', before: 'enforce', after: 'observe' },
    ]);
    expect(await changesOf('Remove-InboundConnector')).toContainEqual({ name: 'name', before: 'press' });
  });

  test('of an organization, and of its sending limits', async () => {
    await ask('provider', 'PATCH', `/organizations/${ours}`, { journalDays: 20 });
    expect((await api.audit('Set-Organization'))[0]!.changes).toEqual([{ name: 'journalDays', before: 30, after: 20 }]);
    const limits = (await ask('ours', 'GET', `/organizations/${ours}/sending-limits`)).body;
    await ask('ours', 'PUT', `/organizations/${ours}/sending-limits`, { ...limits, users: {} });
    const [record] = await api.audit('Set-HostedOutboundSpamFilterPolicy');
    expect(record!.changes).toEqual([{ name: 'users', before: limits.users, after: {} }]);
  });
});
