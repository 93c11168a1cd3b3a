// Connectors created, changed and deleted, by whoever may.
import { type ConnectorDraft, EMPTY_DRAFT } from '../attribution/connector-draft.ts';
import type { Connector } from '../attribution/entity.ts';
import { changesBetween } from '../audit/changes.ts';
import { CordonError } from '../errors.ts';
import { audited } from './audited.ts';
import { given } from './given.ts';
import type { OperationPorts } from './ports.ts';
import type { Requester } from './requester.ts';
import { changedBy, ownerOf } from './scope.ts';

/** Undefined is as good as missing. */
export type ConnectorChanges = { readonly [K in keyof ConnectorDraft]?: ConnectorDraft[K] | undefined };
export type NewConnector = ConnectorChanges &
  Pick<ConnectorDraft, 'name'> & { readonly organizationId?: string | undefined };

const action = 'connectors.write';

/** FORBIDDEN, INVALID_REQUEST, IDENTITY_TAKEN, NAME_TAKEN, PREFIX_TOO_SHORT, STORE_UNAVAILABLE. */
export function newConnector(ports: OperationPorts, requester: Requester, order: NewConnector): Promise<Connector> {
  const { organizationId: wanted, ...chosen } = order;
  const { directory } = ports;
  return audited(
    ports,
    requester,
    {
      action,
      operation: 'New-InboundConnector',
      organizationId: (made) => made.organizationId,
      objectId: (made) => made.id,
      parameters: order,
      changes: (made) => changesBetween(undefined, made),
    },
    async () => {
      const owner = ownerOf(requester.principal, wanted, directory);
      return directory.addConnector(owner, { ...EMPTY_DRAFT, ...given(chosen) }, changedBy(requester, directory));
    },
  );
}

/** As `newConnector`, and NOT_FOUND; STILL_RESTRICTED for what would let a restricted one relay again. */
export function setConnector(
  ports: OperationPorts,
  requester: Requester,
  id: string,
  changes: ConnectorChanges,
): Promise<Connector> {
  const { directory } = ports;
  const { organizationId } = requester.principal;
  const before = directory.connector(id, organizationId);
  return audited(
    ports,
    requester,
    {
      action,
      operation: 'Set-InboundConnector',
      organizationId: before?.organizationId ?? organizationId ?? '',
      objectId: id,
      parameters: changes,
      changes: (after) => changesBetween(before, after),
    },
    async () => {
      if (changes.enabled === false) refuseWhileRestricted(before, ports);
      return directory.setConnector(id, given(changes), organizationId, changedBy(requester, directory));
    },
  );
}

/** FORBIDDEN, NOT_FOUND, STILL_RESTRICTED, STORE_UNAVAILABLE. */
export function removeConnector(ports: OperationPorts, requester: Requester, id: string): Promise<Connector> {
  const { directory } = ports;
  const { organizationId } = requester.principal;
  const before = directory.connector(id, organizationId);
  return audited(
    ports,
    requester,
    {
      action,
      operation: 'Remove-InboundConnector',
      organizationId: before?.organizationId ?? organizationId ?? '',
      objectId: id,
      parameters: {},
      changes: (removed) => changesBetween(removed, undefined),
    },
    async () => {
      refuseWhileRestricted(before, ports);
      return directory.removeConnector(id, organizationId, changedBy(requester, directory));
    },
  );
}

/**
 * Nobody would be recognized as it any more, and what it sends would pass as unclaimed relaying. One that is not there, or
 * somebody else's, is answered by whoever asks for it next.
 */
function refuseWhileRestricted(connector: Connector | undefined, { restrictions }: OperationPorts): void {
  if (connector === undefined || restrictions.active.get(connector.id) === undefined) return;
  throw new CordonError('STILL_RESTRICTED', `connector ${connector.name} is restricted`);
}
