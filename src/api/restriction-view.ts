// A restriction as the API shows it: whom, since when, why, on what evidence, and how it ended.
import { z } from 'zod';
import type { Evidence, Restriction } from '../restrictions/restriction.ts';
import { toOptionalTime, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const familySchema = z
  .object({
    family: z.string(),
    sum: z.number(),
    words: z.string(),
    messages: z.array(z.object({ messageId: z.string(), at: z.string(), term: z.number() })),
  })
  .meta({ id: 'FamilyEvidence' });
export const evidenceSchema = z
  .object({
    detectorVersion: z.number().int(),
    sum: z.number(),
    threshold: z.number(),
    tippedBy: z.object({ messageId: z.string(), queueId: z.string(), at: z.string() }),
    families: z.array(familySchema),
  })
  .meta({ id: 'Evidence' });
export const graceHours = z.literal([0, 1, 4, 24]);
export const restrictedSchema = z
  .object({
    id: z.string().describe("The entity's GUID."),
    kind: z.enum(['connector', 'user']),
    name: z.string().describe('As it was called when it was restricted.'),
    organizationId: z.string(),
    restrictionId: z.string(),
    incidentId: z.string(),
    since: z.string(),
    until: z.string().optional().describe('Absent: until somebody unblocks it.'),
    cause: z.enum(['detection', 'limit', 'manual']),
    reason: z.string(),
    restrictedBy: z.string(),
    durable: z
      .boolean()
      .describe('False while it is only in memory: its mail is deferred, not refused, until it is on disk.'),
    ended: z.object({ at: z.string(), by: z.string(), reason: z.string(), graceHours, learn: z.boolean() }).optional(),
  })
  .meta({ id: 'RestrictedEntity' });
const recommendationSchema = z
  .object({
    title: z.string(),
    text: z.string(),
    command: z.string().optional().describe('What to type, a command on each line.'),
  })
  .meta({ id: 'Recommendation' });
export const detailsSchema = z
  .object({
    ...restrictedSchema.shape,
    recommendations: z.array(recommendationSchema).describe('What to do, in order, before it is unblocked.'),
    evidence: evidenceSchema.optional(),
    history: z.array(z.object({ ...restrictedSchema.shape, evidence: evidenceSchema.optional() })),
  })
  .meta({ id: 'RestrictedEntityDetails' });

export function presentRestriction(
  restriction: Restriction,
  { restrictions }: ApiPorts,
): z.output<typeof restrictedSchema> {
  const { entityId, entityKind, entityName, ended } = restriction;
  const active = restrictions.active.get(entityId);
  return {
    id: entityId,
    kind: entityKind,
    name: entityName,
    organizationId: restriction.organizationId,
    restrictionId: restriction.id,
    incidentId: restriction.incidentId,
    since: toTime(restriction.since),
    until: toOptionalTime(restriction.until),
    cause: restriction.cause,
    reason: restriction.reason,
    restrictedBy: restriction.restrictedBy,
    durable: active?.restriction.id === restriction.id ? active.durable : true,
    ended: ended && { ...ended, at: toTime(ended.at) },
  };
}

export function presentWithEvidence(restriction: Restriction, ports: ApiPorts) {
  const { evidence } = restriction;
  return { ...presentRestriction(restriction, ports), evidence: evidence && presentEvidence(evidence) };
}

export function presentEvidence(evidence: Evidence): z.output<typeof evidenceSchema> {
  return {
    ...evidence,
    tippedBy: { ...evidence.tippedBy, at: toTime(evidence.tippedBy.at) },
    families: evidence.families.map((family) => ({
      ...family,
      messages: family.messages.map((message) => ({ ...message, at: toTime(message.at) })),
    })),
  };
}
