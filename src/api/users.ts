// /users: the logins that the guard knows of, and whether they may send.
import { z } from 'zod';
import type { User } from '../attribution/entity.ts';
import { knownUsers } from '../operations/known-entities.ts';
import { scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { id, limit, pageOf, shortText } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const userSchema = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    name: z.string().describe('The login.'),
    restricted: z.boolean(),
    standing: z
      .object({ level: z.enum(['clear', 'suspect', 'compromised']), sum: z.number(), threshold: z.number() })
      .optional(),
  })
  .meta({ id: 'User' });

export function users(api: Api, ports: ApiPorts): void {
  api.get(
    '/users',
    {
      config: { action: 'connectors.read' },
      schema: {
        summary: 'List users: those that sent since the start, are listed in a connector, or are restricted',
        querystring: z.strictObject({
          organizationId: id.optional(),
          name: shortText.optional().describe('Exactly this login, whatever its case.'),
          restricted: z.stringbool().optional(),
          limit,
          cursor: z.string().max(600).optional(),
        }),
        response: { 200: z.object({ items: z.array(userSchema), next: z.string().optional() }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const name = query.name?.toLowerCase();
      const wanted = knownUsers(ports, scopeOf(principal, query.organizationId, ports.directory))
        .filter((user) => name === undefined || user.name === name)
        .filter((user) => query.restricted === undefined || isRestricted(user, ports) === query.restricted);
      const page = pageOf(wanted, (user) => `${user.name} ${user.id}`, query);
      return { ...page, items: page.items.map((user) => present(user, ports)) };
    },
  );
}

const isRestricted = (user: User, { restrictions }: ApiPorts): boolean =>
  restrictions.active.get(user.id) !== undefined;

function present(user: User, ports: ApiPorts): z.output<typeof userSchema> {
  const { kind, ...fields } = user;
  return { ...fields, restricted: isRestricted(user, ports), standing: ports.standingOf?.(user.id) };
}
