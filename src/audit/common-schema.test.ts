import { expect, test } from 'vitest';
import { anAuditRecord, NOON, ORGANIZATION } from '../store/samples.ts';
import { SERVICE } from './audit-record.ts';
import { toCommonSchema } from './common-schema.ts';

test('a record is what the reference has of one', () => {
  const record = anAuditRecord({
    operation: 'Set-AdminAuditLogConfig',
    objectId: 'Admin Audit Log Settings',
    parameters: { UnifiedAuditLogIngestionEnabled: false, list: ['a'], text: 'as it is', nothing: null },
    changes: [{ name: 'mode', before: 'observe' }],
  });
  expect(toCommonSchema(record)).toEqual({
    Id: record.id,
    RecordType: 1,
    CreationTime: new Date(NOON).toISOString().slice(0, -5),
    Operation: 'Set-AdminAuditLogConfig',
    OrganizationId: ORGANIZATION,
    UserType: 2,
    UserKey: record.userKey,
    Workload: 'Exchange',
    UserId: 'anna',
    ResultStatus: 'True',
    ObjectId: 'Admin Audit Log Settings',
    ClientIP: '192.0.2.1',
    Parameters: [
      { Name: 'UnifiedAuditLogIngestionEnabled', Value: 'False' },
      { Name: 'list', Value: '["a"]' },
      { Name: 'text', Value: 'as it is' },
      { Name: 'nothing', Value: '' },
    ],
    ModifiedProperties: [{ Name: 'mode', OldValue: 'observe', NewValue: '' }],
    Version: 1,
  });
});

test.each([
  ['HygieneTenantEvents', 51, 'Exchange'],
  ['UserLoginFailed', 15, 'AzureActiveDirectory'],
  ['Set-ProtectionAlert', 40, 'SecurityComplianceCenter'],
  ['AlertTriggered', 40, 'SecurityComplianceCenter'],
  ['Remove-BlockedConnector', 1, 'Exchange'],
])('%s is of record type %i, workload %s', (operation, type, workload) => {
  const record = toCommonSchema(anAuditRecord({ operation, ...SERVICE, result: 'Failed' }));
  expect(record).toMatchObject({ RecordType: type, Workload: workload, UserType: 4, ResultStatus: 'False' });
});
