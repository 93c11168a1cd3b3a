// The typed Fastify instance that resources register their routes on, and what each route says of itself.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Action } from '../access/roles.ts';
import { problemSchema } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** When it came in: milliseconds of the monotonic clock. */
    arrivedAt: number;
  }
  interface FastifyContextConfig {
    /** What the principal must be allowed to do; a route of the guarded scope without it is a mistake that ends the start. */
    action?: Action;
    /** Of a POST: it changes nothing, and is authorized like a GET, without an audit record. */
    readOnly?: boolean;
    /** May be asked by somebody who must change his password first. */
    beforePasswordChange?: boolean;
  }
}

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Every route may refuse; OpenAPI says so once for each. */
export const refusals = { '4xx': problemSchema, '5xx': problemSchema } as const;
