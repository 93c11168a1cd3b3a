import type { Account } from '../access/account.ts';
import { accountsIn } from '../operations/accounts.ts';
import { cmdlet, type Row } from './cmdlet.ts';
import { existingRole } from './management-roles.ts';
import { identity } from './role-group-member.ts';
import { inOrderOf } from './row-order.ts';

export const getRoleGroupMember = cmdlet({
  name: 'Get-RoleGroupMember',
  synopsis: 'View the accounts that have a role.',
  parameters: { Identity: identity },
  action: 'roles.read',
  isChange: false,
  outputType: 'RoleGroupMember',
  output: [
    { name: 'Name', type: 'String', help: 'What the account signs in with, and Remove-RoleGroupMember -Member takes.' },
    { name: 'RecipientType', type: 'String', help: 'User.' },
    { name: 'PrimarySmtpAddress', type: 'String', help: 'Where its notifications go; empty: nowhere.' },
    { name: 'Identity', type: 'String', help: 'As Name.' },
    { name: 'Guid', type: 'Guid', help: 'Of the account.' },
    { name: 'IsValid', type: 'Boolean', help: 'True.' },
    { name: 'Enabled', type: 'Boolean', help: 'False: it may not sign in.' },
    { name: 'Roles', type: 'String[]', help: 'All roles that it has.' },
    {
      name: 'RolesFrom',
      type: 'String',
      help: 'Local, or Provider: the sign-in provider asserts them, and they are changed there.',
    },
    { name: 'LastSignInTime', type: 'DateTime', help: 'Empty: never.' },
  ],
  examples: [
    { command: 'Get-RoleGroupMember -Identity "Organization Management"', says: 'Lists the members of a role group.' },
  ],
  run: async ({ Identity }, { ports, requester, organizationId }) => {
    const role = existingRole(Identity);
    return accountsIn(ports, requester.principal, organizationId)
      .filter(({ roles }) => roles.includes(role))
      .map(rowOf)
      .sort(inOrderOf(keyOf));
  },
  targetOf: ({ Identity }) => Identity,
  keyOf,
});

/** Names are unique whatever their case. */
function keyOf({ Name }: Row): string {
  return String(Name).toLowerCase();
}

function rowOf({ id, name, mail, enabled, roles, kind, lastSignInAt }: Account): Row {
  return {
    Name: name,
    RecipientType: 'User',
    PrimarySmtpAddress: mail ?? null,
    Identity: name,
    Guid: id,
    IsValid: true,
    Enabled: enabled,
    Roles: roles,
    RolesFrom: kind === 'federated' ? 'Provider' : 'Local',
    LastSignInTime: lastSignInAt === undefined ? null : new Date(lastSignInAt),
  };
}
