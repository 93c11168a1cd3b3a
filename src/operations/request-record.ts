// The audit record of what somebody asked for: who, from where, and how it ended.
import type { AuditRecord } from '../audit/audit-record.ts';
import type { ErrorCode } from '../errors.ts';
import type { OperationPorts } from './ports.ts';
import { boundedChanges, boundedParameters, noteOf, OF_ACTS, OF_REFUSALS } from './record-bounds.ts';
import type { Requester } from './requester.ts';

export type RecordPorts = Pick<OperationPorts, 'audit' | 'now' | 'randomUUID'>;
export type Recorded = Pick<
  AuditRecord,
  'operation' | 'organizationId' | 'objectId' | 'parameters' | 'changes' | 'result'
>;

/** On disk when it resolves, with long values cut; rejects with the store's error. */
export async function recordRequest(
  { audit, now, randomUUID }: RecordPorts,
  { principal, ip: clientAddress }: Requester,
  what: Recorded,
): Promise<void> {
  const { id: userKey, name: by, kind } = principal;
  const userType = kind === 'token' ? 'Application' : 'Admin';
  await audit.append({ ...what, ...bounded(what), id: randomUUID(), at: now(), userType, userKey, by, clientAddress });
}

function bounded({ parameters: given, changes: made, objectId }: Recorded) {
  const { changes, cut } = boundedChanges(made ?? [], OF_ACTS);
  const parameters = boundedParameters(given, OF_ACTS);
  return {
    objectId: objectId.slice(0, LONGEST_OBJECT_ID),
    parameters: cut === 0 ? parameters : { ...parameters, changesCut: noteOf(cut, 0) },
    changes: made && changes,
  };
}

/** No id or domain is longer. */
const LONGEST_OBJECT_ID = 1_000;

/** What cannot be recorded goes to the log: the refusal stands all the same. Never rejects. */
export async function recordFailed(
  ports: RecordPorts,
  requester: Requester,
  what: Omit<Recorded, 'result' | 'changes'>,
  code: ErrorCode | 'INTERNAL_ERROR',
): Promise<void> {
  try {
    const given = code === 'FORBIDDEN' ? boundedParameters(what.parameters, OF_REFUSALS) : what.parameters;
    const parameters = { ...given, error: code.toLowerCase() };
    await recordRequest(ports, requester, { ...what, parameters, result: 'Failed' });
  } catch (cause) {
    requester.log.error({ err: cause, operation: what.operation }, 'a refused change could not be recorded');
  }
}
