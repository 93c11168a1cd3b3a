// The one table of cmdlets; a new one is a file and a line here.

import { addRoleGroupMember } from './add-role-group-member.ts';
import type { Cmdlet } from './cmdlet.ts';
import { getBlockedConnector } from './get-blocked-connector.ts';
import { getConnectionInformation } from './get-connection-information.ts';
import { getHostedOutboundSpamFilterPolicy } from './get-hosted-outbound-spam-filter-policy.ts';
import { getManagementRole } from './get-management-role.ts';
import { getManagementRoleAssignment } from './get-management-role-assignment.ts';
import { getRoleGroupMember } from './get-role-group-member.ts';
import { removeBlockedConnector } from './remove-blocked-connector.ts';
import { removeRoleGroupMember } from './remove-role-group-member.ts';
import { setHostedOutboundSpamFilterPolicy } from './set-hosted-outbound-spam-filter-policy.ts';

export const CMDLETS: readonly Cmdlet[] = [
  getBlockedConnector,
  removeBlockedConnector,
  getHostedOutboundSpamFilterPolicy,
  setHostedOutboundSpamFilterPolicy,
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
