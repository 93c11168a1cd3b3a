// /webhooks: the programs of an organization that hear of its alerts. A secret is shown once, when its webhook is made.
import { z } from 'zod';
import { CordonError } from '../errors.ts';
import type { Webhook } from '../notifications/webhook.ts';
import { shownUrl } from '../notifications/webhooks.ts';
import { ownerOf, scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { id, idParameter, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { testResultSchema } from './test-result.ts';

const webhookSchema = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    url: z.string().describe('Without the rest of its path and query, which may be a secret.'),
    enabled: z.boolean(),
    createdAt: z.string(),
  })
  .meta({ id: 'Webhook' });

export function webhooks(api: Api, ports: ApiPorts): void {
  const { directory, notifications } = ports;

  api.get(
    '/webhooks',
    {
      config: { action: 'alert-policies.read' },
      schema: {
        summary: 'List webhooks',
        querystring: z.strictObject({ organizationId: id.optional() }),
        response: { 200: z.object({ items: z.array(webhookSchema) }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const organizationId = scopeOf(principal, query.organizationId, directory);
      return { items: notifications.webhooks.list(organizationId).map(present) };
    },
  );

  api.post(
    '/webhooks',
    {
      config: { action: 'alert-policies.write' },
      schema: {
        summary: 'Create a webhook',
        body: z
          .strictObject({
            url: z.string().max(2_048).describe('https, at a public address.'),
            organizationId: id.optional().describe('Whose it is, where there are several.'),
          })
          .meta({ id: 'NewWebhook' }),
        response: {
          201: webhookSchema.extend({
            secret: z.string().describe('Shown only now: what signatures are checked with.'),
          }),
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      const change = {
        operation: 'New-Webhook',
        organizationId: ({ webhook }: { readonly webhook: Webhook }) => webhook.organizationId,
        objectId: ({ webhook }: { readonly webhook: Webhook }) => webhook.id,
        parameters: { url: URL.canParse(body.url) ? shownUrl(body.url) : 'no URL' },
      };
      const { webhook, secret } = await audited(ports, request, change, () =>
        notifications.webhooks.add(ownerOf(principal, body.organizationId, directory), body.url),
      );
      return reply.code(201).send({ ...present(webhook), secret });
    },
  );

  api.delete(
    '/webhooks/:id',
    {
      config: { action: 'alert-policies.write' },
      schema: { summary: 'Delete a webhook', params: idParameter, response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      const { principal, params } = request;
      const webhook = notifications.webhooks.get(params.id, principal.organizationId);
      const change = {
        operation: 'Remove-Webhook',
        organizationId: webhook?.organizationId ?? principal.organizationId ?? '',
        objectId: params.id,
        parameters: webhook === undefined ? {} : { url: shownUrl(webhook.url) },
      };
      await audited(ports, request, change, async () => {
        if (!(await notifications.webhooks.remove(params.id, principal.organizationId))) refuseUnknown(params.id);
      });
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/webhooks/:id/test',
    {
      config: { action: 'alert-policies.write' },
      schema: {
        summary: 'Send a test over one webhook',
        params: idParameter,
        response: { 200: testResultSchema, ...refusals },
      },
    },
    async (request) => {
      const { principal, params } = request;
      const webhook = notifications.webhooks.get(params.id, principal.organizationId);
      const change = {
        operation: 'Test-Webhook',
        organizationId: webhook?.organizationId ?? principal.organizationId ?? '',
        objectId: params.id,
        parameters: {},
      };
      return audited(ports, request, change, async () => {
        if (webhook === undefined) refuseUnknown(params.id);
        return (await notifications.testWebhook(webhook.id, principal.name)) ?? refuseUnknown(params.id);
      });
    },
  );
}

function refuseUnknown(webhookId: string): never {
  throw new CordonError('NOT_FOUND', `no webhook ${webhookId}`);
}

function present({ createdAt, url, ...webhook }: Webhook): z.output<typeof webhookSchema> {
  return { ...webhook, url: shownUrl(url), createdAt: toTime(createdAt) };
}
