// /restricted-entities/{id}/evidence: how it came to a restriction, for the page that an admin opens at night. Names no recipient: their domains
// are enough to see what the attack was, and who they are is behind the trace and its export.
import { z } from 'zod';
import { attemptsOf } from '../activity/attempts.ts';
import { runUpOf, type ScoredMessage, type Span } from '../activity/run-up.ts';
import type { Restriction } from '../restrictions/restriction.ts';
import { type Api, refusals } from './api.ts';
import { id, idParameter, toOptionalTime, toTime } from './fields.ts';
import { beganAt, incidentOf } from './incident.ts';
import type { ApiPorts } from './ports.ts';
import { evidenceSchema, presentEvidence, presentRestriction, restrictedSchema } from './restriction-view.ts';
import { presentScore, scoreFields } from './score-view.ts';

const count = z.number().int();
const tested = z.enum(['connector', 'user']);
const pointSchema = z
  .object({
    seq: count.describe(
      "The message's, in the trace; `figures.messageSeq` is that of the message that tipped the sum.",
    ),
    at: z.string(),
    ...scoreFields,
    of: tested.describe(
      "Whose sum: for a user the connector's, where that was tipped by evidence that is nearly all his.",
    ),
    outcome: z.string(),
    tippedBy: tested.optional(),
    recipients: count,
  })
  .meta({ id: 'SumPoint' });
const figuresSchema = z.object({
  messageSeq: count.optional(),
  messageRecipients: count.optional(),
  outboundMail: count.optional(),
  outboundSpam: count.optional(),
  exceeded: z.string().optional(),
  internalRecipientsToday: count.optional(),
  externalRecipientsToday: count.optional(),
});
const attemptsSchema = z.object({
  messages: count,
  recipients: count.describe('As they were asked for.'),
  lastAt: z.string().optional(),
  countedBy: z
    .enum(['detector', 'journal'])
    .describe(
      'Totals and last: by the detector while the restriction is in force, from memory; else read from the journal.',
    ),
  byHour: z
    .array(z.object({ at: z.string(), messages: count, recipients: count }))
    .describe('From the journal: each hour (UTC) with attempts.'),
});
const incidentEvidenceSchema = z
  .object({
    restriction: restrictedSchema,
    evidence: evidenceSchema
      .optional()
      .describe('Absent where nothing was detected: restricted by somebody, or by a limit.'),
    figures: figuresSchema.optional(),
    since: z.string().describe('Of the timeline: a week before the restriction, or the last unblock.'),
    until: z.string().describe('The restriction.'),
    attack: z
      .object({ since: z.string(), until: z.string() })
      .describe('As in what-got-out: from the first message that the evidence names; without evidence, a day.'),
    timeline: z.array(pointSchema).describe('The judged messages, oldest first; at most 500.'),
    thinned: count.describe(
      'Left out of the timeline: the last 100 are all there, of groups of older ones the highest sum.',
    ),
    withoutSum: count.describe(
      'Messages of that time whose records have no sum: of before sums were kept, or not judged.',
    ),
    topRecipientDomains: z
      .array(z.object({ domain: z.string(), recipients: count, messages: count }))
      .describe('Of the relayed recipients whom the attack reached, largest first; at most 20.'),
    sources: z
      .array(
        z.object({
          clientAddress: z.string(),
          clientName: z.string(),
          messages: count,
          recipients: count,
          firstSeen: z.string(),
          lastSeen: z.string(),
          usedBefore: z
            .boolean()
            .optional()
            .describe(
              'In the week before the attack, earlier attacks left out. Absent where not all of it could be read.',
            ),
        }),
      )
      .describe('Where the mail of the attack came from, refused message included, largest first; at most 20.'),
    attempts: attemptsSchema,
    incomplete: z.boolean().describe('There was more in the journal than is read at once: the oldest is missing.'),
  })
  .meta({ id: 'IncidentEvidence' });

