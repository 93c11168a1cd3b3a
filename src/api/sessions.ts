// /sessions: where somebody is signed in, and the end of it. One's own are everybody's; those of others need roles.write.
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { refuseExcess } from '../access/account-rules.ts';
import { authorize } from '../access/authorize.ts';
import type { Session } from '../access/session.ts';
import { CordonError } from '../errors.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { id, idParameter } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { presentSession, sessionSchema } from './session-view.ts';

const accountQuery = z.strictObject({
  accountId: z
    .union([id, z.literal('all')])
    .optional()
    .describe('Whose; all: of everybody whom you may manage. Without it: your own; for a token, which has none: all.'),
});

export function sessions(api: Api, ports: ApiPorts): void {
  api.get(
    '/sessions',
    {
      schema: {
        summary: 'List sessions',
        querystring: accountQuery,
        response: { 200: z.object({ items: z.array(sessionSchema) }), ...refusals },
      },
    },
    async (request) => ({
      items: wanted(request, request.query.accountId, ports).map((each) =>
        presentSession(each, request.session?.id, ports),
      ),
    }),
  );

  api.delete(
    '/sessions',
    {
      schema: {
        summary: 'End all sessions of an account but the one that asks',
        querystring: z.strictObject({ accountId: id.optional().describe('Whose; without it: your own.') }),
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const accountId = request.query.accountId ?? request.principal.id;
      const change = { operation: 'Remove-Session', parameters: { accountId }, ...placeOf(request, accountId, ports) };
      await audited(ports, request, change, async () => {
        for (const each of wanted(request, accountId, ports)) {
          if (each.id !== request.session?.id) await ports.sessions.end(each.id);
        }
      });
      return reply.code(204).send(null);
    },
  );

  api.delete(
    '/sessions/:id',
    {
      schema: { summary: 'End a session', params: idParameter, response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      const { params, principal } = request;
      const session = ports.sessions.get(params.id);
      const place = { ...placeOf(request, session?.accountId, ports), objectId: params.id };
      await audited(ports, request, { operation: 'Remove-Session', parameters: {}, ...place }, async () => {
        const isSeen = session !== undefined && sees(request, session.accountId, ports);
        if (session?.accountId !== principal.id)
          refuseUnmanaged(request, isSeen ? session.accountId : undefined, ports);
        if (!isSeen) throw new CordonError('NOT_FOUND', `no session ${params.id}`);
        await ports.sessions.end(params.id);
      });
      return reply.code(204).send(null);
    },
  );
}

/** FORBIDDEN without roles.write for what is not one's own; NOT_FOUND for an account that one does not see. */
function wanted(request: FastifyRequest, accountId: string | undefined, ports: ApiPorts): readonly Session[] {
  const { principal } = request;
  const whose = accountId ?? (principal.kind === 'account' ? principal.id : 'all');
  if (whose === 'all') {
    authorizeOthers(request, ports);
    return ports.sessions.list().filter((each) => sees(request, each.accountId, ports));
  }
  if (whose !== principal.id) refuseUnmanaged(request, whose, ports);
  return ports.sessions.list(whose);
}

/** FORBIDDEN alike for everything that is not his own, whether it is there or not; then NOT_FOUND for what he does not see. */
function refuseUnmanaged(request: FastifyRequest, accountId: string | undefined, ports: ApiPorts): void {
  authorizeOthers(request, ports);
  if (accountId === undefined) return;
  if (!sees(request, accountId, ports)) throw new CordonError('NOT_FOUND', `no account ${accountId}`);
  refuseExcess(request.principal, ports.accounts.get(accountId)?.roles ?? []);
}

function authorizeOthers({ principal }: FastifyRequest, { directory }: ApiPorts): void {
  authorize(principal, 'roles.write', { organizations: directory.organizations().length });
}

function sees({ principal }: FastifyRequest, accountId: string, { accounts }: ApiPorts): boolean {
  return accounts.list(principal.organizationId).some((account) => account.id === accountId);
}

/** In whose audit log it is written: that of the account where one sees it, else one's own. */
function placeOf(request: FastifyRequest, accountId: string | undefined, ports: ApiPorts) {
  const seen = accountId !== undefined && sees(request, accountId, ports) ? ports.accounts.get(accountId) : undefined;
  const own = request.principal.organizationId ?? '';
  return { organizationId: seen === undefined ? own : (seen.organizationId ?? ''), objectId: seen?.id ?? '' };
}
