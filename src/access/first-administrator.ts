// The account by which everything begins: `admin`, with a password that is told once and must be changed.
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import { oneTimePassword } from './new-password.ts';
import { hashPassword } from './password.ts';

export const FIRST_ADMINISTRATOR = 'admin';

export interface FirstAdministrator {
  readonly account: Account;
  readonly oneTimePassword: string;
}

/**
 * Makes the first administrator where there is no account at all; undefined where there is one. `mail` goes to an `admin` who
 * has no address. On disk when it resolves, or rejects with STORE_UNAVAILABLE.
 */
export async function ensureFirstAdministrator(
  accounts: Accounts,
  mail: string | undefined,
  randomBytes: (size: number) => Buffer,
): Promise<FirstAdministrator | undefined> {
  if (accounts.list().length > 0) {
    const admin = accounts.named(FIRST_ADMINISTRATOR);
    const lacksMail = admin?.kind === 'local' && admin.organizationId === undefined && admin.mail === undefined;
    if (lacksMail && mail !== undefined) await accounts.change(admin.id, { mail }, undefined);
    return undefined;
  }
  const password = oneTimePassword(randomBytes);
  const passwordHash = await hashPassword(password);
  const roles = ['Provider Administrator', 'Global Administrator'] as const;
  const account = await accounts.add({ name: FIRST_ADMINISTRATOR, mail, roles, passwordHash }, undefined);
  return { account, oneTimePassword: password };
}
