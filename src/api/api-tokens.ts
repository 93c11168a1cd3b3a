// /api-tokens: bearer secrets for programs and for the command line. A secret is shown once.
import { z } from 'zod';
import type { ApiToken } from '../access/token.ts';
import { CordonError } from '../errors.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { fromOptionalTime, id, idParameter, refusePast, time, toOptionalTime, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { scopeOf } from './scope.ts';

const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    organizationId: z.string().optional().describe('Absent: a provider token, which sees every organization.'),
    createdAt: z.string(),
    expiresAt: z.string().optional(),
  })
  .meta({ id: 'ApiToken' });
const createdSchema = z
  .object({ ...tokenSchema.shape, secret: z.string().describe('Told here and never again.') })
  .meta({ id: 'CreatedApiToken' });

export function apiTokens(api: Api, ports: ApiPorts): void {
  const { tokens, directory, now } = ports;

  api.get(
    '/api-tokens',
    {
      schema: {
        summary: 'List API tokens',
        querystring: z.strictObject({ organizationId: id.optional() }),
        response: { 200: z.object({ items: z.array(tokenSchema) }), ...refusals },
      },
    },
    async ({ principal, query }) => ({
      items: tokens.list(scopeOf(principal, query.organizationId, directory)).map(present),
    }),
  );

  api.post(
    '/api-tokens',
    {
      schema: {
        summary: 'Create an API token',
        body: z
          .strictObject({
            name: z.string().trim().min(1).max(100),
            organizationId: id.optional().describe('A provider who gives none makes a provider token.'),
            expiresAt: time.optional(),
          })
          .meta({ id: 'NewApiToken' }),
        response: { 201: createdSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      const expiresAt = fromOptionalTime(body.expiresAt);
      const { token, secret } = await audited(
        ports,
        request,
        {
          operation: 'New-ApiToken',
          organizationId: (made) => made.token.organizationId ?? '',
          objectId: (made) => made.token.id,
          parameters: body,
        },
        async () => {
          refusePast('expiresAt', expiresAt, now());
          const organizationId = scopeOf(principal, body.organizationId, directory);
          return tokens.create({ name: body.name, organizationId, roles: principal.roles, expiresAt });
        },
      );
      return reply.code(201).send({ ...present(token), secret });
    },
  );

  api.delete(
    '/api-tokens/:id',
    {
      schema: { summary: 'Revoke an API token', params: idParameter, response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      const { principal, params } = request;
      const token = tokens.list(principal.organizationId).find((one) => one.id === params.id);
      await audited(
        ports,
        request,
        {
          operation: 'Remove-ApiToken',
          organizationId: token?.organizationId ?? principal.organizationId ?? '',
          objectId: params.id,
          parameters: {},
        },
        async () => {
          if (token === undefined) throw new CordonError('NOT_FOUND', `no API token ${params.id}`);
          await tokens.revoke(token.id);
        },
      );
      return reply.code(204).send(null);
    },
  );
}

function present(token: ApiToken): z.output<typeof tokenSchema> {
  const { id, name, organizationId, createdAt, expiresAt } = token;
  return { id, name, organizationId, createdAt: toTime(createdAt), expiresAt: toOptionalTime(expiresAt) };
}
