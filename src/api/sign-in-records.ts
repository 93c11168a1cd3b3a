// Sign-ins in the audit log, under the names of the common schema. No password ever comes here.
import type { FastifyRequest } from 'fastify';
import type { Account } from '../access/account.ts';
import { CordonError } from '../errors.ts';
import { printable } from '../mail/address.ts';
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
