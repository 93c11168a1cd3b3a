// /identity-pool: which address blocks, certificates, logins and domains the provider assigned to which organization. A tenant sees
// its own; its administrators may claim these and nothing else.
import { z } from 'zod';
import { IDENTITY_KINDS } from '../attribution/identity.ts';
import type { IdentityAssignment } from '../attribution/identity-pool.ts';
import { ownerOf, scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { id, idParameter, limit, pageOf, shortText, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const kind = z.enum(IDENTITY_KINDS);
const value = shortText.describe(
  'An address block of at least /16 (IPv4) or /32 (IPv6); a certificate name, exact or *.example.com for one label; a SHA-256; ' +
    'a login, or *@example.com for all of a domain; a domain, without those below it.',
);
const assignmentSchema = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    kind,
    value,
    assignedAt: z.string(),
  })
  .meta({ id: 'IdentityAssignment' });

export function identityPool(api: Api, ports: ApiPorts): void {
  const { directory } = ports;

  api.get(
    '/identity-pool',
    {
      config: { action: 'connectors.read' },
      schema: {
        summary: 'List the identities and domains that are assigned to organizations',
        querystring: z.strictObject({
          organizationId: id.optional(),
          kind: kind.optional(),
          value: shortText.optional().describe('Exactly this, as it is listed.'),
          limit,
          cursor: z.string().max(1_000).optional(),
        }),
        response: { 200: z.object({ items: z.array(assignmentSchema), next: z.string().optional() }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const wanted = directory
        .identityAssignments(scopeOf(principal, query.organizationId, directory))
        .filter((one) => query.kind === undefined || one.kind === query.kind)
        .filter((one) => query.value === undefined || one.value === query.value.trim().toLowerCase());
      const page = pageOf(wanted, (one) => `${one.kind} ${one.value} ${one.id}`, query);
      return { ...page, items: page.items.map(present) };
    },
  );

  api.post(
    '/identity-pool',
    {
      config: { action: 'identities.assign' },
      schema: {
        summary: 'Assign an identity or a domain to an organization',
        body: z.strictObject({ organizationId: id.optional(), kind, value }).meta({ id: 'NewIdentityAssignment' }),
        response: { 201: assignmentSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      const assigned = await audited(
        ports,
        request,
        {
          operation: 'New-IdentityAssignment',
          organizationId: (made) => made.organizationId,
          objectId: (made) => made.id,
          parameters: body,
        },
        async () => {
          const owner = ownerOf(principal, body.organizationId, directory);
          return directory.assignIdentity(owner, body.kind, body.value);
        },
      );
      return reply.code(201).send(present(assigned));
    },
  );

  api.delete(
    '/identity-pool/:id',
    {
      config: { action: 'identities.assign' },
      schema: {
        summary: 'Take an identity or a domain from an organization that does not use it',
        params: idParameter,
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, params } = request;
      const found = directory.identityAssignments(principal.organizationId).find((one) => one.id === params.id);
      await audited(
        ports,
        request,
        {
          operation: 'Remove-IdentityAssignment',
          organizationId: found?.organizationId ?? principal.organizationId ?? '',
          objectId: params.id,
          parameters: found === undefined ? {} : { kind: found.kind, value: found.value },
        },
        async () => {
          await directory.removeIdentityAssignment(params.id);
        },
      );
      return reply.code(204).send(null);
    },
  );
}

function present({ assignedAt, ...assignment }: IdentityAssignment): z.output<typeof assignmentSchema> {
  return { ...assignment, assignedAt: toTime(assignedAt) };
}