const SHOWN_MS = 7 * 24 * 3_600_000;

export function evidence(api: Api, ports: ApiPorts): void {
  const { journal, now } = ports;

  api.get(
    '/restricted-entities/:id/evidence',
    {
      config: { action: 'restricted-entities.read' },
      schema: {
        summary: 'How it came to a restriction: the sum over time, sources, domains, and attempts since',
        params: idParameter,
        querystring: z.strictObject({
          incidentId: id.optional().describe('Also an ended one; else the one in force, else the last.'),
        }),
        response: { 200: incidentEvidenceSchema, ...refusals },
      },
    },
    async ({ principal, params, query }) => {
      const restriction = await incidentOf(ports, params.id, principal.organizationId, query.incidentId);
      const { organizationId, entityId, entityKind, since, ended } = restriction;
      const entity = { organizationId, entityId, entityKind };
      const earlier = await earlierOf(restriction, ports);
      const shownFrom = Math.max(since - SHOWN_MS, ...earlier.map((one) => one.ended?.at ?? 0));
      const shown = { from: shownFrom, until: since + 1 };
      const attack = { from: beganAt(restriction), until: since + 1 };
      const runUp = await runUpOf(journal, { ...entity, shown, attack, earlierAttacks: attacksOf(earlier) });
      const seen = await attemptsOf(journal, { ...entity, span: { from: since, until: ended?.at ?? now() + 1 } });
      return {
        restriction: presentRestriction(restriction, ports),
        evidence: restriction.evidence && presentEvidence(restriction.evidence),
        figures: restriction.figures,
        since: toTime(shown.from),
        until: toTime(since),
        attack: { since: toTime(attack.from), until: toTime(since) },
        timeline: runUp.timeline.map(presentPoint),
        thinned: runUp.thinned,
        withoutSum: runUp.withoutScore,
        topRecipientDomains: [...runUp.domains],
        sources: runUp.sources.map((source) => ({
          ...source,
          firstSeen: toTime(source.firstSeen),
          lastSeen: toTime(source.lastSeen),
        })),
        attempts: {
          ...(countedByDetector(restriction, ports) ?? {
            countedBy: 'journal' as const,
            messages: seen.messages,
            recipients: seen.recipients,
            lastAt: toOptionalTime(seen.lastAt),
          }),
          byHour: seen.byHour.map((hour) => ({ ...hour, at: toTime(hour.at) })),
        },
        incomplete: runUp.isCut || seen.isCut,
      };
    },
  );
}

/** Its restrictions that ended before this one began. */
async function earlierOf(restriction: Restriction, { restrictions }: ApiPorts): Promise<readonly Restriction[]> {
  const { organizationId, entityId, since } = restriction;
  const past = await restrictions.list({ organizationId, entityId, active: false, limit: 100 });
  return past.filter(({ id, ended }) => id !== restriction.id && ended !== undefined && ended.at <= since);
}

/** What an admin called normal when he unblocked was no attack. */
function attacksOf(restrictions: readonly Restriction[]): Span[] {
  return restrictions
    .filter(({ ended }) => ended?.learn !== true)
    .map((one) => ({ from: beganAt(one), until: one.since + 1 }));
}

/** Undefined of an incident that has ended: the detector counts the one in force. */
function countedByDetector({ id, entityId }: Restriction, { restrictions, standingOf }: ApiPorts) {
  const standing = standingOf?.(entityId);
  if (restrictions.active.get(entityId)?.restriction.id !== id || standing?.isRestricted !== true) return undefined;
  const { messages, recipients, lastAt } = standing.attempts;
  return { countedBy: 'detector' as const, messages, recipients, lastAt: toOptionalTime(lastAt || undefined) };
}

function presentPoint({ score, at, ...message }: ScoredMessage): z.output<typeof pointSchema> {
  return { ...message, at: toTime(at), ...presentScore(score) };
}
