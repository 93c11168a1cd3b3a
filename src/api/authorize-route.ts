// That every route says which right it needs, and that it is asked for: reads before anything else is looked at, changes by
// `audited()`, so that the refusal leaves its record. One that never came there leaves it here.
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { authorize } from '../access/authorize.ts';
import type { Action } from '../access/roles.ts';
import type { Directory } from '../attribution/directory.ts';
import { CordonError } from '../errors.ts';
import type { RecordPorts } from '../operations/request-record.ts';
import { installationOf } from '../operations/scope.ts';
import type { ApiPorts } from './ports.ts';
import { sendProblem, toProblem } from './problem.ts';
import { isChange, recordUnaudited } from './request-record.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The right that was asked for and is there. */
    authorizedFor?: Action;
  }
}

/**
 * For a scope whose requests all have a principal. Registering a route without `config.action` throws. A change that answers
 * well without having been authorized is a mistake of ours, told as an internal error. Whoever may not hears that and
 * nothing else, also where his request is wrong in other ways.
 */
export function guardRoutes(scope: FastifyInstance, ports: Pick<ApiPorts, 'directory'> & RecordPorts): void {
  const { directory } = ports;
  scope.addHook('onRoute', refuseWithoutAction);
  scope.addHook('preValidation', async (request) => {
    if (!isChange(request)) authorizeRequest(request, directory);
  });
  scope.addHook('onSend', async (request, reply) => {
    if (reply.statusCode >= 400 || request.authorizedFor !== undefined) return;
    throw new Error(`${request.method} ${request.routeOptions.url} answered without having been authorized`);
  });
  recordRefusals(scope, ports, (error, request) => refusalBefore(error, request, directory));
}

/** Whatever change is refused in this scope to somebody who is known stands in the audit log. `told`: what is answered in place of the error. */
export function recordRefusals(
  scope: FastifyInstance,
  ports: RecordPorts,
  told: (error: unknown, request: FastifyRequest) => unknown = (error) => error,
): void {
  scope.setErrorHandler(async (error, request, reply) => {
    const answered = told(error, request);
    await recordUnaudited(ports, request, answered);
    return sendProblem(answered, request, reply);
  });
}

/** FORBIDDEN where the principal may not do what the route declares; nothing for a route outside the guarded scope. */
export function authorizeRequest(request: FastifyRequest, directory: Directory): void {
  const { action } = request.routeOptions.config;
  if (action === undefined) return;
  authorize(request.principal, action, installationOf(directory));
  request.authorizedFor = action;
}

function refuseWithoutAction({ method, url, config }: RouteOptions): void {
  if (config?.action === undefined) throw new Error(`${method} ${url} declares no config.action`);
}

/** What else was wrong with it is not for him. */
function refusalBefore(error: unknown, request: FastifyRequest, directory: Directory): unknown {
  const { principal, authorizedFor, routeOptions } = request as Partial<FastifyRequest>;
  const action = routeOptions?.config.action;
  if (principal === undefined || action === undefined || authorizedFor !== undefined) return error;
  // Ours to mend: it goes to the log. And where he should ask from, or what to do first, comes before what he may.
  if (toProblem(error).status >= 500 || isOfSignIn(error)) return error;
  try {
    authorize(principal, action, installationOf(directory));
    return error;
  } catch (refusal) {
    return refusal;
  }
}

function isOfSignIn(error: unknown): boolean {
  return error instanceof CordonError && ['CROSS_SITE', 'PASSWORD_CHANGE_NEEDED'].includes(error.code);
}
