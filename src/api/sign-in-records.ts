// Sign-ins in the audit log, under the names of the common schema. No password ever comes here.
import type { FastifyRequest } from 'fastify';
import type { Account } from '../access/account.ts';
import type { AssertedChange } from '../access/accounts.ts';
import { type AuditRecord, SERVICE } from '../audit/audit-record.ts';
import { CordonError } from '../errors.ts';
import { printable } from '../mail/address.ts';
import { changesOf, roleChanges } from '../operations/accounts.ts';
import type { ApiPorts } from './ports.ts';

const LONGEST_NAME = 100;

export interface SignInRecord {
  readonly operation: 'UserLoggedIn' | 'UserLoginFailed' | 'UserLoggedOut';
  /** Undefined: nobody of that name. */
  readonly account?: Account | undefined;
  /** As it was typed or asserted. */
  readonly name: string;
  /** How: a password, or the name of a provider. */
  readonly method: string;
  /** Of a failure, a code of src/errors.ts in lower case. */
  readonly error?: string | undefined;
}

/** On disk when it resolves. Rejects with STORE_UNAVAILABLE. */
export async function recordSignIn(
  { audit, counters, now, randomUUID }: ApiPorts,
  request: FastifyRequest,
  { operation, account, name, method, error }: SignInRecord,
): Promise<void> {
  if (operation !== 'UserLoggedOut') counters.signIns[operation === 'UserLoggedIn' ? 'succeeded' : 'failed']++;
  try {
    await audit.append({
      id: randomUUID(),
      at: now(),
      organizationId: account?.organizationId ?? '',
      operation,
      userType: 'Admin',
      userKey: account?.id ?? '',
      by: printable((account?.name ?? name).slice(0, LONGEST_NAME)),
      clientAddress: request.ip,
      objectId: account?.id ?? '',
      parameters: { method, ...(error === undefined ? {} : { error }) },
      result: operation === 'UserLoginFailed' ? 'Failed' : 'Succeeded',
    });
  } catch (cause) {
    throw new CordonError('STORE_UNAVAILABLE', 'the audit log could not record the sign-in', { cause });
  }
}

/** What the word of a sign-in provider made of an account: the service's own act. Rejects with STORE_UNAVAILABLE. */
export async function recordAsserted(
  { audit, now, randomUUID }: ApiPorts,
  change: AssertedChange,
  provider: string,
): Promise<void> {
  const { id: objectId, organizationId = '' } = change.after;
  try {
    for (const { parameters, ...act } of actsOf(change)) {
      await audit.append({
        ...{ id: randomUUID(), at: now(), organizationId, ...SERVICE, objectId, ...act },
        ...{ parameters: { ...parameters, provider }, result: 'Succeeded' },
      });
    }
  } catch (cause) {
    const message = 'the account was changed, but the audit log could not record it';
    throw new CordonError('STORE_UNAVAILABLE', message, { cause });
  }
}

function actsOf({
  before,
  after,
}: AssertedChange): readonly Pick<AuditRecord, 'operation' | 'parameters' | 'changes'>[] {
  const { name, mail, roles } = after;
  if (before === undefined) return [{ operation: 'New-Account', parameters: { name, mail, roles } }];
  const changes = changesOf(before, { mail });
  return [
    ...(changes.length === 0 ? [] : [{ operation: 'Set-Account', parameters: { mail }, changes }]),
    ...(before.roles.join() === roles.join() ? [] : roleChanges(before, roles)),
  ];
}

/** A failure is told as such, whether it could be recorded or not. */
export async function recordFailedSignIn(
  ports: ApiPorts,
  request: FastifyRequest,
  record: Omit<SignInRecord, 'operation'>,
): Promise<void> {
  await recordSignIn(ports, request, { ...record, operation: 'UserLoginFailed' }).catch((error: unknown) =>
    request.log.error({ err: error }, 'a failed sign-in could not be recorded'),
  );
}
