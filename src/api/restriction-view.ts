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
    evidenceInShort: z
      .string()
      .describe('One line: what speaks loudest against it, the limit that was exceeded, or the reason; may be empty.'),
    attemptsSince: z
      .object({ messages: z.number().int(), recipients: z.number().int(), lastAt: z.string().optional() })
      .optional()
      .describe('What was refused of it since it was restricted. Absent once that has ended.'),
    alertId: z.string().optional().describe('Of the alert whose latest incident this is, where there is one.'),
    durable: z
      .boolean()
      .describe('False while it is only in memory: its mail is deferred, not refused, until it is on disk.'),
    ended: z.object({ at: z.string(), by: z.string(), reason: z.string(), graceHours, learn: z.boolean() }).optional(),
  })
  .meta({ id: 'RestrictedEntity' });
const effectSchema = z
  .object({
    gates: z.array(
      z.object({
        name: z
          .string()
          .describe('postfix-policy, milter, smtp-relay, or postfix-maps: what Postfix reads while the guard is away.'),
        node: z.string().optional().describe('Of several nodes, whose it is.'),
        isEffective: z
          .boolean()
          .describe('False: it still refuses, or could not say within 2 seconds that it does not.'),
        afterMilliseconds: z.number().describe('From the arrival of the request until the gate said so.'),
      }),
    ),
    afterMilliseconds: z.number().describe('Of the last gate.'),
  })
  .meta({ id: 'Effect' });
export const unblockedSchema = z
  .object({
    ...restrictedSchema.shape,
    effective: effectSchema.describe('Where the unblock holds, and how long that took: each gate was asked.'),
  })
  .meta({ id: 'UnblockedEntity' });
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
  { restrictions, attemptsOf }: ApiPorts,
  alertId?: string,
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
    evidenceInShort: evidenceInShort(restriction),
    attemptsSince: ended === undefined ? presentAttempts(attemptsOf(entityId)) : undefined,
    alertId,
    durable: active?.restriction.id === restriction.id ? active.durable : true,
    ended: ended && { ...ended, at: toTime(ended.at) },
  };
}

const NO_ATTEMPTS = { messages: 0, recipients: 0, lastAt: 0 };

function presentAttempts({ messages, recipients, lastAt } = NO_ATTEMPTS) {
  return { messages, recipients, lastAt: lastAt === 0 ? undefined : toTime(lastAt) };
}

/** So many families speak in one line. */
const LOUDEST = 2;

/** The reason of what the guard did itself is longer and says what the line's reader knows; it stands for evidence that is not kept any more. */
function evidenceInShort({ evidence, reason }: Restriction): string {
  if (evidence === undefined) return reason;
  const against = evidence.families.filter(({ sum }) => sum > 0).sort((a, b) => b.sum - a.sum);
  return against
    .slice(0, LOUDEST)
    .map(({ words }) => words)
    .join('; ');
}

export function presentWithEvidence(restriction: Restriction, ports: ApiPorts, alertId?: string) {
  const { evidence } = restriction;
  return { ...presentRestriction(restriction, ports, alertId), evidence: evidence && presentEvidence(evidence) };
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
