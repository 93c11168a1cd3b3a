// /admin-audit-log-config: the audit log of an organization, on or off. Turning it either way is always recorded.
import { z } from 'zod';
import type { Organization } from '../attribution/entity.ts';
import { auditLogConfig, setAuditLogConfig } from '../operations/audit-log-config.ts';
import { type Api, refusals } from './api.ts';
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
    async ({ principal, query }) => present(auditLogConfig(ports, principal, query.organizationId)),
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
      const { organizationId, unifiedAuditLogIngestionEnabled: isOn } = request.body;
      return present(await setAuditLogConfig(ports, request, { organizationId, isOn }));
    },
  );
}

function present({ id: organizationId, auditLog }: Organization): z.output<typeof configSchema> {
  return { organizationId, unifiedAuditLogIngestionEnabled: auditLog };
}
