// /queued-messages: what of an entity's mail still waits in the mail servers' queues, so that an admin can hold or delete it there.
import { z } from 'zod';
import { isQueued, outflow } from '../activity/outflow.ts';
import { CordonError } from '../errors.ts';
import { knownEntity } from '../operations/known-entities.ts';
import { type Api, refusals } from './api.ts';
import { fromOptionalTime, id, time, toTime } from './fields.ts';
import { beganAt, incidentOf } from './incident.ts';
import type { ApiPorts } from './ports.ts';

const queuedSchema = z
  .object({
    since: z.string(),
    mailServers: z.array(z.object({ mailServer: z.string(), queueIds: z.array(z.string()) })),
    unknown: z
      .number()
      .int()
      .describe('Accepted recipients of whom nobody tells: no mail log is followed, or it does not say.'),
  })
  .meta({ id: 'QueuedMessages' });

export function queuedMessages(api: Api, ports: ApiPorts): void {
  const { journal, now } = ports;

  api.get(
    '/queued-messages',
    {
      config: { action: 'trace.read' },
      schema: {
        summary: "Queue ids of an entity's mail that is still in the mail servers' queues",
        querystring: z.strictObject({
          entityId: id.describe('Connector or user.'),
          since: time.optional().describe("Accepted since then; else since the last incident's attack began."),
        }),
        response: { 200: queuedSchema, ...refusals },
      },
    },
    async ({ principal, query }) => {
      const entity = await knownEntity(ports, query.entityId, principal.organizationId);
      if (entity === undefined) throw new CordonError('NOT_FOUND', `no connector or user ${query.entityId}`);
      const from =
        fromOptionalTime(query.since) ?? beganAt(await incidentOf(ports, entity.id, principal.organizationId));
      const span = { organizationId: entity.organizationId, entityId: entity.id, from, until: Number.MAX_SAFE_INTEGER };
      const queued = new Map<string, Set<string>>();
      let unknown = 0;
      for await (const page of outflow(journal, span, now())) {
        unknown += page.filter(({ fate }) => fate.status === 'unknown').length;
        for (const { fate } of page.filter(isQueued)) {
          const queueIds = queued.get(fate.mailServer!) ?? new Set();
          queued.set(fate.mailServer!, queueIds.add(fate.queueId!));
        }
      }
      const mailServers = [...queued].map(([mailServer, queueIds]) => ({ mailServer, queueIds: [...queueIds] }));
      return { since: toTime(from), mailServers, unknown };
    },
  );
}
