// /roles: what each role lets one do, as docs/roles.md has it.
import { z } from 'zod';
import { ACTIONS, isProviders, PERMISSIONS, type Permission, ROLE_NAMES } from '../access/roles.ts';
import { type Api, refusals } from './api.ts';
import type { ApiPorts } from './ports.ts';

const roleSchema = z
  .object({
    role: z.enum(ROLE_NAMES),
    actions: z.array(z.string()).describe('Of `actions` below.'),
  })
  .meta({ id: 'Role' });
const actionSchema = z
  .object({
    action: z.string(),
    what: z.string().describe('What it lets one do.'),
    overAll: z.boolean().describe("The provider's: it needs a role that reaches over all organizations."),
    alsoAlone: z
      .boolean()
      .describe("The provider's, and while there is but one organization that of its administrators as well."),
  })
  .meta({ id: 'Action' });

export function roles(api: Api, _ports: ApiPorts): void {
  api.get(
    '/roles',
    {
      config: { action: 'roles.read' },
      schema: {
        summary: 'What each role lets one do',
        response: { 200: z.object({ items: z.array(roleSchema), actions: z.array(actionSchema) }), ...refusals },
      },
    },
    async () => ({
      items: ROLE_NAMES.map((role) => ({
        role,
        actions: ACTIONS.filter((action) => PERMISSIONS[action].roles.includes(role)),
      })),
      actions: ACTIONS.map((action) => {
        const { what, alsoAlone = false }: Permission = PERMISSIONS[action];
        return { action, what, overAll: isProviders(action), alsoAlone };
      }),
    }),
  );
}
