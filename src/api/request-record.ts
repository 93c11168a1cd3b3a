// The audit record of a change that was refused before its own door could record that.
import type { FastifyRequest } from 'fastify';
import { CordonError, type ErrorCode } from '../errors.ts';
import { type RecordPorts, recordFailed } from '../operations/request-record.ts';
import { id } from './fields.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** `audited()` has it, and records how it ends. */
    isAudited?: boolean;
  }
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set(['FORBIDDEN', 'CROSS_SITE', 'PASSWORD_CHANGE_NEEDED']);

/**
 * For the error handler: a change that somebody known may not make, and that never came to `audited()`, is recorded as method and
 * route (`POST /connectors`) in his own organization's log, without what he sent. Never rejects.
 */
export async function recordUnaudited(ports: RecordPorts, request: FastifyRequest, error: unknown): Promise<void> {
  const { principal, isAudited, method, routeOptions } = request as Partial<FastifyRequest> & FastifyRequest;
  if ((principal as unknown) === undefined || isAudited === true || !isChange(request)) return;
  if (!(error instanceof CordonError) || !REFUSALS.has(error.code)) return;
  const operation = `${method} ${(routeOptions.url ?? '').replace('/api/v1', '')}`;
  const named = id.safeParse((request.params as { readonly id?: unknown } | undefined)?.id);
  const objectId = named.success ? named.data : '';
  const organizationId = principal.organizationId ?? '';
  await recordFailed(ports, request, { operation, organizationId, objectId, parameters: {} }, error.code);
}

export function isChange({ method, routeOptions }: FastifyRequest): boolean {
  return method !== 'GET' && routeOptions.config.readOnly !== true;
}
