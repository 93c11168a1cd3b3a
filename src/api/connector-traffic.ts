// /connectors/{id}/traffic: what a connector sent, hour by hour, beside what the detector has learnt to be usual. It shows how much, and not who
// wrote to whom, so that it leaves no audit record.
import { z } from 'zod';
import { CordonError } from '../errors.ts';
import { type Api, refusals } from './api.ts';
import { standingSchema } from './connector-view.ts';
import { idParameter, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const count = z.number().int();
const connectorTrafficSchema = z
  .object({
    hours: z
      .array(
        z.object({
          at: z.string().describe('When the hour began.'),
          messages: count,
          recipients: count.describe('Of all of them, whatever they were answered.'),
          usualRecipients: z
            .number()
            .optional()
            .describe('At this hour of the day, the mean of it and its neighbours; absent while nothing is learnt.'),
        }),
      )
      .describe('Oldest first; the last hour is under way.'),
    incomplete: z
      .boolean()
      .describe('More would have had to be read: what is older than `completeFrom` is not all there.'),
    completeFrom: z.string(),
    usualDay: z.number().optional().describe('Recipients in a day; absent before the third day that it was seen on.'),
    learnt: z.object({
      messages: count.describe('Judged so far.'),
      days: z.number().describe('That weigh in what is usual; older ones fade, so that it is 21 at most.'),
    }),
    standing: standingSchema.optional().describe('How the detector sees it; absent while it has seen nothing.'),
  })
  .meta({ id: 'ConnectorTraffic' });

const HOUR_MS = 3_600_000;
/** Compressed: about a second of reading. */
const MOST_BYTES = 64 * 1024 * 1024;

export function connectorTraffic(api: Api, ports: ApiPorts): void {
  const { directory, journal, now } = ports;

  api.get(
    '/connectors/:id/traffic',
    {
      config: { action: 'connectors.read' },
      schema: {
        summary: "Show a connector's traffic, hour by hour, against what is usual",
        params: idParameter,
        querystring: z.strictObject({ days: z.coerce.number().int().min(1).max(30).default(7) }),
        response: { 200: connectorTrafficSchema, ...refusals },
      },
    },
    async ({ principal, params, query }) => {
      const connector = directory.connector(params.id, principal.organizationId);
      if (connector === undefined) throw new CordonError('NOT_FOUND', `no connector ${params.id}`);
      const { id: entityId, organizationId } = connector;
      const bins = 24 * query.days;
      const until = (Math.floor(now() / HOUR_MS) + 1) * HOUR_MS;
      const from = until - bins * HOUR_MS;
      const volume = await journal.volume({ organizationId, entityId, from, until, bins, bytesAtMost: MOST_BYTES });
      const learnt = ports.learntTraffic?.(entityId);
      return {
        hours: volume.bins.map(({ messages, recipients }, i) => {
          const at = from + i * HOUR_MS;
          const usualRecipients = learnt?.usualHours?.[new Date(at).getUTCHours()];
          return { at: toTime(at), messages, recipients, usualRecipients };
        }),
        incomplete: volume.completeFrom > from,
        completeFrom: toTime(volume.completeFrom),
        usualDay: learnt?.usualDay,
        learnt: { messages: learnt?.messages ?? 0, days: learnt?.days ?? 0 },
        standing: ports.standingOf?.(entityId),
      };
    },
  );
}
