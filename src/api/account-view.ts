// How accounts, and what was changed about them, are shown.
import { z } from 'zod';
import type { Account } from '../access/account.ts';
import type { AccountChanges } from '../access/accounts.ts';
import type { RoleName } from '../access/roles.ts';
import type { AuditedChange as Change } from '../audit/audit-record.ts';
import { toOptionalTime, toTime } from './fields.ts';

export const accountSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    mail: z.string().optional(),
    organizationId: z.string().optional().describe('Absent: the provider, over all organizations.'),
    roles: z.array(z.string()),
    kind: z.enum(['local', 'federated']).describe('federated: signs in at a provider, which asserts its roles.'),
    issuer: z.string().optional(),
    enabled: z.boolean(),
    mustChangePassword: z.boolean(),
    hasSecondFactor: z.boolean(),
    createdAt: z.string(),
    lastSignInAt: z.string().optional(),
  })
  .meta({ id: 'Account' });

export function presentAccount(account: Account): z.output<typeof accountSchema> {
  const { id, name, mail, organizationId, roles, kind, issuer, enabled, mustChangePassword } = account;
  return {
    id,
    name,
    mail,
    organizationId,
    roles: [...roles],
    kind,
    issuer,
    enabled,
    mustChangePassword,
    hasSecondFactor: account.totpSecret !== undefined,
    createdAt: toTime(account.createdAt),
    lastSignInAt: toOptionalTime(account.lastSignInAt),
  };
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
    changes: [{ name: 'roles', before: had, after: [...after].sort() }],
  }));
}
