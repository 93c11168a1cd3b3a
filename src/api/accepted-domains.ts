// /accepted-domains: the domains that are an organization's own. Mail to any other one is relaying.
import { z } from 'zod';
import { CordonError } from '../errors.ts';
import { normalizeDomain } from '../mail/address.ts';
import { changedBy, ownerOf, scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
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
      const { principal, body } = request;
      const added = await audited(
        ports,
        request,
        {
          operation: 'New-AcceptedDomain',
          organizationId: (domain) => domain.organizationId,
          objectId: (domain) => domain.domain,
          parameters: body,
        },
        async () => {
          const organizationId = ownerOf(principal, body.organizationId, directory);
          const by = changedBy(request, directory);
          return { domain: await directory.addAcceptedDomain(organizationId, body.domain, by), organizationId };
        },
      );
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
      const { principal, params } = request;
      const owner = directory.acceptedBy(normalizeDomain(params.domain));
      const isSeen = owner !== undefined && (principal.organizationId ?? owner) === owner;
      await audited(
        ports,
        request,
        {
          operation: 'Remove-AcceptedDomain',
          organizationId: isSeen ? owner : (principal.organizationId ?? ''),
          objectId: params.domain,
          parameters: {},
        },
        async () => {
          if (!isSeen) throw new CordonError('NOT_FOUND', `no accepted domain ${params.domain}`);
          await directory.removeAcceptedDomain(owner, params.domain, changedBy(request, directory));
        },
      );
      return reply.code(204).send(null);
    },
  );
}
