// /notifications: who would be told of an alert, and a test whether it arrives.
import { z } from 'zod';
import { CordonError } from '../errors.ts';
import { isAddress } from '../mail/address.ts';
import { TENANT_ADMINS } from '../notifications/notifications.ts';
import { ownerOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { id } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { silentPolicies } from './silent-policies.ts';
import { testResultSchema } from './test-result.ts';

const address = z.string().refine(isAddress, { error: 'must be a mail address (anna@example.com)' });
const MOST_ADDRESSES = 20;

const toldSchema = z
  .object({
    organizationId: z.string(),
    tenantAdmins: z.array(z.string()).describe('Whom TenantAdmins means now.'),
    webhooks: z.number().int().describe('Enabled ones.'),
    untoldPolicies: z
      .array(z.string())
      .describe('Names of the alert policies that are on and notify, and would reach nobody.'),
    nobodyIsTold: z.boolean().describe('It is all of them: alerts reach nobody.'),
  })
  .meta({ id: 'Told' });

export function notifications(api: Api, ports: ApiPorts): void {
  const { directory, notifications: room } = ports;
  const organizationQuery = z.strictObject({ organizationId: id.optional() });

  api.get(
    '/notifications',
    {
      config: { action: 'alert-policies.read' },
      schema: {
        summary: 'Show who would be told of an alert',
        querystring: organizationQuery,
        response: { 200: toldSchema, ...refusals },
      },
    },
    async ({ principal, query }) => {
      const organizationId = ownerOf(principal, query.organizationId, directory);
      const tenantAdmins = [...room.addressesOf([TENANT_ADMINS], organizationId)];
      const webhooks = room.webhooksOf(organizationId).length;
      const { silent, isAll } = silentPolicies(ports, organizationId);
      const untoldPolicies = silent.map(({ name }) => name);
      return { organizationId, tenantAdmins, webhooks, untoldPolicies, nobodyIsTold: isAll };
    },
  );

  api.post(
    '/notifications/test',
    {
      config: { action: 'alert-policies.write' },
      schema: {
        summary: 'Send a test over mail and all webhooks, and tell what came of each',
        body: z
          .strictObject({
            to: z.array(address).min(1).max(MOST_ADDRESSES).optional().describe('Else TenantAdmins.'),
            organizationId: id.optional().describe('Where there are several.'),
          })
          .prefault({})
          .meta({ id: 'NotificationTest' }),
        response: { 200: z.object({ items: z.array(testResultSchema) }), ...refusals },
      },
    },
    async (request) => {
      const { principal, body } = request;
      const { to = [TENANT_ADMINS] } = body;
      const whose = ({ organizationId }: { readonly organizationId: string }) => organizationId;
      const change = { operation: 'Test-Notification', organizationId: whose, objectId: whose, parameters: { to } };
      const { items } = await audited(ports, request, change, async () => {
        const organizationId = ownerOf(principal, body.organizationId, directory);
        const results = await room.sendTest(organizationId, to, principal.name);
        if (results.length === 0)
          throw new CordonError(
            'INVALID_REQUEST',
            'nobody would be told: no administrator has a mail address, and there is no webhook',
          );
        return { organizationId, items: [...results] };
      });
      return { items };
    },
  );
}
