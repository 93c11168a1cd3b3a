// The audit record of what somebody asked for: who, from where, and how it ended.
import type { AuditRecord } from '../audit/audit-record.ts';
import type { ErrorCode } from '../errors.ts';
import type { OperationPorts } from './ports.ts';
import type { Requester } from './requester.ts';

export type RecordPorts = Pick<OperationPorts, 'audit' | 'now' | 'randomUUID'>;
export type Recorded = Pick<
  AuditRecord,
  'operation' | 'organizationId' | 'objectId' | 'parameters' | 'changes' | 'result'
>;

/** On disk when it resolves; rejects with the store's error. */
export function recordRequest(
  { audit, now, randomUUID }: RecordPorts,
  { principal, ip: clientAddress }: Requester,
  what: Recorded,
): Promise<void> {
  const { id: userKey, name: by, kind } = principal;
  const userType = kind === 'token' ? 'Application' : 'Admin';
  return audit.append({ ...what, id: randomUUID(), at: now(), userType, userKey, by, clientAddress });
}

/** What cannot be recorded goes to the log: the refusal stands all the same. Never rejects. */
export async function recordFailed(
  ports: RecordPorts,
  requester: Requester,
  what: Omit<Recorded, 'result' | 'changes'>,
  code: ErrorCode | 'INTERNAL_ERROR',
): Promise<void> {
  const parameters = { ...what.parameters, error: code.toLowerCase() };
  try {
    await recordRequest(ports, requester, { ...what, parameters, result: 'Failed' });
  } catch (cause) {
    requester.log.error({ err: cause, operation: what.operation }, 'a refused change could not be recorded');
  }
}
