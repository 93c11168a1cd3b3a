// /connectors/{id}/would-have-been-blocked: what was let pass although the sum was at the threshold. It answers "what if I enforce?" for a connector
// that is observed, exempt, new or in its grace.
import { z } from 'zod';
import type { MessageRecord } from '../activity/record.ts';
import { CordonError } from '../errors.ts';
import { readMessages, searchMessages } from '../operations/message-trace.ts';
import { type Api, refusals } from './api.ts';
import { fromOptionalTime, idParameter, limit, time, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { presentScore, scoreFields } from './score-view.ts';
import { SearchCursors } from './search-cursors.ts';

const { level, ...sumFields } = scoreFields;
const letPassSchema = z
  .object({
    seq: z.number().int(),
    at: z.string(),
    messageId: z.string(),
    queueId: z.string(),
    saslUsername: z.string().optional(),
    envelopeSender: z.string(),
    recipients: z.number().int(),
    ...sumFields,
    families: z.array(z.string()).describe('The largest first, at most 3: what most of the sum is made of.'),
  })
  .meta({ id: 'LetPass' });

const MOST_FAMILIES = 3;
const LOOKS_BACK_MS = 7 * 24 * 3_600_000;

export function wouldHaveBeenBlocked(api: Api, ports: ApiPorts): void {
  const { directory, now } = ports;
  const cursors = new SearchCursors(now);

  api.get(
    '/connectors/:id/would-have-been-blocked',
    {
      config: { action: 'trace.read' },
      schema: {
        summary: "List messages that passed although the connector's sum was at the threshold, newest first",
        params: idParameter,
        querystring: z.strictObject({
          from: time.optional().describe('Else a week ago.'),
          until: time.optional(),
          cursor: z
            .string()
            .regex(/^\d{1,15}(\.[\w-]{1,64}){0,2}$/, { error: 'must be `next` of the page before' })
            .optional()
            .describe('`next` of the page before.'),
          limit,
        }),
        response: {
          200: z.object({
            since: z.string().describe('So far back was looked.'),
            items: z.array(letPassSchema),
            next: z.string().optional(),
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { principal, params, query } = request;
      const connector = directory.connector(params.id, principal.organizationId);
      if (connector === undefined) throw new CordonError('NOT_FOUND', `no connector ${params.id}`);
      const { organizationId, id: entityId } = connector;
      const { cursor, limit, ...filters } = query;
      const from = fromOptionalTime(query.from) ?? now() - LOOKS_BACK_MS;
      const find = () =>
        readMessages(ports, {
          organizationId,
          entityId,
          outcomes: ['accepted'],
          compromised: 'connector',
          from,
          until: fromOptionalTime(query.until),
          beforeSeq: cursor === undefined ? undefined : Number.parseInt(cursor, 10),
          limit,
        });
      const parameters = { ...filters, entityId, compromised: true };
      const search = JSON.stringify([principal.id, parameters]);
      const traced = { operation: 'Get-MessageTrace', organizationId, parameters };
      const isNextPage = cursor !== undefined && cursors.isOf(search, cursor);
      const found = isNextPage ? await find() : await searchMessages(ports, request, traced, find);
      const last = found.at(-1);
      const next = last !== undefined && found.length === limit ? { next: cursors.after(last.seq, search) } : {};
      return { since: toTime(from), items: found.map(present), ...next };
    },
  );
}

function present(message: MessageRecord): z.output<typeof letPassSchema> {
  const { seq, at, messageId, queueId, saslUsername, envelopeSender, recipients } = message;
  const { level, ...sums } = presentScore(message.score!.connector!);
  const largest = Object.entries(sums.terms)
    .filter(([, term]) => term > 0)
    .sort(([, a], [, b]) => b - a);
  return {
    seq,
    at: toTime(at),
    messageId,
    queueId,
    saslUsername,
    envelopeSender,
    recipients: recipients.length,
    ...sums,
    families: largest.slice(0, MOST_FAMILIES).map(([family]) => family),
  };
}
