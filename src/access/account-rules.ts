// What may not become of accounts, whoever asks. Pure: the accounts before and after, and what the giver may do himself.
import { CordonError } from '../errors.ts';
import type { Account } from './account.ts';
import { type Action, actionsOf, PROVIDER_ROLE, type RoleName } from './roles.ts';

/** Who gives and takes; undefined: the guard itself, for its first administrator. */
export type Giver = { readonly actions: ReadonlySet<Action> } | undefined;

/** The provider's role reaches over all organizations, so nobody in one of them has it. */
export function refuseForeignRole({ organizationId, roles }: Pick<Account, 'organizationId' | 'roles'>): void {
  if (organizationId === undefined || !roles.includes(PROVIDER_ROLE)) return;
  const message = `${PROVIDER_ROLE} is for accounts of the provider, not of an organization`;
  throw new CordonError('INVALID_REQUEST', message, { fields: [{ path: 'roles', message }] });
}

/** Nobody gives what he has not, nor lays hands on an account that may do more than he. */
export function refuseExcess(giver: Giver, roles: readonly RoleName[]): void {
  if (giver === undefined) return;
  const missing = actionsOf(roles).difference(giver.actions);
  if (missing.size === 0) return;
  throw new CordonError('FORBIDDEN', `${roles.join(', ')} may do more than you: only who has these rights gives them`);
}

/** Where an organization, or the provider, has an administrator who can always sign in here, one must remain. */
export function refuseLast(before: Account | undefined, after: Account | undefined, all: readonly Account[]): void {
  if (before === undefined || !isAdministrator(before) || (after !== undefined && isAdministrator(after))) return;
  const others = all.filter(({ id, organizationId }) => id !== before.id && organizationId === before.organizationId);
  if (others.some(isAdministrator)) return;
  throw new CordonError('LAST_ADMINISTRATOR', `${before.name} is the last local administrator here`);
}

function isAdministrator({ kind, enabled, roles }: Account): boolean {
  return kind === 'local' && enabled && actionsOf(roles).has('roles.write');
}
