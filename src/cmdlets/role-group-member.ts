// Members of role groups: accounts that have the role of that name.
import { type Account, nameKey } from '../access/account.ts';
import type { RoleName } from '../access/roles.ts';
import { accountsIn } from '../operations/accounts.ts';
import type { Call } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { existingRole } from './management-roles.ts';
import { flag, text } from './parameter.ts';

export const identity = text({
  required: true,
  position: 0,
  pipeline: 'ByPropertyName',
  help: 'The role group: the name of a role, as Get-ManagementRole lists it.',
});

/** Of whoever gives and takes a role. */
export const MEMBER_PARAMETERS = {
  Identity: identity,
  Member: text({ required: true, help: 'The account: its sign-in name, its GUID or its mail address.' }),
  BypassSecurityGroupManagerCheck: flag({
    help: 'Acts also where you do not manage the group.',
    ignored: 'role groups have no managers.',
  }),
};

/** By sign-in name in any case, by id, or by mail address where only one has it. CmdletError for what is not there, or not seen. */
function existingMember(wanted: string, { ports, requester, organizationId }: Call): Account {
  const key = nameKey(wanted.trim());
  const all = accountsIn(ports, requester.principal, organizationId);
  const named = all.find(({ id, name }) => id === key || nameKey(name) === key);
  const addressed = all.filter(({ mail }) => mail !== undefined && nameKey(mail) === key);
  const found = named ?? (addressed.length === 1 ? addressed[0] : undefined);
  if (found === undefined) throw CmdletError.notFound(wanted);
  return found;
}

interface Wanted {
  /** Of the role group. */
  readonly Identity: string;
  readonly Member: string;
}

/** Who may get the role. CmdletError for a role or an account that is not there, and for who has it. */
export function newMember({ Identity, Member }: Wanted, call: Call): { readonly role: RoleName; readonly id: string } {
  const role = existingRole(Identity);
  const { id, name, roles } = existingMember(Member, call);
  if (roles.includes(role)) throw alreadyMember(name, role);
  return { role, id };
}

/** Who has the role. CmdletError for a role or an account that is not there, and for who has it not. */
export function memberNamed(
  { Identity, Member }: Wanted,
  call: Call,
): { readonly role: RoleName; readonly id: string } {
  const role = existingRole(Identity);
  const { id, name, roles } = existingMember(Member, call);
  if (!roles.includes(role)) throw noMember(name, role);
  return { role, id };
}

function alreadyMember(member: string, group: string): CmdletError {
  return new CmdletError(`The recipient "${member}" is already a member of the group "${group}".`, {
    type: 'Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException',
    category: 'ResourceExists',
    errorId: 'MemberAlreadyExistsException',
    target: group,
  });
}

function noMember(member: string, group: string): CmdletError {
  return new CmdletError(`The recipient "${member}" isn't a member of the group "${group}".`, {
    type: 'Microsoft.Exchange.Management.Tasks.MemberNotFoundException',
    category: 'ObjectNotFound',
    errorId: 'MemberNotFoundException',
    target: group,
  });
}
