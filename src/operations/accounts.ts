// Accounts, and the roles that they have: changed by whoever may. Another organization's account is answered like one that is not there.
import type { Account } from '../access/account.ts';
import type { AccountChanges } from '../access/accounts.ts';
import type { Principal } from '../access/principal.ts';
import type { RoleName } from '../access/roles.ts';
import type { AuditedChange as Change } from '../audit/audit-record.ts';
import { CordonError } from '../errors.ts';
import { audited } from './audited.ts';
import type { OperationPorts } from './ports.ts';
import type { Requester } from './requester.ts';
import { actsIn } from './scope.ts';

const action = 'roles.write';

/**
 * One change, atomic; a record for what was said of the account, and one each for roles given and taken. NOT_FOUND, NAME_TAKEN, LAST_ADMINISTRATOR,
 * FORBIDDEN, INVALID_REQUEST, STORE_UNAVAILABLE.
 */
export async function changeAccount(
  ports: OperationPorts,
  requester: Requester,
  accountId: string,
  changes: AccountChanges,
): Promise<Account> {
  const { principal } = requester;
  const before = accountSeen(ports, principal, accountId);
  const about = aboutAccount(ports, principal, accountId);
  let made: Promise<Account> | undefined;
  const act = async () => {
    const account = existingAccount(ports, principal, accountId);
    const givesRole = changes.roles?.some((role) => !account.roles.includes(role)) === true;
    if (givesRole || (changes.enabled === true && !account.enabled)) refuseToken(principal);
    return ports.accounts.change(account.id, changes, principal);
  };
  const { roles: _, ...others } = changes;
  const records = [
    ...(Object.values(others).some((value) => value !== undefined) || changes.roles === undefined
      ? [{ operation: 'Set-Account', parameters: others, changes: changesOf(before, others) }]
      : []),
    ...roleChanges(before, changes.roles),
  ];
  for (const record of records) {
    await audited(ports, requester, { action, ...record, ...about }, () => {
      made ??= act();
      return made;
    });
  }
  return made!;
}

/** What else becomes of his roles meanwhile stays. Errors as `changeAccount`. */
export function addRoleMember(
  ports: OperationPorts,
  requester: Requester,
  accountId: string,
  role: RoleName,
): Promise<Account> {
  const { principal } = requester;
  const change = {
    operation: 'Add-RoleGroupMember',
    changes: ({ roles }: Account) => roleChange(without(roles, role), roles),
  };
  return audited(ports, requester, { ...change, ...memberOf(ports, principal, accountId, role) }, async () => {
    refuseToken(principal);
    return ports.accounts.giveRole(existingAccount(ports, principal, accountId).id, role, principal);
  });
}

/** What else becomes of his roles meanwhile stays. Errors as `changeAccount`. */
export function removeRoleMember(
  ports: OperationPorts,
  requester: Requester,
  accountId: string,
  role: RoleName,
): Promise<Account> {
  const { principal } = requester;
  const change = {
    operation: 'Remove-RoleGroupMember',
    changes: ({ roles }: Account) => roleChange([...roles, role].sort(), roles),
  };
  return audited(ports, requester, { ...change, ...memberOf(ports, principal, accountId, role) }, async () =>
    ports.accounts.takeRole(existingAccount(ports, principal, accountId).id, role, principal),
  );
}

function memberOf(ports: OperationPorts, principal: Principal, accountId: string, role: RoleName) {
  const parameters = { Identity: [role], Member: accountSeen(ports, principal, accountId)?.name };
  return { action, parameters, ...aboutAccount(ports, principal, accountId) } as const;
}

/** By name: who may act in the organization and is seen. The provider's own are seen by who sees all organizations. */
export function accountsIn(
  { accounts }: Pick<OperationPorts, 'accounts'>,
  principal: Principal,
  organizationId: string,
): readonly Account[] {
  const all = accounts.list(principal.organizationId);
  return all.filter(({ organizationId: owner }) => actsIn(organizationId, owner, principal));
}

/** As the principal sees it; undefined for another organization's as for one that is not there. */
function accountSeen({ accounts }: OperationPorts, { organizationId }: Principal, id: string): Account | undefined {
  return accounts.list(organizationId).find((account) => account.id === id);
}

/** NOT_FOUND. */
export function existingAccount(ports: OperationPorts, principal: Principal, id: string): Account {
  const account = accountSeen(ports, principal, id);
  if (account === undefined) throw new CordonError('NOT_FOUND', `no account ${id}`);
  return account;
}

/** Whose it is, and what, for the audit log. */
export function aboutAccount(ports: OperationPorts, principal: Principal, id: string) {
  const account = accountSeen(ports, principal, id);
  const own = principal.organizationId ?? '';
  return { organizationId: account === undefined ? own : (account.organizationId ?? ''), objectId: id };
}

/** A token is gone with its maker, and makes no tokens: so it lets nobody in either who would stay. Taking away is open to it. */
export function refuseToken({ kind }: Principal): void {
  if (kind !== 'token') return;
  throw new CordonError(
    'FORBIDDEN',
    'a token lets nobody in: sign in, or use the command line on the guard’s own host',
  );
}

/** Before and after of what is really another. */
export function changesOf(
  before: Account | undefined,
  { name, mail, enabled }: Omit<AccountChanges, 'roles'>,
): readonly Change[] {
  const after = { name, mail, enabled };
  return Object.entries(after).flatMap(([field, value]) => {
    const was = before?.[field as keyof typeof after];
    const is = value === '' ? undefined : value;
    return value === undefined || was === is ? [] : [{ name: field, before: was, after: is }];
  });
}

/** What the audit log says of roles given and taken: an operation each. */
export function roleChanges(before: Account | undefined, after: readonly RoleName[] | undefined) {
  if (after === undefined) return [];
  const had = before?.roles ?? [];
  const sides = [
    { operation: 'Add-RoleGroupMember', roles: after.filter((role) => !had.includes(role)) },
    { operation: 'Remove-RoleGroupMember', roles: had.filter((role) => !after.includes(role)) },
  ];
  const real = sides.filter(({ roles }) => roles.length > 0);
  // Nothing is given or taken: what is refused all the same must be recorded.
  return (real.length > 0 ? real : sides.slice(0, 1)).map(({ operation, roles }) => ({
    operation,
    parameters: { Identity: roles, Member: before?.name },
    changes: roleChange(had, [...after].sort()),
  }));
}

function roleChange(before: readonly RoleName[], after: readonly RoleName[]): readonly Change[] {
  return [{ name: 'roles', before, after }];
}

function without(roles: readonly RoleName[], role: RoleName): readonly RoleName[] {
  return roles.filter((one) => one !== role);
}
