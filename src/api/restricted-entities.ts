// /restricted-entities: who may not relay, why, and the two verbs restrict and unblock. `id` is the entity's GUID.
import { z } from 'zod';
import { recommendationsFor } from '../alerts/recommendations.ts';
import {
  refuseUnrestricted,
  restrict,
  restrictionSeen,
  restrictionsInForce,
  unblock,
} from '../operations/restricted-entities.ts';
import { scopeOf } from '../operations/scope.ts';
import type { Restriction } from '../restrictions/restriction.ts';
import { type Api, refusals } from './api.ts';
import { fromOptionalTime, id, idParameter, limit, reason, shortText, time } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import {
  detailsSchema,
  graceHours,
  presentRestriction,
  presentWithEvidence,
  restrictedSchema,
} from './restriction-view.ts';

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
          limit,
        }),
        response: { 200: z.object({ items: z.array(restrictedSchema) }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const organizationId = scopeOf(principal, query.organizationId, directory);
      const all =
        query.state === 'restricted'
          ? restrictionsInForce(ports, organizationId)
          : await recorded(ports, organizationId, query.state, query.entityId);
      const name = query.name?.toLowerCase();
      const items = all
        .filter((r) => query.kind === undefined || r.entityKind === query.kind)
        .filter((r) => name === undefined || r.entityName.toLowerCase() === name)
        .filter((r) => query.cause === undefined || r.cause === query.cause)
        .filter((r) => query.entityId === undefined || r.entityId === query.entityId)
        .slice(0, query.limit);
      return { items: items.map((restriction) => presentRestriction(restriction, ports)) };
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
      const { entityKind: kind, entityName: name } = restriction;
      return {
        ...presentWithEvidence(restriction, ports),
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
        response: { 200: restrictedSchema, ...refusals },
      },
    },
    async (request) => {
      const ended = await unblock(ports, request, request.params.id, request.body);
      return presentRestriction(ended, ports);
    },
  );
}

function recorded(
  { restrictions }: ApiPorts,
  organizationId: string | undefined,
  state: 'ended' | 'all',
  entityId: string | undefined,
): Promise<readonly Restriction[]> {
  const active = state === 'ended' ? false : undefined;
  return restrictions.list({ organizationId, entityId, active, limit: 1_000 });
}
