// /organizations: the tenants that the principal sees.
import { z } from 'zod';
import { type Api, refusals } from './api.ts';
import type { ApiPorts } from './ports.ts';

const organizationSchema = z.object({ id: z.string(), name: z.string() }).meta({ id: 'Organization' });

export function organizations(api: Api, { directory }: ApiPorts): void {
  api.get(
    '/organizations',
    {
      schema: {
        summary: 'List organizations',
        response: { 200: z.object({ items: z.array(organizationSchema) }), ...refusals },
      },
    },
    async (request) => ({ items: directory.organizations(request.principal.organizationId) }),
  );
}
