// /audit-records: who changed what, from where, when, with which result.
import { z } from 'zod';
import { type Api, refusals } from './api.ts';
import { id, limit, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { scopeOf } from './scope.ts';

const recordSchema = z
  .object({
    id: z.string(),
    at: z.string(),
    organizationId: z.string().describe("'' for what is the provider's own."),
    operation: z.string().describe("The cmdlet's name, whichever door was used."),
    by: z.string(),
    clientAddress: z.string(),
    objectId: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    result: z.enum(['Succeeded', 'Failed']),
  })
  .meta({ id: 'AuditRecord' });

export function auditRecords(api: Api, { audit, directory }: ApiPorts): void {
  api.get(
    '/audit-records',
    {
      config: { action: 'audit.read' },
      schema: {
        summary: 'List audit records, newest first',
        querystring: z.strictObject({ organizationId: id.optional(), limit }),
        response: { 200: z.object({ items: z.array(recordSchema) }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const organizationId = scopeOf(principal, query.organizationId, directory);
      const { records } = await audit.search({ organizationId, limit: query.limit });
      return { items: records.map((record) => ({ ...record, at: toTime(record.at) })) };
    },
  );
}
