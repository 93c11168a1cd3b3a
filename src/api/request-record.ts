// The audit record of a request: who asked, from where, and how it ended. Also of a change that was refused before its own door could record that.
import type { FastifyRequest } from 'fastify';
import type { AuditRecord } from '../audit/audit-record.ts';
import { CordonError, type ErrorCode } from '../errors.ts';
import { id } from './fields.ts';
import type { ApiPorts } from './ports.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** `audited()` has it, and records how it ends. */
    isAudited?: boolean;
  }
}

export type RecordPorts = Pick<ApiPorts, 'audit' | 'now' | 'randomUUID'>;
export type Recorded = Pick<
  AuditRecord,
  'operation' | 'organizationId' | 'objectId' | 'parameters' | 'changes' | 'result'
>;

const REFUSALS: ReadonlySet<ErrorCode> = new Set(['FORBIDDEN', 'CROSS_SITE', 'PASSWORD_CHANGE_NEEDED']);

/** On disk when it resolves; rejects with the store's error. */
export function recordRequest(
  { audit, now, randomUUID }: RecordPorts,
  { principal, ip: clientAddress }: FastifyRequest,
  what: Recorded,
): Promise<void> {
  const { id: userKey, name: by, kind } = principal;
  const userType = kind === 'token' ? 'Application' : 'Admin';
  return audit.append({ ...what, id: randomUUID(), at: now(), userType, userKey, by, clientAddress });
}

/** What cannot be recorded goes to the log: the refusal stands all the same. Never rejects. */
export async function recordFailed(
  ports: RecordPorts,
  request: FastifyRequest,
  what: Omit<Recorded, 'result' | 'changes'>,
  code: ErrorCode | 'INTERNAL_ERROR',
): Promise<void> {
  const parameters = { ...what.parameters, error: code.toLowerCase() };
  try {
    await recordRequest(ports, request, { ...what, parameters, result: 'Failed' });
  } catch (cause) {
    request.log.error({ err: cause, operation: what.operation }, 'a refused change could not be recorded');
  }
}

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
