import { AUDIT_LOG_SETTINGS, auditLogConfig } from '../operations/audit-log-config.ts';
import { cmdlet } from './cmdlet.ts';

export const getAdminAuditLogConfig = cmdlet({
  name: 'Get-AdminAuditLogConfig',
  synopsis: 'View whether the audit log is on.',
  parameters: {},
  action: 'audit.read',
  isChange: false,
  outputType: 'AdminAuditLogConfig',
  output: [
    { name: 'Name', type: 'String', help: `${AUDIT_LOG_SETTINGS}.` },
    {
      name: 'UnifiedAuditLogIngestionEnabled',
      type: 'Boolean',
      help: 'False: nothing is recorded but this switch, sign-ins and what the service restricts by itself, and no alerts are raised.',
    },
    { name: 'AdminAuditLogEnabled', type: 'Boolean', help: 'The same: there is one log.' },
    { name: 'Identity', type: 'String', help: 'The name.' },
    { name: 'IsValid', type: 'Boolean', help: 'True.' },
    { name: 'OrganizationId', type: 'Guid', help: 'Whose log it is.' },
  ],
  examples: [
    {
      command: 'Get-AdminAuditLogConfig | Format-List UnifiedAuditLogIngestionEnabled',
      says: 'Shows whether the audit log is on.',
    },
  ],
  run: async (_, { ports, requester, organizationId }) => {
    const { id, auditLog: isOn } = auditLogConfig(ports, requester.principal, organizationId);
    return [
      {
        Name: AUDIT_LOG_SETTINGS,
        UnifiedAuditLogIngestionEnabled: isOn,
        AdminAuditLogEnabled: isOn,
        Identity: AUDIT_LOG_SETTINGS,
        IsValid: true,
        OrganizationId: id,
      },
    ];
  },
  targetOf: () => AUDIT_LOG_SETTINGS,
});
