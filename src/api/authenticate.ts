// Bearer tokens (RFC 6750) on everything below /api/v1 but the OpenAPI document.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import type { Tokens } from '../access/tokens.ts';
import { CordonError } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal;
  }
  interface FastifyInstance {
    /** Asks again who it is: for answers that last longer than a right may. */
    authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  }
}

/** Sets `request.principal`, or throws UNAUTHORIZED; unknown, expired and missing tokens are answered alike. */
export function authenticateWith(tokens: Tokens) {
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    const secret = /^Bearer ([\w.~+/=-]{1,512})$/i.exec(request.headers.authorization ?? '')?.[1];
    const principal = secret === undefined ? undefined : tokens.verify(secret);
    if (principal === undefined) throw new CordonError('UNAUTHORIZED', 'this needs a valid API token');
    request.principal = principal;
  };
}
