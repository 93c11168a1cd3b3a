// The two verbs: restrict and unblock.
import type { Entity } from '../attribution/entity.ts';
import { CordonError } from '../errors.ts';
import type { ActiveRestriction } from '../restrictions/active-list.ts';
import type { Restriction, RestrictionEnd } from '../restrictions/restriction.ts';
import { audited } from './audited.ts';
import { type Effect, effectOn } from './effective.ts';
import { knownEntity } from './known-entities.ts';
import type { OperationPorts } from './ports.ts';
import type { Requester } from './requester.ts';

const action = 'restricted-entities.write';

export interface RestrictOrder {
  readonly reason: string;
  /** Milliseconds since 1970; undefined: until somebody unblocks. */
  readonly until?: number | undefined;
}

/** `parameters`: as the audit log shall have the order. FORBIDDEN, NOT_FOUND, ALREADY_RESTRICTED, INVALID_REQUEST, STORE_UNAVAILABLE. */
export async function restrict(
  ports: OperationPorts,
  requester: Requester,
  id: string,
  { reason, until }: RestrictOrder,
  parameters: Readonly<Record<string, unknown>>,
): Promise<ActiveRestriction> {
  const { name: by, organizationId } = requester.principal;
  const entity = await knownEntity(ports, id, organizationId);
  return audited(
    ports,
    requester,
    {
      action,
      operation: entity?.kind === 'user' ? 'Restrict-User' : 'Restrict-Connector',
      organizationId: entity?.organizationId ?? organizationId ?? '',
      objectId: id,
      parameters,
    },
    async () => {
      refusePast('until', until, ports.now());
      refuseUnlessUnrestricted(entity, id, ports);
      const made = ports.restrictions.restrict({ entity, cause: 'manual', reason, by, until });
      await made.settled;
      return made;
    },
  );
}

export type UnblockOrder = Pick<RestrictionEnd, 'reason' | 'graceHours' | 'learn'>;

export interface Unblocked {
  readonly restriction: Restriction;
  /** Where it holds by now, and since when. Seldom takes more than a disk does, and 2 seconds at most; never rejects. */
  readonly effect: Promise<Effect>;
}

/**
 * Ends the restriction; the gates are asked from then on, beside the audit log. FORBIDDEN, NOT_RESTRICTED (also for unknown ones and another
 * organization's), STORE_UNAVAILABLE.
 */
export function unblock(
  ports: OperationPorts,
  requester: Requester,
  id: string,
  order: UnblockOrder,
): Promise<Unblocked> {
  const { name: by, organizationId } = requester.principal;
  const { arrivedAt = ports.monotonic() } = requester;
  const restriction = restrictionSeen(organizationId, id, ports)?.restriction;
  return audited(
    ports,
    requester,
    {
      action,
      operation: restriction?.entityKind === 'user' ? 'Remove-BlockedSenderAddress' : 'Remove-BlockedConnector',
      organizationId: restriction?.organizationId ?? organizationId ?? '',
      objectId: id,
      parameters: { ...order },
    },
    async () => {
      const ended = await ports.restrictions.unblock(id, { ...order, by }, organizationId);
      return { restriction: ended ?? refuseUnrestricted(id), effect: effectOn(id, arrivedAt, ports) };
    },
  );
}

/** Undefined for unknown, another organization's and not restricted alike. */
export function restrictionSeen(
  organizationId: string | undefined,
  entityId: string,
  { restrictions }: Pick<OperationPorts, 'restrictions'>,
): ActiveRestriction | undefined {
  const active = restrictions.active.get(entityId);
  const isSeen = organizationId === undefined || active?.restriction.organizationId === organizationId;
  return isSeen ? active : undefined;
}

/** Newest first. Undefined: of all organizations. */
export function restrictionsInForce(
  { restrictions }: Pick<OperationPorts, 'restrictions'>,
  organizationId: string | undefined,
): Restriction[] {
  return [...restrictions.active.values()]
    .map(({ restriction }) => restriction)
    .filter((restriction) => organizationId === undefined || restriction.organizationId === organizationId)
    .sort((a, b) => b.since - a.since || (a.incidentId < b.incidentId ? -1 : 1));
}

export function refuseUnrestricted(entityId: string): never {
  throw new CordonError('NOT_RESTRICTED', `${entityId} is not restricted`);
}

/** INVALID_REQUEST for a time that has passed. */
function refusePast(path: string, at: number | undefined, now: number): void {
  if (at === undefined || at > now) return;
  throw new CordonError('INVALID_REQUEST', `${path} must be in the future`, {
    fields: [{ path, message: 'must be in the future' }],
  });
}

function refuseUnlessUnrestricted(
  entity: Entity | undefined,
  id: string,
  { restrictions }: OperationPorts,
): asserts entity is Entity {
  if (entity === undefined) throw new CordonError('NOT_FOUND', `no connector or user ${id}`);
  if (restrictions.active.get(id) === undefined) return;
  throw new CordonError('ALREADY_RESTRICTED', `${entity.name} is restricted already`);
}
