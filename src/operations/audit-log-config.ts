// The audit log of an organization, on or off. Turning it either way is always recorded.
import type { Principal } from '../access/principal.ts';
import type { Organization } from '../attribution/entity.ts';
import { CordonError } from '../errors.ts';
import { audited } from './audited.ts';
import type { OperationPorts } from './ports.ts';
import type { Requester } from './requester.ts';
import { ownerOf } from './scope.ts';

export const AUDIT_LOG_SETTINGS = 'Admin Audit Log Settings';

/** NOT_FOUND for another organization, INVALID_REQUEST where a provider of several does not say which. From memory. */
export function auditLogConfig(
  { directory }: Pick<OperationPorts, 'directory'>,
  principal: Principal,
  wanted: string | undefined,
): Organization {
  const organization = directory.organization(ownerOf(principal, wanted, directory));
  if (organization === undefined) throw new CordonError('NOT_FOUND', 'no such organization');
  return organization;
}

export interface AuditLogOrder {
  readonly organizationId?: string | undefined;
  /** False: nothing is recorded but a few operations, and no alerts are raised. */
  readonly isOn: boolean;
}

/** As `auditLogConfig`, and FORBIDDEN, STORE_UNAVAILABLE. In force when it resolves. */
export function setAuditLogConfig(
  ports: OperationPorts,
  requester: Requester,
  { organizationId: wanted, isOn }: AuditLogOrder,
): Promise<Organization> {
  const { directory } = ports;
  const { principal } = requester;
  let before: boolean | undefined;
  return audited(
    ports,
    requester,
    {
      action: 'audit.configure',
      operation: 'Set-AdminAuditLogConfig',
      organizationId: (organization) => organization.id,
      objectId: AUDIT_LOG_SETTINGS,
      // As the product records it: rules that watch for a log that is turned off look at exactly this name.
      parameters: { UnifiedAuditLogIngestionEnabled: isOn },
      changes: () => [{ name: 'UnifiedAuditLogIngestionEnabled', before, after: isOn }],
    },
    async () => {
      const owner = ownerOf(principal, wanted, directory);
      before = directory.organization(owner)?.auditLog;
      return directory.setOrganization(owner, { auditLog: isOn });
    },
  );
}
