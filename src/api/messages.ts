// /messages: the message trace, newest first. Searching it is audited, because it shows who wrote to whom: one record for each search, however many
// pages are read of it.
import { z } from 'zod';
import type { Fate } from '../activity/fates.ts';
import {
  areSubjectsHidden,
  readMessages,
  searchMessages,
  type TracedMessage,
  withFates,
} from '../operations/message-trace.ts';
import { scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { fromOptionalTime, id, limit, time, toOptionalTime, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { SearchCursors } from './search-cursors.ts';

const outcomes = [
  'accepted',
  'tipped',
  'restricted',
  'held',
  'denied',
  'deferred',
  'rejected',
  'aborted',
  'repeated',
] as const;

const fateSchema = z
  .object({
    status: z
      .enum(['refused', 'queued', 'delivered', 'deferred', 'bounced', 'unknown'])
      .describe('What became of it, from the mail log; unknown where none is followed.'),
    at: z.string().optional(),
    dsn: z.string().optional(),
    text: z.string().optional().describe("The mail log's words, the remote answer in them."),
    mailServer: z.string().optional(),
    queueId: z.string().optional().describe('Under which it is in the queue, or was last.'),
  })
  .meta({ id: 'RecipientFate' });
const messageSchema = z
  .object({
    seq: z.number().int(),
    at: z.string(),
    organizationId: z.string(),
    connectorId: z.string().optional(),
    connectorName: z.string().optional().describe('As it is called now; absent where it was deleted.'),
    userId: z.string().optional(),
    saslUsername: z.string().optional(),
    basis: z.string().describe('What it was recognized by.'),
    listener: z.enum(['postfix-policy', 'milter', 'smtp-relay']),
    mailServer: z.string(),
    clientAddress: z.string(),
    clientName: z.string(),
    heloName: z.string(),
    envelopeSender: z.string(),
    recipients: z.array(
      z.object({
        address: z.string(),
        code: z.number().int(),
        relaying: z.boolean().optional().describe('Outside the accepted domains.'),
        fate: fateSchema,
      }),
    ),
    messageBytes: z.number(),
    headerFrom: z.string(),
    subject: z.string().optional().describe('Absent where `subjectsHidden`.'),
    messageId: z.string(),
    queueId: z.string(),
    spam: z.boolean().optional(),
    attempted: z.boolean().describe('Only recipients were asked for; nobody knows whether the mail was taken.'),
    outcome: z.enum(outcomes),
    tippedBy: z.enum(['connector', 'user']).optional(),
    reply: z.string(),
  })
  .meta({ id: 'Message' });

const pageSchema = z.object({
  items: z.array(messageSchema),
  subjectsHidden: z.boolean().describe('True for whoever may trace, but not see subjects.'),
  next: z.string().optional(),
});

export function messages(api: Api, ports: ApiPorts): void {
  const { directory, now } = ports;
  const cursors = new SearchCursors(now);

  api.get(
    '/messages',
    {
      config: { action: 'trace.read' },
      schema: {
        summary: 'Trace messages, newest first',
        querystring: z.strictObject({
          organizationId: id.optional(),
          entityId: id.optional().describe('Connector or user.'),
          sender: z.string().max(320).optional(),
          recipient: z.string().max(320).optional(),
          outcome: z.enum(outcomes).optional(),
          from: time.optional(),
          until: time.optional(),
          cursor: z
            .string()
            .regex(/^\d{1,15}(\.[\w-]{1,64}){0,2}$/, { error: 'must be `next` of the page before' })
            .optional()
            .describe('`next` of the page before.'),
          limit,
        }),
        response: { 200: pageSchema, ...refusals },
      },
    },
    async (request) => {
      const { principal, query } = request;
      const { cursor, ...filters } = query;
      const organizationId = scopeOf(principal, query.organizationId, directory);
      // However many are read at once.
      const search = JSON.stringify([principal.id, { ...filters, limit: undefined }]);
      const from = fromOptionalTime(query.from);
      const until = fromOptionalTime(query.until);
      const beforeSeq = cursor === undefined ? undefined : Number.parseInt(cursor, 10);
      const find = () => readMessages(ports, { ...query, organizationId, from, until, beforeSeq });
      const traced = { operation: 'Get-MessageTrace', organizationId, parameters: filters };
      const isNextPage = cursor !== undefined && cursors.isOf(search, cursor);
      const found = isNextPage ? await find() : await searchMessages(ports, request, traced, find);
      const last = found.at(-1);
      const next = last !== undefined && found.length === query.limit ? { next: cursors.after(last.seq, search) } : {};
      const subjectsHidden = areSubjectsHidden(ports, request);
      const items = (await withFates(ports, request, found)).map((one) => present(one, ports));
      return { items: subjectsHidden ? items.map(withoutSubject) : items, subjectsHidden, ...next };
    },
  );
}

function present({ message, fates }: TracedMessage, { directory }: ApiPorts): z.output<typeof messageSchema> {
  const { kind, sketch, score, connectorEpoch, userEpoch, instance, feedbackFrom, ...shown } = message;
  const connector = message.connectorId === undefined ? undefined : directory.connector(message.connectorId);
  const recipients = message.recipients.map((recipient, i) => ({ ...recipient, fate: presentFate(fates[i]!) }));
  return { ...shown, at: toTime(message.at), connectorName: connector?.name, recipients };
}

function withoutSubject({ subject, ...rest }: z.output<typeof messageSchema>): z.output<typeof messageSchema> {
  return rest;
}

function presentFate({ at, ...fate }: Fate): z.output<typeof fateSchema> {
  return { ...fate, at: toOptionalTime(at) };
}
