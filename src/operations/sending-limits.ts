// An organization's sending limits, changed by whoever may.
import type { LimitPolicy } from '../attribution/sending-limits.ts';
import { changesBetween } from '../audit/changes.ts';
import { audited } from './audited.ts';
import type { OperationPorts } from './ports.ts';
import type { Requester } from './requester.ts';
import { scopeOf, seesOrganization } from './scope.ts';

/**
 * `edit` makes the new limits of those in force, and nobody changes them meanwhile. `parameters`: as the audit log shall have the order.
 * FORBIDDEN, NOT_FOUND, INVALID_REQUEST, STORE_UNAVAILABLE.
 */
export async function setSendingLimits(
  ports: OperationPorts,
  requester: Requester,
  organizationId: string,
  edit: (before: LimitPolicy) => LimitPolicy,
  parameters: Readonly<Record<string, unknown>>,
): Promise<LimitPolicy> {
  const { directory } = ports;
  const { principal } = requester;
  const isSeen = seesOrganization(principal, organizationId, directory);
  let replaced: LimitPolicy | undefined;
  const organization = await audited(
    ports,
    requester,
    {
      action: 'connectors.write',
      operation: 'Set-HostedOutboundSpamFilterPolicy',
      // A refusal stands in the log of who tried.
      organizationId: isSeen ? organizationId : (principal.organizationId ?? ''),
      objectId: organizationId,
      parameters,
      changes: (after) => changesBetween(replaced, after.sendingLimits),
    },
    async () => {
      scopeOf(principal, organizationId, directory);
      return directory.setSendingLimits(organizationId, (before) => {
        replaced = before;
        return edit(before);
      });
    },
  );
  return organization.sendingLimits;
}
