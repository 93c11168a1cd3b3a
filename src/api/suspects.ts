// /suspects: connectors and users against whom evidence has come together, before it is enough for a restriction.
import { z } from 'zod';
import type { Entity } from '../attribution/entity.ts';
import { scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { standingSchema } from './connector-view.ts';
import { id, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const suspectSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['connector', 'user']),
    name: z.string(),
    organizationId: z.string(),
    ...standingSchema.shape,
    mode: z.enum(['enforce', 'observe', 'exempt']).optional().describe('Of a connector.'),
    rising: z
      .boolean()
      .optional()
      .describe('The sum is higher than an hour ago, or than when the guard started; absent in its first ten minutes.'),
    lastMessageAt: z.string().describe('Of the last message, or answer to one, that was judged.'),
    words: z.array(z.string()).describe('What the loudest families say, the loudest first.'),
  })
  .meta({ id: 'Suspect' });

const MOST_SUSPECTS = 50;

export function suspects(api: Api, ports: ApiPorts): void {
  const { directory, restrictions } = ports;

  api.get(
    '/suspects',
    {
      config: { action: 'restricted-entities.read' },
      schema: {
        summary: 'List connectors and users with at least a quarter of their threshold against them, highest sum first',
        description:
          'At most 50, and none that is restricted. A user is named once he has sent something since the start.',
        querystring: z.strictObject({ organizationId: id.optional() }),
        response: { 200: z.object({ items: z.array(suspectSchema) }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const nameOf = namesIn(scopeOf(principal, query.organizationId, directory));
      const items: z.output<typeof suspectSchema>[] = [];
      for (const { entityId, lastMessageAt, words, ...standing } of ports.suspects?.() ?? []) {
        const entity = restrictions.active.get(entityId) === undefined ? nameOf(entityId) : undefined;
        if (entity === undefined) continue;
        const { kind, name, organizationId } = entity;
        const mode = entity.kind === 'connector' ? { mode: entity.mode } : {};
        const at = toTime(lastMessageAt);
        items.push({
          id: entityId,
          kind,
          name,
          organizationId,
          ...standing,
          ...mode,
          lastMessageAt: at,
          words: [...words],
        });
        if (items.length === MOST_SUSPECTS) break;
      }
      return { items };
    },
  );

  /** Undefined for whoever is not of the organization, or not known any more. */
  function namesIn(organizationId: string | undefined): (entityId: string) => Entity | undefined {
    let users: ReadonlyMap<string, Entity> | undefined;
    return (entityId) => {
      const connector = directory.connector(entityId, organizationId);
      if (connector !== undefined) return connector;
      users ??= new Map(directory.users(organizationId).map((user) => [user.id, user]));
      return users.get(entityId);
    };
  }
}
