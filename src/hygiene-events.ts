// What the service does by itself in the audit log: it listed or delisted an entity, in the words of the common schema. What people do is recorded by
// the API, once.
import { type AuditRecord, SERVICE } from './audit/audit-record.ts';
import type { Restriction } from './restrictions/restriction.ts';

/** Undefined where a person restricted or unblocked it, whatever his name is. */
export function hygieneEventOf(
  { restriction, isOwn }: { readonly restriction: Restriction; readonly isOwn?: boolean | undefined },
  { id, at }: { readonly id: string; readonly at: number },
): AuditRecord | undefined {
  const { entityId, entityName, organizationId, incidentId, cause, reason, ended } = restriction;
  if (isOwn !== true) return undefined;
  const event = { Event: ended === undefined ? 'Listed' : 'Delisted', EventId: incidentId, EventValue: entityName };
  return {
    id,
    at,
    organizationId,
    operation: 'HygieneTenantEvents',
    ...SERVICE,
    objectId: entityId,
    parameters: { ...event, Reason: ended?.reason ?? reason, Cause: cause },
    result: 'Succeeded',
  };
}

/** What the service did of a restriction, at its times, as far as the restriction itself tells: it listed it, it ended it, both or neither. */
export function hygieneEventsOf(restriction: Restriction, randomUUID: () => string): readonly AuditRecord[] {
  const { ended, ...listed } = restriction;
  const events = [
    // People restrict by hand, and the service never does.
    hygieneEventOf(
      { restriction: listed, isOwn: restriction.cause !== 'manual' },
      { id: randomUUID(), at: restriction.since },
    ),
    ended && hygieneEventOf({ restriction, isOwn: ended.by === SERVICE.by }, { id: randomUUID(), at: ended.at }),
  ];
  return events.filter((event) => event !== undefined);
}
