// /restricted-entities: who may not relay, why, and the two verbs restrict and unblock. `id` is the entity's GUID.
import { Readable } from 'node:stream';
import { z } from 'zod';
import { recommendationsFor } from '../alerts/recommendations.ts';
import type { EntityKind } from '../attribution/entity.ts';
import {
  refuseUnrestricted,
  restrict,
  restrictionSeen,
  restrictionsInForce,
  unblock,
} from '../operations/restricted-entities.ts';
import { scopeOf } from '../operations/scope.ts';
import type { Restriction, RestrictionCause } from '../restrictions/restriction.ts';
import { type Api, refusals } from './api.ts';
import { cursorAfter, fromOptionalTime, id, idParameter, readCursor, reason, shortText, time } from './fields.ts';
import { longList } from './long-list.ts';
import type { ApiPorts } from './ports.ts';
import {
  detailsSchema,
  graceHours,
  presentRestriction,
  presentWithEvidence,
  restrictedSchema,
  unblockedSchema,
} from './restriction-view.ts';

/** All that a portal shows in one table. */
const LARGEST_PAGE = 10_000;
/** Their evidence is read between two answers to mail. */
const STORE_PAGE = 250;

export function restrictedEntities(api: Api, ports: ApiPorts): void {
  const { directory, restrictions } = ports;

  api.get(
    '/restricted-entities',
    {
      config: { action: 'restricted-entities.read' },
      schema: {
        summary: 'List restricted entities, newest first',
        querystring: z.strictObject({
          organizationId: id.optional(),
          kind: z.enum(['connector', 'user']).optional(),
          name: shortText.optional().describe('Exactly this name or login, whatever its case.'),
          cause: z.enum(['detection', 'limit', 'manual']).optional(),
          entityId: id.optional(),
          state: z.enum(['restricted', 'ended', 'all']).default('restricted'),
          limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(100),
          cursor: shortText.optional(),
        }),
        response: {
          200: z.object({ items: z.array(restrictedSchema), next: z.string().optional() }),
          ...refusals,
        },
      },
    },
    async ({ principal, query }, reply) => {
      const scope = scopeOf(principal, query.organizationId, directory);
      const found = await (query.state === 'restricted' ? inForce : recorded)(ports, scope, query);
      const page = found.slice(0, query.limit);
      const alertIds = await ports.alerts.alertsOf(page.map(({ incidentId }) => incidentId));
      const last = found.length > page.length ? page.at(-1) : undefined;
      const present = (one: Restriction) => presentRestriction(one, ports, alertIds.get(one.incidentId));
      const text = longList(page, present, last && cursorAfter(last.since, last.id));
      return reply.type('application/json; charset=utf-8').send(Readable.from(text) as never);
    },
  );

  api.get(
    '/restricted-entities/:id',
    {
      config: { action: 'restricted-entities.read' },
      schema: {
        summary: 'Show a restricted entity with its evidence and its earlier restrictions',
        params: idParameter,
        response: { 200: detailsSchema, ...refusals },
      },
    },
    async ({ principal, params }) => {
      const { restriction } =
        restrictionSeen(principal.organizationId, params.id, ports) ?? refuseUnrestricted(params.id);
      const past = await restrictions.list({
        organizationId: restriction.organizationId,
        entityId: params.id,
        active: false,
        limit: 100,
      });
      const { entityKind: kind, entityName: name, incidentId } = restriction;
      const alertIds = await ports.alerts.alertsOf([incidentId]);
      return {
        ...presentWithEvidence(restriction, ports, alertIds.get(incidentId)),
        recommendations: [...recommendationsFor({ kind, name, id: params.id })],
        history: past.map((r) => presentWithEvidence(r, ports)),
      };
    },
  );

  api.post(
    '/restricted-entities/:id/restrict',
    {
      config: { action: 'restricted-entities.write' },
      schema: {
        summary: 'Restrict a connector or user',
        params: idParameter,
        body: z
          .strictObject({
            reason: reason.default(''),
            until: time.optional().describe('Until somebody unblocks it, unless given.'),
          })
          .prefault({}),
        response: { 201: restrictedSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { reason, until } = body;
      const active = await restrict(ports, request, params.id, { reason, until: fromOptionalTime(until) }, body);
      return reply.code(201).send(presentRestriction(active.restriction, ports));
    },
  );

  api.post(
    '/restricted-entities/:id/unblock',
    {
      config: { action: 'restricted-entities.write' },
      schema: {
        summary: 'Unblock a connector or user',
        params: idParameter,
        body: z
          .strictObject({
            reason: reason.default(''),
            graceHours: graceHours.default(0).describe('Judged and alerted, but not blocked, for so long.'),
            learn: z
              .boolean()
              .default(false)
              .describe('What was sent is normal: the messages of the incident are learnt.'),
          })
          .prefault({}),
        response: { 200: unblockedSchema, ...refusals },
      },
    },
    async (request) => {
      const { restriction, effect } = await unblock(ports, request, request.params.id, request.body);
      const { gates, afterMilliseconds } = await effect;
      return { ...presentRestriction(restriction, ports), effective: { gates: [...gates], afterMilliseconds } };
    },
  );
}

interface ListQuery {
  readonly kind?: EntityKind | undefined;
  readonly name?: string | undefined;
  readonly cause?: RestrictionCause | undefined;
  readonly entityId?: string | undefined;
  readonly state: 'restricted' | 'ended' | 'all';
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One page, and one more where there is a next one. Newest first, in the order of the store. */
async function inForce(
  ports: ApiPorts,
  organizationId: string | undefined,
  query: ListQuery,
): Promise<readonly Restriction[]> {
  const after = readCursor(query.cursor);
  const isAfter = ({ since, id: restrictionId }: Restriction) =>
    after === undefined || since < after.at || (since === after.at && restrictionId < after.id);
  return restrictionsInForce(ports, organizationId)
    .filter((restriction) => isAfter(restriction) && isAskedFor(restriction, query))
    .sort((a, b) => b.since - a.since || (a.id < b.id ? 1 : -1))
    .slice(0, query.limit + 1);
}

/** As `inForce`, from the store. */
async function recorded(
  { restrictions }: ApiPorts,
  organizationId: string | undefined,
  query: ListQuery,
): Promise<readonly Restriction[]> {
  const { entityId } = query;
  const active = query.state === 'ended' ? false : undefined;
  const position = readCursor(query.cursor);
  let after = position && { since: position.at, id: position.id };
  const found: Restriction[] = [];
  for (let isEnd = false; !isEnd && found.length <= query.limit; ) {
    const page = await restrictions.list({ organizationId, entityId, active, after, limit: STORE_PAGE });
    found.push(...page.filter((restriction) => isAskedFor(restriction, query)));
    after = page.at(-1);
    isEnd = page.length < STORE_PAGE;
  }
  return found.slice(0, query.limit + 1);
}

function isAskedFor(restriction: Restriction, { kind, name, cause, entityId }: ListQuery): boolean {
  return (
    (kind === undefined || restriction.entityKind === kind) &&
    (name === undefined || restriction.entityName.toLowerCase() === name.toLowerCase()) &&
    (cause === undefined || restriction.cause === cause) &&
    (entityId === undefined || restriction.entityId === entityId)
  );
}
