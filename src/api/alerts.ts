// /alerts: what an admin must hear of.
import { z } from 'zod';
import { type Api, refusals } from './api.ts';
import { id, limit, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { scopeOf } from './scope.ts';

const alertSchema = z
  .object({
    id: z.string(),
    at: z.string(),
    organizationId: z.string().optional().describe('Absent: concerns the guard itself.'),
    policy: z.string(),
    severity: z.enum(['Low', 'Medium', 'High', 'Informational']),
    entityId: z.string().optional(),
    incidentId: z.string().optional(),
    summary: z.string(),
  })
  .meta({ id: 'Alert' });

export function alerts(api: Api, { alerts: store, directory }: ApiPorts): void {
  api.get(
    '/alerts',
    {
      config: { action: 'alerts.read' },
      schema: {
        summary: 'List alerts, newest first',
        querystring: z.strictObject({ organizationId: id.optional(), limit }),
        response: { 200: z.object({ items: z.array(alertSchema) }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const organizationId = scopeOf(principal, query.organizationId, directory);
      const found = await store.alerts({ organizationId, limit: query.limit });
      return { items: found.map((alert) => ({ ...alert, at: toTime(alert.at) })) };
    },
  );
}
