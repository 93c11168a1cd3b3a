// The one table of cmdlets; a new one is a file and a line here.
import type { Cmdlet } from './cmdlet.ts';
import { disableProtectionAlert } from './disable-protection-alert.ts';
import { enableProtectionAlert } from './enable-protection-alert.ts';
import { getAdminAuditLogConfig } from './get-admin-audit-log-config.ts';
import { getBlockedConnector } from './get-blocked-connector.ts';
import { getProtectionAlert } from './get-protection-alert.ts';
import { newProtectionAlert } from './new-protection-alert.ts';
import { removeBlockedConnector } from './remove-blocked-connector.ts';
import { removeProtectionAlert } from './remove-protection-alert.ts';
import { searchUnifiedAuditLog } from './search-unified-audit-log.ts';
import { setAdminAuditLogConfig } from './set-admin-audit-log-config.ts';
import { setProtectionAlert } from './set-protection-alert.ts';

export const CMDLETS: readonly Cmdlet[] = [
  getBlockedConnector,
  removeBlockedConnector,
  getProtectionAlert,
  newProtectionAlert,
  setProtectionAlert,
  removeProtectionAlert,
  enableProtectionAlert,
  disableProtectionAlert,
  getAdminAuditLogConfig,
  setAdminAuditLogConfig,
  searchUnifiedAuditLog,
];

const BY_NAME = new Map(CMDLETS.map((cmdlet) => [cmdlet.name.toLowerCase(), cmdlet]));

/** In any case. */
export const cmdletNamed = (name: string): Cmdlet | undefined => BY_NAME.get(name.toLowerCase());
