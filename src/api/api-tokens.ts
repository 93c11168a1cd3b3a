// /api-tokens: bearer secrets for programs and for the command line. A secret is shown once.
import { z } from 'zod';
import { refuseExcess } from '../access/account-rules.ts';
import { authorize } from '../access/authorize.ts';
import { expiryForToken, LONGEST_TOKEN_DAYS, rolesForToken, USUAL_TOKEN_DAYS } from '../access/new-token.ts';
import type { Principal } from '../access/principal.ts';
import { ROLE_NAMES, roleNamed } from '../access/roles.ts';
import { refuseServiceName } from '../access/service-name.ts';
import type { ApiToken } from '../access/token.ts';
import { CordonError } from '../errors.ts';
import { isOwn, tokensSeen } from '../operations/api-tokens.ts';
import { installationOf, scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { fromTime, id, idParameter, time, toOptionalTime, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const roleName = z
  .string()
  .max(100)
  .transform((text, context) => {
    const role = roleNamed(text);
    if (role !== undefined) return role;
    context.addIssue({ code: 'custom', message: `must be one of: ${ROLE_NAMES.join(', ')}` });
    return z.NEVER;
  });

const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    organizationId: z.string().optional().describe('Absent: it sees every organization.'),
    roles: z.array(z.enum(ROLE_NAMES)),
    madeBy: z.string().optional().describe("The account's id; absent: made by the local administrator."),
    createdAt: z.string(),
    expiresAt: z.string().optional().describe('Absent: until it is revoked.'),
    lastUsedAt: z.string().optional().describe('To the minute.'),
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
      config: { action: 'tokens.own' },
      schema: {
        summary: "List API tokens: one's own, and those of others for whoever may revoke them",
        querystring: z.strictObject({ organizationId: id.optional() }),
        response: { 200: z.object({ items: z.array(tokenSchema) }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const scope = scopeOf(principal, query.organizationId, directory);
      return { items: tokensSeen(ports, principal, scope).map(present) };
    },
  );

  api.post(
    '/api-tokens',
    {
      config: { action: 'tokens.own' },
      schema: {
        summary: 'Create an API token, which never may do more than its maker',
        body: z
          .strictObject({
            name: z.string().trim().min(1).max(100),
            organizationId: id
              .optional()
              .describe('Whoever sees all organizations and gives none makes a token that does.'),
            roles: z.array(roleName).min(1).max(ROLE_NAMES.length).optional().describe("The maker's, unless given."),
            expiresAt: time
              .nullable()
              .optional()
              .describe(
                `${USUAL_TOKEN_DAYS} days ahead, unless given; at most ${LONGEST_TOKEN_DAYS}. null, for the local administrator only: until revoked.`,
              ),
          })
          .meta({ id: 'NewApiToken' }),
        response: { 201: createdSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      const { name } = body;
      const wish = typeof body.expiresAt === 'string' ? fromTime(body.expiresAt) : body.expiresAt;
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
          refuseServiceName(name);
          const organizationId = scopeOf(principal, body.organizationId, directory);
          const roles = rolesForToken(principal, { organizationId, roles: body.roles }, installationOf(directory));
          const expiresAt = expiryForToken(principal, wish, now());
          const madeBy = principal.kind === 'account' ? principal.id : undefined;
          return tokens.create({ name, organizationId, roles: [...new Set(roles)], madeBy, expiresAt });
        },
      );
      return reply.code(201).send({ ...present(token), secret });
    },
  );

  api.delete(
    '/api-tokens/:id',
    {
      config: { action: 'tokens.own' },
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
          if (!isOwn(token, principal)) refuseForeign(token, principal, ports);
          await tokens.revoke(token.id);
        },
      );
      return reply.code(204).send(null);
    },
  );
}

/** FORBIDDEN to whoever may not give roles or may less than the token, and of the local administrator's: his commands need it. */
function refuseForeign({ id, roles }: ApiToken, principal: Principal, { tokens, directory }: ApiPorts): void {
  authorize(principal, 'roles.write', installationOf(directory));
  refuseExcess(principal, roles);
  if (!tokens.isLocal(id)) return;
  throw new CordonError(
    'FORBIDDEN',
    'the token of the guard’s own host is revoked there: delete data/admin.token and restart',
  );
}

function present(token: ApiToken): z.output<typeof tokenSchema> {
  const { id, name, organizationId, roles, madeBy, createdAt, expiresAt, lastUsedAt } = token;
  const times = {
    createdAt: toTime(createdAt),
    expiresAt: toOptionalTime(expiresAt),
    lastUsedAt: toOptionalTime(lastUsedAt),
  };
  return { id, name, organizationId, roles: [...roles], madeBy, ...times };
}
