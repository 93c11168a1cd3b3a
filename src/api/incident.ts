// The incident that a question about an entity means, and when its attack began.
import { CordonError } from '../errors.ts';
import type { Restriction } from '../restrictions/restriction.ts';
import type { ApiPorts } from './ports.ts';

/** Where there is no evidence to tell when it began (a manual restriction), so far back is looked. */
const WITHOUT_EVIDENCE_MS = 24 * 3_600_000;

/**
 * The one named, also an ended one; else the one in force; else the last. Throws NOT_RESTRICTED where there is none, also for
 * another organization's (`organizationId` undefined: the provider sees all).
 */
export async function incidentOf(
  { restrictions }: ApiPorts,
  entityId: string,
  organizationId: string | undefined,
  incidentId?: string,
): Promise<Restriction> {
  const active = restrictions.active.get(entityId)?.restriction;
  const isSeen = active !== undefined && (organizationId === undefined || active.organizationId === organizationId);
  if (isSeen && (incidentId === undefined || incidentId === active.incidentId)) return active;
  const past = await restrictions.list({ organizationId, entityId, limit: 1_000 });
  const found = incidentId === undefined ? past[0] : past.find((restriction) => restriction.incidentId === incidentId);
  if (found !== undefined) return found;
  throw new CordonError('NOT_RESTRICTED', `${entityId} has had no ${incidentId === undefined ? '' : 'such '}incident`);
}

/** The first message that the evidence names; without evidence, a day before the restriction. */
export function beganAt({ since, evidence }: Restriction): number {
  if (evidence === undefined) return since - WITHOUT_EVIDENCE_MS;
  const named = evidence.families.flatMap(({ messages }) => messages.map(({ at }) => at));
  return Math.min(since, evidence.tippedBy.at, ...named);
}
