// /restricted-entities/{id}/what-got-out: the messages and recipients that an attack reached before the restriction, and what became of them.
import { Readable } from 'node:stream';
import { z } from 'zod';
import { type OutflowQuery, type OutRecipient, outflow, sumOf } from '../activity/outflow.ts';
import { csvCell } from '../mail/csv.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { fromOptionalTime, id, idParameter, time, toOptionalTime, toTime } from './fields.ts';
import { beganAt, incidentOf } from './incident.ts';
import type { ApiPorts } from './ports.ts';

const count = z.number().int();
const outflowSchema = z
  .object({
    id: z.string(),
    incidentId: z.string(),
    since: z.string().describe('When the attack began: the first message that the evidence names, or as asked for.'),
    until: z.string().describe('When it was restricted.'),
    messages: count.describe('Accepted in that time.'),
    recipients: z.object({
      accepted: count.describe('Taken by the mail server: the sum of the others.'),
      delivered: count,
      queued: count.describe('Not answered yet, or deferred: can still be stopped.'),
      bounced: count,
      unknown: count.describe('Nobody tells: no mail log is followed, or it does not say.'),
    }),
  })
  .meta({ id: 'WhatGotOut' });

const incidentQuery = z.strictObject({
  incidentId: id.optional().describe('Also an ended one; else the one in force, else the last.'),
  since: time.optional().describe('Instead of the time when the attack began.'),
});

export function whatGotOut(api: Api, ports: ApiPorts): void {
  const { journal, now } = ports;

  api.get(
    '/restricted-entities/:id/what-got-out',
    {
      config: { action: 'trace.read' },
      schema: {
        summary: 'What got out before the restriction: delivered, still queued, bounced',
        params: idParameter,
        querystring: incidentQuery,
        response: { 200: outflowSchema, ...refusals },
      },
    },
    async ({ principal, params, query }) => {
      const asked = await asksFor(ports, params.id, principal.organizationId, query);
      const { messages, ...recipients } = await sumOf(outflow(journal, asked.query, now()));
      const { from, until } = asked.query;
      return {
        id: params.id,
        incidentId: asked.incidentId,
        since: toTime(from),
        until: toTime(until - 1),
        messages,
        recipients,
      };
    },
  );

  api.get(
    '/restricted-entities/:id/what-got-out/recipients',
    {
      config: { action: 'trace.content' },
      schema: {
        summary: 'Export every recipient that the attack reached, newest first; audited',
        params: idParameter,
        querystring: incidentQuery.extend({ format: z.enum(['csv', 'jsonl']).default('csv') }),
        produces: ['text/csv', 'application/jsonl'],
      },
    },
    async (request, reply) => {
      const { principal, params, query } = request;
      const asked = await asksFor(ports, params.id, principal.organizationId, query);
      const change = {
        operation: 'Export-WhatGotOut',
        organizationId: asked.query.organizationId ?? '',
        objectId: params.id,
        parameters: query,
      };
      await audited(ports, request, change, async () => {});
      const pages = outflow(journal, asked.query, now());
      const isCsv = query.format === 'csv';
      return reply
        .type(isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl')
        .header('content-disposition', `attachment; filename="what-got-out.${query.format}"`)
        .send(Readable.from(isCsv ? csvOf(pages) : jsonLinesOf(pages)));
    },
  );
}

async function asksFor(
  ports: ApiPorts,
  entityId: string,
  organizationId: string | undefined,
  asked: z.output<typeof incidentQuery>,
): Promise<{ readonly incidentId: string; readonly query: OutflowQuery }> {
  const incident = await incidentOf(ports, entityId, organizationId, asked.incidentId);
  const from = fromOptionalTime(asked.since) ?? beganAt(incident);
  const query = { organizationId: incident.organizationId, entityId, from, until: incident.since + 1 };
  return { incidentId: incident.incidentId, query };
}

const COLUMNS = [
  'at',
  'messageId',
  'envelopeSender',
  'recipient',
  'status',
  'answeredAt',
  'dsn',
  'answer',
  'mailServer',
  'queueId',
] as const;

function rowOf({ message, recipient, fate }: OutRecipient): Readonly<Record<(typeof COLUMNS)[number], string>> {
  return {
    at: toTime(message.at),
    messageId: message.messageId,
    envelopeSender: message.envelopeSender,
    recipient: recipient.address,
    status: fate.status,
    answeredAt: toOptionalTime(fate.at) ?? '',
    dsn: fate.dsn ?? '',
    answer: fate.text ?? '',
    mailServer: fate.mailServer ?? '',
    queueId: fate.queueId ?? '',
  };
}

/** RFC 4180, a page at a time. */
async function* csvOf(pages: AsyncIterable<readonly OutRecipient[]>): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for await (const page of pages) {
    const lines = page.map(rowOf).map((row) => `${COLUMNS.map((column) => csvCell(row[column])).join(',')}\r\n`);
    if (lines.length > 0) yield lines.join('');
  }
}

async function* jsonLinesOf(pages: AsyncIterable<readonly OutRecipient[]>): AsyncGenerator<string> {
  for await (const page of pages) {
    if (page.length > 0) yield page.map((each) => `${JSON.stringify(rowOf(each))}\n`).join('');
  }
}
