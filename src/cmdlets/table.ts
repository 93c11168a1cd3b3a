// The one table of cmdlets; a new one is a file and a line here.
import { addRoleGroupMember } from './add-role-group-member.ts';
import type { Cmdlet } from './cmdlet.ts';
import { disableProtectionAlert } from './disable-protection-alert.ts';
import { enableProtectionAlert } from './enable-protection-alert.ts';
import { getAcceptedDomain } from './get-accepted-domain.ts';
import { getAdminAuditLogConfig } from './get-admin-audit-log-config.ts';
import { getBlockedConnector } from './get-blocked-connector.ts';
import { getBlockedSenderAddress } from './get-blocked-sender-address.ts';
import { getConnectionInformation } from './get-connection-information.ts';
import { getHostedOutboundSpamFilterPolicy } from './get-hosted-outbound-spam-filter-policy.ts';
import { getInboundConnector } from './get-inbound-connector.ts';
import { getManagementRole } from './get-management-role.ts';
import { getManagementRoleAssignment } from './get-management-role-assignment.ts';
import { getMessageTraceV2 } from './get-message-trace-v2.ts';
import { getProtectionAlert } from './get-protection-alert.ts';
import { getRoleGroupMember } from './get-role-group-member.ts';
import { newAcceptedDomain } from './new-accepted-domain.ts';
import { newInboundConnector } from './new-inbound-connector.ts';
import { newProtectionAlert } from './new-protection-alert.ts';
import { removeAcceptedDomain } from './remove-accepted-domain.ts';
import { removeBlockedConnector } from './remove-blocked-connector.ts';
import { removeBlockedSenderAddress } from './remove-blocked-sender-address.ts';
import { removeInboundConnector } from './remove-inbound-connector.ts';
import { removeProtectionAlert } from './remove-protection-alert.ts';
import { removeRoleGroupMember } from './remove-role-group-member.ts';
import { searchUnifiedAuditLog } from './search-unified-audit-log.ts';
import { setAdminAuditLogConfig } from './set-admin-audit-log-config.ts';
import { setHostedOutboundSpamFilterPolicy } from './set-hosted-outbound-spam-filter-policy.ts';
import { setInboundConnector } from './set-inbound-connector.ts';
import { setProtectionAlert } from './set-protection-alert.ts';

export const CMDLETS: readonly Cmdlet[] = [
  getBlockedConnector,
  removeBlockedConnector,
  getBlockedSenderAddress,
  removeBlockedSenderAddress,
  getInboundConnector,
  newInboundConnector,
  setInboundConnector,
  removeInboundConnector,
  getAcceptedDomain,
  newAcceptedDomain,
  removeAcceptedDomain,
  getHostedOutboundSpamFilterPolicy,
  setHostedOutboundSpamFilterPolicy,
  getMessageTraceV2,
  getProtectionAlert,
  newProtectionAlert,
  setProtectionAlert,
  removeProtectionAlert,
  enableProtectionAlert,
  disableProtectionAlert,
  getAdminAuditLogConfig,
  setAdminAuditLogConfig,
  searchUnifiedAuditLog,
  getManagementRole(() => CMDLETS),
  getManagementRoleAssignment,
  getRoleGroupMember,
  addRoleGroupMember,
  removeRoleGroupMember,
  getConnectionInformation,
];

const BY_NAME = new Map(CMDLETS.map((cmdlet) => [cmdlet.name.toLowerCase(), cmdlet]));

/** In any case. */
export const cmdletNamed = (name: string): Cmdlet | undefined => BY_NAME.get(name.toLowerCase());
