// Accepted domains added and removed, by whoever may.
import { CordonError } from '../errors.ts';
import { normalizeDomain } from '../mail/address.ts';
import { audited } from './audited.ts';
import type { OperationPorts } from './ports.ts';
import type { Requester } from './requester.ts';
import { changedBy, ownerOf } from './scope.ts';

export interface AcceptedDomain {
  readonly domain: string;
  readonly organizationId: string;
}

export interface NewAcceptedDomain {
  readonly domain: string;
  readonly organizationId?: string | undefined;
}

const action = 'connectors.write';

/** Twice is harmless. FORBIDDEN (also for a tenant who was not assigned it), INVALID_REQUEST, IDENTITY_TAKEN, STORE_UNAVAILABLE. */
export function newAcceptedDomain(
  ports: OperationPorts,
  requester: Requester,
  order: NewAcceptedDomain,
): Promise<AcceptedDomain> {
  const { directory } = ports;
  return audited(
    ports,
    requester,
    {
      action,
      operation: 'New-AcceptedDomain',
      organizationId: (added) => added.organizationId,
      objectId: (added) => added.domain,
      parameters: { ...order },
    },
    async () => {
      const organizationId = ownerOf(requester.principal, order.organizationId, directory);
      const by = changedBy(requester, directory);
      return { domain: await directory.addAcceptedDomain(organizationId, order.domain, by), organizationId };
    },
  );
}

/** FORBIDDEN (also for a tenant who was not assigned it), NOT_FOUND (also for another organization's), STORE_UNAVAILABLE. */
export async function removeAcceptedDomain(ports: OperationPorts, requester: Requester, domain: string): Promise<void> {
  const { directory } = ports;
  const { organizationId } = requester.principal;
  const owner = directory.acceptedBy(normalizeDomain(domain));
  const isSeen = owner !== undefined && (organizationId ?? owner) === owner;
  await audited(
    ports,
    requester,
    {
      action,
      operation: 'Remove-AcceptedDomain',
      organizationId: isSeen ? owner : (organizationId ?? ''),
      objectId: domain,
      parameters: {},
    },
    async () => {
      if (!isSeen) throw new CordonError('NOT_FOUND', `no accepted domain ${domain}`);
      await directory.removeAcceptedDomain(owner, domain, changedBy(requester, directory));
    },
  );
}
