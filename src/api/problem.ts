// Errors as RFC 9457 problem documents. `code` is stable, the coded error's in lower case; `advice` says what to do.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CordonError, ERRORS, type ErrorCode } from '../errors.ts';

/** The status of each coded error that the API may answer with; docs/errors.md lists the same. */
export const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  STORE_UNAVAILABLE: 503,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  INVALID_REQUEST: 400,
  NOT_FOUND: 404,
  IDENTITY_TAKEN: 409,
  IN_USE: 409,
  PREFIX_TOO_SHORT: 400,
  NAME_TAKEN: 409,
  POLICY_IS_SYSTEM: 409,
  NOT_RESTRICTED: 404,
  STILL_RESTRICTED: 409,
  ALREADY_RESTRICTED: 409,
  LAST_ADMINISTRATOR: 409,
  SIGN_IN_FAILED: 401,
  SECOND_FACTOR_NEEDED: 401,
  SIGN_IN_LIMITED: 429,
  PASSWORD_CHANGE_NEEDED: 403,
  CROSS_SITE: 403,
  SIGN_IN_EXPIRED: 400,
  SIGN_IN_PROVIDER_UNREACHABLE: 503,
  NO_ROLE: 403,
  TARGET_REFUSED: 400,
};

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe('Stable; for programs.'),
    detail: z.string(),
    advice: z.string().describe('What to do about it.'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('The wrong fields.'),
  })
  .meta({ id: 'Problem' });

export type Problem = z.output<typeof problemSchema>;

const TITLES: Readonly<Record<number, string>> = {
  400: 'Invalid request',
  401: 'Not authenticated',
  403: 'Not permitted',
  404: 'Not found',
  409: 'Conflict',
  413: 'Request too large',
  415: 'Not JSON',
  429: 'Too many attempts',
  500: 'Error of the guard',
  503: 'Not available now',
};

/** Every error that leaves the API; what was not foreseen is logged and told as `internal_error` without its message. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.status >= 500) request.log.error({ err: error, route: request.routeOptions?.url }, problem.detail);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="cordon"');
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

export function toProblem(error: unknown): Problem {
  if (error instanceof CordonError) return ofCordonError(error);
  const status = (error as FastifyError | undefined)?.statusCode ?? 500;
  // Fastify's own refusals: a body that is too large, no JSON, or of another type.
  if (status >= 400 && status < 500) {
    return make(status, 'invalid_request', (error as Error).message, ERRORS.INVALID_REQUEST);
  }
  return make(500, 'internal_error', 'Something went wrong inside the guard.', 'Look into the log of the guard.');
}

function ofCordonError({ code, message, advice, fields }: CordonError): Problem {
  const problem = make(STATUS[code] ?? 500, code.toLowerCase(), message, advice);
  return fields.length === 0 ? problem : { ...problem, errors: [...fields] };
}

function make(status: number, code: string, detail: string, advice: string): Problem {
  return { type: `urn:cordon:error:${code}`, title: TITLES[status] ?? 'Error', status, code, detail, advice };
}
