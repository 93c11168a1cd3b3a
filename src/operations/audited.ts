// Every change is authorized here, and every change and every refused one leaves a record, whoever asked and however it ended.
import { authorize } from '../access/authorize.ts';
import type { Action } from '../access/roles.ts';
import type { AuditRecord } from '../audit/audit-record.ts';
import { CordonError } from '../errors.ts';
import type { OperationPorts } from './ports.ts';
import { type RecordPorts, recordFailed, recordRequest } from './request-record.ts';
import type { Requester } from './requester.ts';
import { installationOf } from './scope.ts';

export interface AuditedChange<T> {
  /** The right that it needs; undefined for what is everybody's own. */
  readonly action: Action | undefined;
  /** The cmdlet's name, or where there is none a verb and a noun like one. */
  readonly operation: string;
  /** Whose thing it is, '' for the provider's own; for a new thing read from the result. */
  readonly organizationId: string | ((result: T) => string);
  /** What was changed; for a new thing read from the result. */
  readonly objectId: string | ((result: T) => string);
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Before and after of what is changed; or read from the result. */
  readonly changes?: AuditRecord['changes'] | ((result: T) => AuditRecord['changes']);
}

export type AuditedPorts = RecordPorts & Pick<OperationPorts, 'directory'>;

/**
 * Authorizes, acts and records: `act` may take the right for granted. An unblock that found nothing to end leaves no record, so that doing it
 * twice leaves one. A change that was made but could not be recorded is told as STORE_UNAVAILABLE.
 */
export async function audited<T>(
  ports: AuditedPorts,
  requester: Requester,
  change: AuditedChange<T>,
  act: () => Promise<T>,
): Promise<T> {
  const result = await authorized(ports, requester, change, act);
  const { operation } = change;
  const { parameters = change.parameters } = requester;
  const organizationId = resolve(change.organizationId, result);
  const objectId = resolve(change.objectId, result);
  try {
    const changes = typeof change.changes === 'function' ? change.changes(result) : change.changes;
    const what = { operation, organizationId, objectId, parameters, changes };
    await recordRequest(ports, requester, { ...what, result: 'Succeeded' });
  } catch (cause) {
    throw new CordonError('STORE_UNAVAILABLE', 'the change was made, but the audit log could not record it', { cause });
  }
  return result;
}

/** For what records itself how it went: FORBIDDEN and whatever else `act` throws are recorded, nothing else. */
export async function authorized<T>(
  ports: AuditedPorts,
  requester: Requester,
  change: AuditedChange<T>,
  act: () => Promise<T>,
): Promise<T> {
  requester.isAudited = true;
  try {
    demand(ports, requester, change.action);
    return await act();
  } catch (error) {
    await recordRefusal(ports, requester, change, error);
    throw error;
  }
}

function demand({ directory }: AuditedPorts, requester: Requester, action: Action | undefined): void {
  if (action === undefined) return;
  authorize(requester.principal, action, installationOf(directory));
  requester.authorizedFor = action;
}

function recordRefusal<T>(
  ports: AuditedPorts,
  requester: Requester,
  { operation, ...change }: AuditedChange<T>,
  error: unknown,
): Promise<void> {
  const code = error instanceof CordonError ? error.code : 'INTERNAL_ERROR';
  if (code === 'NOT_RESTRICTED') return Promise.resolve();
  const organizationId =
    typeof change.organizationId === 'string' ? change.organizationId : (requester.principal.organizationId ?? '');
  const objectId = typeof change.objectId === 'string' ? change.objectId : '';
  const { parameters = change.parameters } = requester;
  return recordFailed(ports, requester, { operation, organizationId, objectId, parameters }, code);
}

function resolve<T>(value: string | ((result: T) => string), result: T): string {
  return typeof value === 'string' ? value : value(result);
}
