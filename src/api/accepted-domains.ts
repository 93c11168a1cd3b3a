// /accepted-domains: the domains that are an organization's own. Mail to any other one is relaying.
import { z } from 'zod';
import { newAcceptedDomain, removeAcceptedDomain } from '../operations/accepted-domains.ts';
import { scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { id, shortText } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const domainSchema = z.object({ domain: z.string(), organizationId: z.string() }).meta({ id: 'AcceptedDomain' });

export function acceptedDomains(api: Api, ports: ApiPorts): void {
  const { directory } = ports;

  api.get(
    '/accepted-domains',
    {
      config: { action: 'connectors.read' },
      schema: {
        summary: 'List accepted domains',
        querystring: z.strictObject({ organizationId: id.optional() }),
        response: { 200: z.object({ items: z.array(domainSchema) }), ...refusals },
      },
    },
    async ({ principal, query }) => ({
      items: directory.acceptedDomains(scopeOf(principal, query.organizationId, directory)),
    }),
  );

  api.post(
    '/accepted-domains',
    {
      config: { action: 'connectors.write' },
      schema: {
        summary: 'Add an accepted domain; for a tenant, one that the provider assigned to it',
        body: z.strictObject({ domain: shortText, organizationId: id.optional() }),
        response: { 201: domainSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const added = await newAcceptedDomain(ports, request, request.body);
      return reply.code(201).send(added);
    },
  );

  api.delete(
    '/accepted-domains/:domain',
    {
      config: { action: 'connectors.write' },
      schema: {
        summary: 'Remove an accepted domain; for a tenant, one that the provider assigned to it',
        params: z.strictObject({ domain: shortText }),
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      await removeAcceptedDomain(ports, request, request.params.domain);
      return reply.code(204).send(null);
    },
  );
}
