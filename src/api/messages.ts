// /messages: the message trace, newest first, and how much there was over time. Searching it is audited, because it shows who wrote to whom: one
// record for each search, however many pages are read of it, its volume included.
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Fate } from '../activity/fates.ts';
import type { TraceFilter, Volume } from '../activity/journal-store.ts';
import { CordonError } from '../errors.ts';
import { normalizeIp } from '../mail/ip-address.ts';
import { areSubjectsHidden, readPage, searchMessages, type TracedMessage } from '../operations/message-trace.ts';
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
const fateStatuses = ['refused', 'queued', 'delivered', 'deferred', 'bounced', 'unknown'] as const;

const fateSchema = z
  .object({
    status: z.enum(fateStatuses).describe('What became of it, from the mail log; unknown where none is followed.'),
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
  search: z
    .string()
    .describe('For /messages/volume with the same filters, which then leaves no audit record of its own. For an hour.'),
  next: z.string().optional(),
});

const count = z.number().int();
const volumeSchema = z
  .object({
    items: z
      .array(
        z.object({
          at: z.string().describe('When this part of the time begins.'),
          messages: count,
          recipients: count.describe('Of all of them, whatever they were answered.'),
          byOutcome: z.record(z.string(), count).describe('Messages.'),
        }),
      )
      .describe('Equal parts of the time, oldest first.'),
    until: z.string().describe('When the last part ends.'),
    incomplete: z
      .boolean()
      .describe('More would have had to be read: what is older than `completeFrom` is not all there.'),
    completeFrom: z.string(),
  })
  .meta({ id: 'MessageVolume' });

/** One of them, or several: `?outcome=tipped&outcome=restricted`. */
const someOf = <const Value extends string>(values: readonly Value[]) =>
  z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(z.enum(values)).min(1).max(values.length).optional(),
  );

const filterFields = {
  organizationId: id.optional(),
  entityId: id.optional().describe('Connector or user.'),
  sender: z.string().max(320).optional(),
  recipient: z.string().max(320).optional(),
  outcome: someOf(outcomes).describe('Several: given several times.'),
  messageId: z
    .string()
    .min(1)
    .max(998)
    .optional()
    .describe('The Message-ID, with or without angle brackets, or the queue id.'),
  clientAddress: z.string().max(64).optional(),
  from: time.optional(),
  until: time.optional(),
};

/** Compressed: about a second of reading. */
const VOLUME_BYTES = 64 * 1024 * 1024;
const VOLUME_MS = 24 * 3_600_000;

export function messages(api: Api, ports: ApiPorts): void {
  const { directory, journal, now } = ports;
  const cursors = new SearchCursors(now);

  api.get(
    '/messages',
    {
      config: { action: 'trace.read' },
      schema: {
        summary: 'Trace messages, newest first',
        querystring: z.strictObject({
          ...filterFields,
          fate: someOf(fateStatuses).describe(
            'Messages of which a recipient has it. A page may then be shorter than its limit, and have a next one.',
          ),
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
      const { cursor, limit, fate: fates, ...filters } = request.query;
      const filter = filterOf(request, filters);
      // However many are read at once.
      const search = searchOf(request, { ...filters, fate: fates });
      const beforeSeq = cursor === undefined ? undefined : Number.parseInt(cursor, 10);
      const find = () => readPage(ports, request, { ...filter, fates, beforeSeq, limit });
      const isNextPage = cursor !== undefined && cursors.isOf(search, cursor);
      const parameters = { ...filters, fate: fates, limit };
      const page = isNextPage ? await find() : await searchMessages(ports, request, traced(filter, parameters), find);
      const subjectsHidden = areSubjectsHidden(ports, request);
      const items = page.messages.map((one) => present(one, ports));
      return {
        items: subjectsHidden ? items.map(withoutSubject) : items,
        subjectsHidden,
        search: cursors.after(0, search),
        ...(page.next === undefined ? {} : { next: cursors.after(page.next, search) }),
      };
    },
  );

  api.get(
    '/messages/volume',
    {
      config: { action: 'trace.read' },
      schema: {
        summary: 'How many messages there were over time, by what became of them',
        description:
          'Without `from` a day; without `until` until now. Audited like a search, unless `search` says of which one it is.',
        querystring: z.strictObject({
          ...filterFields,
          bins: z.coerce.number().int().min(10).max(200).default(48),
          search: z
            .string()
            .max(150)
            .optional()
            .describe('`search` of the answer to /messages with the same filters: then nothing more is recorded.'),
        }),
        response: { 200: volumeSchema, ...refusals },
      },
    },
    async (request) => {
      const { bins, search, ...filters } = request.query;
      const filter = filterOf(request, filters);
      const { until = now(), from = until - VOLUME_MS } = filter;
      if (from >= until) throw new CordonError('INVALID_REQUEST', 'from must be before until');
      const read = () => journal.volume({ ...filter, from, until, bins, bytesAtMost: VOLUME_BYTES });
      const isRecorded = search !== undefined && cursors.isOf(searchOf(request, filters), search);
      const volume = isRecorded ? await read() : await searchMessages(ports, request, traced(filter, filters), read);
      return presentVolume(volume, from, until);
    },
  );

  /** All that makes two searches different, who searches included. */
  function searchOf({ principal }: FastifyRequest, filters: object): string {
    return JSON.stringify([principal.id, filters]);
  }

  function traced({ organizationId }: TraceFilter, parameters: Readonly<Record<string, unknown>>) {
    return { operation: 'Get-MessageTrace', organizationId, parameters };
  }

  /** NOT_FOUND for another's organization, INVALID_REQUEST for what is no address. */
  function filterOf({ principal }: FastifyRequest, asked: z.output<z.ZodObject<typeof filterFields>>): TraceFilter {
    const { outcome, clientAddress, ...rest } = asked;
    const address = clientAddress === undefined ? undefined : normalizeIp(clientAddress);
    if (clientAddress !== undefined && address === undefined) {
      throw new CordonError('INVALID_REQUEST', 'clientAddress must be an IP address', {
        fields: [{ path: 'clientAddress', message: 'must be an IP address' }],
      });
    }
    return {
      ...rest,
      organizationId: scopeOf(principal, asked.organizationId, directory),
      outcomes: outcome,
      clientAddress: address,
      from: fromOptionalTime(asked.from),
      until: fromOptionalTime(asked.until),
    };
  }
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

function presentVolume({ bins, completeFrom }: Volume, from: number, until: number): z.output<typeof volumeSchema> {
  const binMs = (until - from) / bins.length;
  return {
    items: bins.map((bin, i) => ({ at: toTime(Math.round(from + i * binMs)), ...bin })),
    until: toTime(until),
    incomplete: completeFrom > from,
    completeFrom: toTime(completeFrom),
  };
}
