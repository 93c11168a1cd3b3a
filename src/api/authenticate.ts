// Who asks: a program with a bearer token (RFC 6750), or a browser with the cookie of a session. On everything below /api/v1 but
// the OpenAPI document and sign-in itself.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import type { Session } from '../access/session.ts';
import { principalOf } from '../access/sessions.ts';
import { CordonError } from '../errors.ts';
import { cookiesOf } from './cookies.ts';
import type { ApiPorts } from './ports.ts';
import { refuseCrossSite } from './same-origin.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal;
    /** Of a browser; undefined where the request has a token. */
    session?: Session | undefined;
  }
  interface FastifyInstance {
    /** Asks again who it is: for answers that last longer than a right may. */
    authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  }
}

/** These change nothing (RFC 9110 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Sets `request.principal`, or throws UNAUTHORIZED; unknown, expired and missing tokens and cookies are answered alike. A change
 * by cookie must come from a page of ours (CROSS_SITE), and from somebody whose password is his own (PASSWORD_CHANGE_NEEDED);
 * then there is a principal all the same.
 */
export function authenticateWith(ports: Pick<ApiPorts, 'tokens' | 'sessions' | 'publicUrl'>) {
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    const { authorization } = request.headers;
    if (authorization === undefined) return bySession(request, ports);
    const secret = /^Bearer ([\w.~+/=-]{1,512})$/i.exec(authorization)?.[1];
    request.principal = (secret === undefined ? undefined : ports.tokens.verify(secret)) ?? unknown();
  };
}

function bySession(request: FastifyRequest, { sessions, publicUrl }: Pick<ApiPorts, 'sessions' | 'publicUrl'>): void {
  const secret = cookiesOf(request, publicUrl).read('cordon-session');
  // Asked again of a request that goes on, as an event stream does: an open page alone is no use of the session.
  const isUse = request.session === undefined;
  const { session, account } = (secret === undefined ? undefined : sessions.verify(secret, isUse)) ?? unknown();
  // Before anything is refused, so that the audit log can name him.
  request.principal = principalOf(account);
  if (!SAFE.has(request.method)) refuseCrossSite(request, publicUrl, true);
  if (account.mustChangePassword && request.routeOptions.config.beforePasswordChange !== true) {
    throw new CordonError('PASSWORD_CHANGE_NEEDED', `${account.name} has a password that somebody else set`);
  }
  request.session = session;
}

function unknown(): never {
  throw new CordonError('UNAUTHORIZED', 'this needs a valid API token, or somebody who signed in');
}
