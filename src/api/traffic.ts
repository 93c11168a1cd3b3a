// /traffic: messages of the last minutes by the kind of answer, of the asker's organization or of all that he sees.
import { z } from 'zod';
import { MINUTES_KEPT } from '../activity/mail-per-minute.ts';
import { scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { id, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const count = z.number().int();
const trafficSchema = z
  .object({
    items: z
      .array(
        z.object({
          at: z.string().describe('When the minute began.'),
          accepted: count,
          refused: count.describe('By the guard: it tipped a sum, was restricted already, or was denied.'),
          deferred: count.describe('For now, by the guard (held) or by the next hop.'),
          other: count.describe('Rejected by the next hop, aborted by the client, or the same mail once more.'),
        }),
      )
      .describe('Oldest first; the last minute is under way.'),
  })
  .meta({ id: 'Traffic' });

export function traffic(api: Api, { directory, mailPerMinute, now }: ApiPorts): void {
  api.get(
    '/traffic',
    {
      config: { action: 'guard.read' },
      schema: {
        summary: 'Messages of each of the last minutes, by answer',
        querystring: z.strictObject({
          organizationId: id.optional(),
          minutes: z.coerce.number().int().min(1).max(MINUTES_KEPT).default(60),
        }),
        response: { 200: trafficSchema, ...refusals },
      },
    },
    async ({ principal, query }) => {
      const organizationId = scopeOf(principal, query.organizationId, directory);
      const minutes = mailPerMinute.last(query.minutes, now(), organizationId);
      return { items: minutes.map((minute) => ({ ...minute, at: toTime(minute.at) })) };
    },
  );
}
