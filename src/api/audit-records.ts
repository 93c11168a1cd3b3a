// /audit-records: who changed what, from where, when, with which result: searched, and exported. Searching leaves no record, exporting does.
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { AuditFilter, AuditPosition } from '../audit/audit-store.ts';
import { scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { auditCsv, auditJsonLines, auditPages } from './audit-export.ts';
import { audited } from './audited.ts';
import { fromOptionalTime, id, limit, shortText, time, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const change = z.object({ name: z.string(), before: z.unknown().optional(), after: z.unknown().optional() });
const recordSchema = z
  .object({
    id: z.string(),
    at: z.string(),
    organizationId: z.string().describe("'' for what is the provider's own."),
    operation: z.string().describe("The cmdlet's name, whichever door was used."),
    userType: z.enum(['Admin', 'Application', 'System']),
    userKey: z.string().describe("Id of the account or token; '' for the service's own acts."),
    by: z.string(),
    clientAddress: z.string(),
    objectId: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    changes: z.array(change).optional().describe('Before and after.'),
    result: z.enum(['Succeeded', 'Failed']),
  })
  .meta({ id: 'AuditRecord' });

const filters = z.strictObject({
  organizationId: id.optional(),
  from: time.optional(),
  until: time.optional(),
  operation: z
    .union([shortText, z.array(shortText).min(1).max(20)])
    .transform((one) => [one].flat())
    .optional()
    .describe('Exact; may be given several times: any of them.'),
  user: shortText.optional().describe('Exact name of who did it.'),
  entity: shortText.optional().describe('Exact id of what was changed.'),
  clientAddress: shortText.optional(),
  text: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'In operation, name, object, address, parameters or changes. Looks at so many records for each page: it may hold fewer than asked for, or none, while there is a next one.',
    ),
});

export function auditRecords(api: Api, ports: ApiPorts): void {
  const { audit, directory } = ports;

  api.get(
    '/audit-records',
    {
      config: { action: 'audit.read' },
      schema: {
        summary: 'Search audit records, newest first',
        querystring: filters.extend({
          cursor: z
            .string()
            .regex(/^\d{1,15}\.\d{1,15}\.[\w-]{1,64}$/, { error: 'must be `next` of the page before' })
            .optional()
            .describe('`next` of the page before.'),
          limit,
        }),
        response: { 200: z.object({ items: z.array(recordSchema), next: z.string().optional() }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const organizationId = scopeOf(principal, query.organizationId, directory);
      const before = query.cursor === undefined ? undefined : fromCursor(query.cursor);
      const page = await audit.search({ ...filterOf(query), organizationId, before, limit: query.limit });
      const items = page.records.map((record) => ({
        ...record,
        changes: record.changes && [...record.changes],
        at: toTime(record.at),
      }));
      return page.next === undefined ? { items } : { items, next: toCursor(page.next) };
    },
  );

  api.get(
    '/audit-records/export',
    {
      config: { action: 'trace.content' },
      schema: {
        summary: 'Export audit records in the common schema, newest first; audited',
        querystring: filters.extend({ format: z.enum(['csv', 'jsonl']).default('csv') }),
        produces: ['text/csv', 'application/jsonl'],
      },
    },
    async (request, reply) => {
      const { principal, query } = request;
      const organizationId = scopeOf(principal, query.organizationId, directory);
      const order = {
        operation: 'Export-AuditRecords',
        organizationId: organizationId ?? '',
        objectId: '',
        parameters: query,
      };
      await audited(ports, request, order, async () => {});
      const pages = auditPages(audit, { ...filterOf(query), organizationId });
      const isCsv = query.format === 'csv';
      return reply
        .type(isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl')
        .header('content-disposition', `attachment; filename="audit.${query.format}"`)
        .send(Readable.from(isCsv ? auditCsv(pages) : auditJsonLines(pages)));
    },
  );
}

function filterOf({
  from,
  until,
  operation,
  user,
  entity,
  clientAddress,
  text,
}: z.output<typeof filters>): AuditFilter {
  return {
    from: fromOptionalTime(from),
    until: fromOptionalTime(until),
    operations: operation,
    users: user === undefined ? undefined : [user],
    objectIds: entity === undefined ? undefined : [entity],
    clientAddresses: clientAddress === undefined ? undefined : [clientAddress],
    text,
  };
}

const toCursor = ({ at, sequence, id: last }: AuditPosition): string => `${at}.${sequence}.${last}`;

function fromCursor(cursor: string): AuditPosition {
  const [at, sequence, last] = cursor.split('.');
  return { at: Number(at), sequence: Number(sequence), id: last! };
}
