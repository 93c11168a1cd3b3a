// A person who may sign in: kept here with a password (local), or known by what a sign-in provider asserts (federated).
import { CordonError } from '../errors.ts';
import type { RoleName } from './roles.ts';
import { refuseServiceName } from './service-name.ts';

export interface Account {
  /** GUID. */
  readonly id: string;
  /** What he signs in with; unique whatever its case. */
  readonly name: string;
  /** Where notifications for administrators go. */
  readonly mail?: string | undefined;
  /** Undefined: the provider's, over all organizations. */
  readonly organizationId?: string | undefined;
  readonly roles: readonly RoleName[];
  readonly kind: 'local' | 'federated';
  /** Federated: who asserts, and whom. */
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
  /** Local: argon2id, as a PHC string. */
  readonly passwordHash?: string | undefined;
  /** He may do nothing else until he has. */
  readonly mustChangePassword: boolean;
  /** Base32; undefined: no second factor. */
  readonly totpSecret?: string | undefined;
  /** Of the last code that was taken; that code and older ones are spent. */
  readonly totpStep?: number | undefined;
  readonly enabled: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastSignInAt?: number | undefined;
}

const LONGEST_NAME = 100;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]*$/u;

/** Two names with the same key are one name. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** INVALID_REQUEST for what cannot be a sign-in name: it goes into mail, logs and tables as it is. Nor is anybody called as the service is. */
export function refuseBadName(name: string): void {
  refuseServiceName(name);
  if (name.length <= LONGEST_NAME && NAME.test(name)) return;
  const message = `must be 1 to ${LONGEST_NAME} letters, digits, '.', '_', '@', '+' or '-', a letter or digit first`;
  throw new CordonError('INVALID_REQUEST', `name ${message}`, { fields: [{ path: 'name', message }] });
}

/** What a sign-in provider calls somebody, as a name that is allowed. */
export function toName(asserted: string): string {
  const name = asserted
    .slice(0, LONGEST_NAME)
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}._@+-]+/gu, '_')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, LONGEST_NAME);
  return name === '' ? 'somebody' : name;
}
