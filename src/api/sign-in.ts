// How people sign in: with a password, or at a provider with OpenID Connect. Asked by whom nobody knows yet.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../access/sessions.ts';
import type { SignedIn } from '../access/sign-in.ts';
import { CordonError } from '../errors.ts';
import { type Api, refusals } from './api.ts';
import { cookiesOf } from './cookies.ts';
import type { ApiPorts } from './ports.ts';
import { sendProblem, toProblem } from './problem.ts';
import { refuseCrossSite } from './same-origin.ts';
import { presentWho, whoSchema } from './session-view.ts';
import { recordAsserted, recordFailedSignIn, recordSignIn } from './sign-in-records.ts';

/** The longest that browsers keep a cookie. */
const DEVICE_SECONDS = 400 * 86_400;
/** As long as a sign-in at a provider may take. */
const WAY_SECONDS = 600;
const PASSWORD = 'password';

export function signIn(api: Api, ports: ApiPorts): void {
  api.get(
    '/sign-in',
    {
      schema: {
        summary: 'How one can sign in',
        security: [],
        response: {
          200: z.object({
            password: z.boolean(),
            oidc: z.array(z.object({ name: z.string(), path: z.string().describe('Where the browser is sent.') })),
          }),
          ...refusals,
        },
      },
    },
    async () => ({
      password: true,
      oidc: ports.oidc.names().map((name) => ({ name, path: `/api/v1/sign-in/oidc/${name}` })),
    }),
  );

  api.post(
    '/session',
    {
      schema: {
        summary: 'Sign in with a password; the answer brings the cookie of a session',
        security: [],
        body: z
          .strictObject({
            name: z.string().min(1).max(255),
            password: z.string().min(1).max(1_024),
            code: z.string().max(16).optional().describe('Of an authenticator app, where the account has one.'),
          })
          .meta({ id: 'Credentials' }),
        response: { 200: whoSchema, ...refusals },
      },
    },
    async (request, reply) => {
      refuseCrossSite(request, ports.publicUrl, false);
      const { name, password, code } = request.body;
      const deviceCookie = cookiesOf(request, ports.publicUrl).read('cordon-device');
      const outcome = await ports.signIn.signIn({ name, password, code, deviceCookie, ...visitorOf(request) });
      if (outcome.kind === 'limited') {
        ports.counters.signIns.limited++;
        throw limited(reply, outcome.retryAfterMs);
      }
      if (outcome.kind === 'second factor needed') {
        throw new CordonError('SECOND_FACTOR_NEEDED', 'a code of the authenticator app is needed');
      }
      if (outcome.kind === 'failed') {
        await recordFailedSignIn(ports, request, { ...outcome, name, method: PASSWORD, error: 'sign_in_failed' });
        throw new CordonError('SIGN_IN_FAILED', 'name, password or code is wrong');
      }
      await welcome(ports, request, reply, outcome, PASSWORD);
      return presentWho(principalOf(outcome.account), outcome.session, ports);
    },
  );
}

/**
 * The way to a provider and back: the browser goes it, so these answer with redirects; where it leads nowhere, to the page of sign-in,
 * with `sign-in-problem` and the code.
 */
export function oidcSignIn(api: Api, ports: ApiPorts): void {
  api.get(
    '/sign-in/oidc/:name',
    {
      errorHandler: backToSignIn,
      schema: {
        summary: 'Begin to sign in at a provider: a redirect there',
        security: [],
        params: z.strictObject({ name: z.string().max(40) }),
        querystring: z.strictObject({
          returnTo: z.string().max(2_000).default('/').describe('Path of the page that is shown after it.'),
        }),
        response: { 303: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { params, query, ip } = request;
      const { url, cookie } = await ports.oidc.begin(params.name, query.returnTo, ip).catch((error: unknown) => {
        throw logged(error, request);
      });
      cookiesOf(request, ports.publicUrl).write(reply, 'cordon-sign-in', cookie, WAY_SECONDS);
      return reply.code(303).header('location', url).send(null);
    },
  );

  api.get(
    '/sign-in/oidc/:name/callback',
    {
      errorHandler: backToSignIn,
      schema: {
        summary: 'Where a provider sends the browser back to: a session, and a redirect to the page',
        security: [],
        params: z.strictObject({ name: z.string().max(40) }),
        response: { 303: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const cookies = cookiesOf(request, ports.publicUrl);
      const query = new URL(request.url, 'http://here.invalid').searchParams;
      const way = cookies.read('cordon-sign-in');
      const finished = await ports.oidc.finish(request.params.name, query, way).catch((error: unknown) => {
        throw logged(error, request);
      });
      cookies.write(reply, 'cordon-sign-in', '', 0);
      const { assertion, provider, returnTo } = finished;
      const hasRole = assertion.roles.length > 0;
      const changed = await (hasRole ? ports.accounts.asserted(assertion) : ports.accounts.retracted(assertion));
      if (changed !== undefined) await recordAsserted(ports, changed, provider);
      const account = changed?.after;
      if (!hasRole || account?.enabled !== true) {
        const error = hasRole ? 'sign_in_failed' : 'no_role';
        await recordFailedSignIn(ports, request, { account, name: assertion.name, method: provider, error });
        if (hasRole) throw new CordonError('SIGN_IN_FAILED', 'this account is disabled');
        throw new CordonError('NO_ROLE', `${provider} knows you, but gives you no role here`);
      }
      const deviceCookie = cookies.read('cordon-device');
      const signedIn = await ports.signIn.begin(account, { ...visitorOf(request), deviceCookie });
      await welcome(ports, request, reply, signedIn, provider);
      return reply.code(303).header('location', returnTo).send(null);
    },
  );
}

/** Nobody reads a problem document in a browser's window; programs get it. */
function backToSignIn(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.headers.accept?.includes('text/html') !== true) return sendProblem(error, request, reply);
  const { status, code, detail } = toProblem(error);
  if (status >= 500) request.log.error({ err: error, route: request.routeOptions.url }, detail);
  return reply.code(303).header('location', `/?sign-in-problem=${code}`).send(null);
}

/** What the provider really said is for the operator. */
function logged(error: unknown, { log }: FastifyRequest): unknown {
  const { code, cause } = error as { code?: string; cause?: unknown };
  if (cause !== undefined) log.warn({ err: cause, code }, 'sign-in at a provider failed');
  return error;
}

export function visitorOf(request: FastifyRequest): { clientAddress: string; userAgent: string } {
  return { clientAddress: request.ip, userAgent: String(request.headers['user-agent'] ?? '') };
}

export function limited(reply: FastifyReply, retryAfterMs: number): CordonError {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  void reply.header('retry-after', seconds);
  return new CordonError('SIGN_IN_LIMITED', `too many sign-ins failed: wait ${seconds} s`);
}

/** The session that the browser had before ends: nobody else may have planted it. Without a record there is no session. */
export async function welcome(
  ports: ApiPorts,
  request: FastifyRequest,
  reply: FastifyReply,
  { account, session, secret, deviceCookie }: SignedIn,
  method: string,
): Promise<void> {
  const cookies = cookiesOf(request, ports.publicUrl);
  const before = ports.sessions.verify(cookies.read('cordon-session') ?? '');
  if (before !== undefined) await ports.sessions.end(before.session.id);
  try {
    await recordSignIn(ports, request, { operation: 'UserLoggedIn', account, name: account.name, method });
  } catch (error) {
    await ports.sessions.end(session.id);
    throw error;
  }
  cookies.write(reply, 'cordon-session', secret);
  cookies.write(reply, 'cordon-device', deviceCookie, DEVICE_SECONDS);
}
