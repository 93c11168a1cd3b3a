// /admin-audit-log-config: the audit log of an organization, on or off. Turning it either way is always recorded.
import { z } from 'zod';
import type { Organization } from '../attribution/entity.ts';
import { CordonError } from '../errors.ts';
import { ownerOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { id } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const configSchema = z
  .object({
    organizationId: z.string(),
    unifiedAuditLogIngestionEnabled: z
      .boolean()
      .describe(
        'False: nothing is recorded but this switch, sign-ins and what the service restricts by itself, and alerts do not fire.',
      ),
  })
  .meta({ id: 'AdminAuditLogConfig' });

export function adminAuditLogConfig(api: Api, ports: ApiPorts): void {
  const { directory } = ports;

  api.get(
    '/admin-audit-log-config',
    {
      config: { action: 'audit.read' },
      schema: {
        summary: 'Tell whether the audit log is on',
        querystring: z.strictObject({ organizationId: id.optional() }),
        response: { 200: configSchema, ...refusals },
      },
    },
    async ({ principal, query }) => {
      const organization = directory.organization(ownerOf(principal, query.organizationId, directory));
      if (organization === undefined) throw new CordonError('NOT_FOUND', 'no such organization');
      return present(organization);
    },
  );

  api.put(
    '/admin-audit-log-config',
    {
      config: { action: 'audit.configure' },
      schema: {
        summary: 'Turn the audit log on or off',
        body: z
          .strictObject({ organizationId: id.optional(), unifiedAuditLogIngestionEnabled: z.boolean() })
          .meta({ id: 'AdminAuditLogConfigChanges' }),
        response: { 200: configSchema, ...refusals },
      },
    },
    async (request) => {
      const { principal, body } = request;
      const { unifiedAuditLogIngestionEnabled: auditLog } = body;
      let before: boolean | undefined;
      const changed = await audited(
        ports,
        request,
        {
          operation: 'Set-AdminAuditLogConfig',
          organizationId: (organization: Organization) => organization.id,
          objectId: 'Admin Audit Log Settings',
          parameters: body,
          changes: () => [{ name: 'UnifiedAuditLogIngestionEnabled', before, after: auditLog }],
        },
        async () => {
          const owner = ownerOf(principal, body.organizationId, directory);
          before = directory.organization(owner)?.auditLog;
          return directory.setOrganization(owner, { auditLog });
        },
      );
      return present(changed);
    },
  );
}

function present({ id: organizationId, auditLog }: Organization): z.output<typeof configSchema> {
  return { organizationId, unifiedAuditLogIngestionEnabled: auditLog };
}
