// /accounts and /role-assignments: who may sign in, and who has which role.
import { z } from 'zod';
import type { Account } from '../access/account.ts';
import { oneTimePassword } from '../access/new-password.ts';
import { hashPassword } from '../access/password.ts';
import { ROLE_NAMES } from '../access/roles.ts';
import { aboutAccount, changeAccount, existingAccount, refuseToken } from '../operations/accounts.ts';
import { scopeOf } from '../operations/scope.ts';
import { accountSchema, presentAccount } from './account-view.ts';
import { type Api, refusals } from './api.ts';
import { type AuditedChange, audited } from './audited.ts';
import { id, idParameter } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const name = z.string().trim().min(1).max(255);
const mail = z.email({ error: 'must be a mail address (admin@example.com)' }).max(254);
const roles = z.array(z.enum(ROLE_NAMES)).max(ROLE_NAMES.length);
const withPassword = z
  .object({ ...accountSchema.shape, oneTimePassword: z.string().describe('Told here and never again.') })
  .meta({ id: 'AccountWithPassword' });

const read = { action: 'roles.read' } as const;
const write = { action: 'roles.write' } as const;

export function accounts(api: Api, ports: ApiPorts): void {
  api.get(
    '/accounts',
    {
      config: read,
      schema: {
        summary: 'List accounts',
        querystring: z.strictObject({ organizationId: id.optional() }),
        response: { 200: z.object({ items: z.array(accountSchema) }), ...refusals },
      },
    },
    async ({ principal, query }) => ({
      items: ports.accounts.list(scopeOf(principal, query.organizationId, ports.directory)).map(presentAccount),
    }),
  );

  api.get(
    '/accounts/:id',
    {
      config: read,
      schema: { summary: 'Show an account', params: idParameter, response: { 200: accountSchema, ...refusals } },
    },
    async ({ principal, params }) => presentAccount(existingAccount(ports, principal, params.id)),
  );

  api.post(
    '/accounts',
    {
      config: write,
      schema: {
        summary: 'Create an account, with a one-time password',
        body: z
          .strictObject({
            name,
            mail: mail.optional(),
            organizationId: id.optional().describe('A provider who gives none makes an account of the provider.'),
            roles: roles.default([]),
          })
          .meta({ id: 'NewAccount' }),
        response: { 201: withPassword, ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      const password = oneTimePassword(ports.randomBytes);
      const change: AuditedChange<Account> = {
        operation: 'New-Account',
        organizationId: (made) => made.organizationId ?? '',
        objectId: (made) => made.id,
        parameters: body,
      };
      const made = await audited(ports, request, change, async () => {
        const organizationId = scopeOf(principal, body.organizationId, ports.directory);
        refuseToken(principal);
        return ports.accounts.add({ ...body, organizationId, passwordHash: await hashPassword(password) }, principal);
      });
      return reply.code(201).send({ ...presentAccount(made), oneTimePassword: password });
    },
  );

  api.patch(
    '/accounts/:id',
    {
      config: write,
      schema: {
        summary: 'Change an account, also its roles',
        params: idParameter,
        body: z
          .strictObject({
            name: name.optional(),
            mail: mail.nullable().optional().describe('null: none.'),
            roles: roles.optional(),
            enabled: z.boolean().optional(),
          })
          .meta({ id: 'AccountChanges' }),
        response: { 200: accountSchema, ...refusals },
      },
    },
    async (request) => {
      const { mail, ...body } = request.body;
      const changes = { ...body, mail: mail === null ? '' : mail };
      const changed = await changeAccount(ports, request, request.params.id, changes);
      return presentAccount(changed);
    },
  );

  api.delete(
    '/accounts/:id',
    {
      config: write,
      schema: {
        summary: 'Delete an account; its sessions and API tokens open nothing any more',
        params: idParameter,
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { params, principal } = request;
      const about = aboutAccount(ports, principal, params.id);
      await audited(ports, request, { operation: 'Remove-Account', parameters: {}, ...about }, async () => {
        await ports.accounts.remove(existingAccount(ports, principal, params.id).id, principal);
        await ports.tokens.revokeOf(params.id);
      });
      return reply.code(204).send(null);
    },
  );

  resets(api, ports);
  roleAssignments(api, ports);
}

function resets(api: Api, ports: ApiPorts): void {
  api.post(
    '/accounts/:id/reset-password',
    {
      config: write,
      schema: {
        summary: 'Give an account a one-time password; its sessions end, and its API tokens are revoked',
        params: idParameter,
        response: { 200: withPassword, ...refusals },
      },
    },
    async (request) => {
      const { params, principal } = request;
      const password = oneTimePassword(ports.randomBytes);
      const about = aboutAccount(ports, principal, params.id);
      const change = { operation: 'Reset-AccountPassword', parameters: {}, ...about };
      const changed = await audited(ports, request, change, async () => {
        const account = existingAccount(ports, principal, params.id);
        refuseToken(principal);
        const reset = await ports.accounts.setPassword(account.id, await hashPassword(password), principal);
        // Whoever knew the password before may have made some.
        await ports.tokens.revokeOf(account.id);
        return reset;
      });
      return { ...presentAccount(changed), oneTimePassword: password };
    },
  );

  api.post(
    '/accounts/:id/reset-totp',
    {
      config: write,
      schema: {
        summary: 'Remove the second factor of an account whose owner lost his device',
        params: idParameter,
        response: { 200: accountSchema, ...refusals },
      },
    },
    async (request) => {
      const { params, principal } = request;
      const about = aboutAccount(ports, principal, params.id);
      const change = { operation: 'Reset-AccountSecondFactor', parameters: {}, ...about };
      const changed = await audited(ports, request, change, async () => {
        const account = existingAccount(ports, principal, params.id);
        refuseToken(principal);
        return ports.accounts.setTotp(account.id, undefined, principal);
      });
      return presentAccount(changed);
    },
  );
}

function roleAssignments(api: Api, ports: ApiPorts): void {
  const member = z.object({ accountId: z.string(), name: z.string(), organizationId: z.string().optional() });

  api.get(
    '/role-assignments',
    {
      config: read,
      schema: {
        summary: 'Who has which role',
        querystring: z.strictObject({ organizationId: id.optional() }),
        response: {
          200: z.object({
            items: z.array(z.object({ role: z.string(), members: z.array(member) }).meta({ id: 'RoleAssignment' })),
            accounts: z.array(accountSchema),
          }),
          ...refusals,
        },
      },
    },
    async ({ principal, query }) => {
      const all = ports.accounts.list(scopeOf(principal, query.organizationId, ports.directory));
      const membersOf = (role: (typeof ROLE_NAMES)[number]) =>
        all
          .filter((account) => account.roles.includes(role))
          .map((account) => ({ accountId: account.id, name: account.name, organizationId: account.organizationId }));
      return {
        items: ROLE_NAMES.map((role) => ({ role, members: membersOf(role) })),
        accounts: all.map(presentAccount),
      };
    },
  );
}
