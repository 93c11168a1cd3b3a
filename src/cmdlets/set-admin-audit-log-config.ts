import { AUDIT_LOG_SETTINGS, setAuditLogConfig } from '../operations/audit-log-config.ts';
import { cmdlet } from './cmdlet.ts';
import { boolean } from './parameter.ts';

export const setAdminAuditLogConfig = cmdlet({
  name: 'Set-AdminAuditLogConfig',
  synopsis: 'Turn the audit log on or off.',
  description: 'The change takes effect at once, and is itself recorded either way.',
  parameters: {
    UnifiedAuditLogIngestionEnabled: boolean({
      help: '$false: nothing is recorded but this switch, sign-ins and what the service restricts by itself, and no alerts are raised.',
    }),
  },
  action: 'audit.configure',
  isChange: true,
  shouldProcess: {
    impact: 'Medium',
    asks: ({ UnifiedAuditLogIngestionEnabled: isOn }) =>
      isOn === undefined ? 'Change nothing of the audit log?' : `Turn the audit log ${isOn ? 'on' : 'off'}?`,
  },
  output: [],
  examples: [
    {
      command: 'Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true',
      says: 'Turns the audit log on.',
    },
  ],
  run: async ({ UnifiedAuditLogIngestionEnabled: isOn }, { ports, requester, organizationId, warn }) => {
    if (isOn === undefined) {
      warn(`The command completed successfully but no settings of '${AUDIT_LOG_SETTINGS}' have been modified.`);
      return [];
    }
    await setAuditLogConfig(ports, requester, { organizationId, isOn });
    warn(`The admin audit log configuration change has taken effect, at once. ${isOn ? FROM_NOW_ON : NO_MORE}`);
    return [];
  },
  targetOf: () => AUDIT_LOG_SETTINGS,
});

const FROM_NOW_ON = 'What happens from now on is recorded; what happened while the log was off is not in it.';
const NO_MORE =
  'From now on nothing is recorded but this switch, sign-ins and what the service restricts by itself, and no alerts are raised.';
