import type { RoleName } from '../access/roles.ts';
import { accountsIn } from '../operations/accounts.ts';
import { tokensIn } from '../operations/api-tokens.ts';
import { type Call, cmdlet, type Row } from './cmdlet.ts';
import { existingRole, mayGive, ROLES } from './management-roles.ts';
import { boolean, flag, oneOf, text } from './parameter.ts';
import { inOrderOf } from './row-order.ts';

const ASSIGNEE_TYPES = ['RoleGroup', 'User', 'ServicePrincipal'] as const;

export const getManagementRoleAssignment = cmdlet({
  name: 'Get-ManagementRoleAssignment',
  synopsis: 'View who has a role, and who may give it.',
  description:
    'Each role is assigned to the role group of its name, whose members Get-RoleGroupMember lists; -GetEffectiveUsers lists them here, and the API tokens that have the role, as far as you may see those. A delegating assignment lets its group give the role: administrators give what they have themselves.',
  parameters: {
    Role: text({ pipeline: 'ByPropertyName', help: 'The name of a role, as Get-ManagementRole lists it.' }),
    RoleAssignee: text({ help: 'The name of a role group, an account or an API token.' }),
    RoleAssigneeType: oneOf(ASSIGNEE_TYPES, { help: 'What has it: ServicePrincipal is an API token.' }),
    Delegating: boolean({ help: '$true: only who may give the role; $false: only who has it.' }),
    GetEffectiveUsers: flag({
      help: 'Lists also accounts and API tokens one by one, as asking for one of them by -RoleAssignee does.',
    }),
  },
  action: 'roles.read',
  isChange: false,
  outputType: 'ManagementRoleAssignment',
  output: [
    { name: 'Name', type: 'String', help: 'Role and assignee.' },
    { name: 'Role', type: 'String', help: 'What is assigned.' },
    { name: 'RoleAssignee', type: 'String', help: 'As RoleAssigneeName.' },
    { name: 'RoleAssigneeName', type: 'String', help: 'To whom.' },
    { name: 'RoleAssigneeType', type: 'String', help: 'RoleGroup, User or ServicePrincipal (an API token).' },
    { name: 'AssignmentMethod', type: 'String', help: 'Direct, or RoleGroup for a member of one.' },
    { name: 'EffectiveUserName', type: 'String', help: 'All Group Members; with -GetEffectiveUsers who.' },
    { name: 'RoleAssignmentDelegationType', type: 'String', help: 'Regular, or DelegatingOrgWide: may give the role.' },
    { name: 'Enabled', type: 'Boolean', help: 'False for an account that is disabled.' },
    { name: 'Identity', type: 'String', help: 'As Name.' },
    { name: 'IsValid', type: 'Boolean', help: 'True.' },
    { name: 'AssigneeId', type: 'Guid', help: 'Of the account or API token; empty for a role group.' },
  ],
  examples: [
    {
      command:
        'Get-ManagementRoleAssignment -Role "Security Administrator" -Delegating $false | Format-Table -Auto Role,RoleAssigneeType,RoleAssigneeName',
      says: 'Shows to what a role is assigned.',
    },
    {
      command: 'Get-ManagementRoleAssignment -Role "Security Administrator" -GetEffectiveUsers',
      says: 'Lists the accounts and API tokens that have it, too.',
    },
  ],
  run: async ({ Role: wanted, RoleAssignee: who, RoleAssigneeType: type, Delegating, GetEffectiveUsers }, call) => {
    const roles = wanted === undefined ? ROLES : [existingRole(wanted)];
    const isOfEach = GetEffectiveUsers === true || who !== undefined || (type ?? 'RoleGroup') !== 'RoleGroup';
    const isWanted = ({ RoleAssigneeName, RoleAssigneeType, RoleAssignmentDelegationType }: Row): boolean =>
      (who === undefined || String(RoleAssigneeName).toLowerCase() === who.trim().toLowerCase()) &&
      (type === undefined || RoleAssigneeType === type) &&
      (Delegating === undefined || (RoleAssignmentDelegationType !== 'Regular') === Delegating);
    return roles
      .flatMap((role) => [...ofGroups(role), ...(isOfEach ? ofEach(role, call) : [])])
      .filter(isWanted)
      .sort(inOrderOf(keyOf));
  },
  targetOf: ({ Role = '' }) => Role,
  keyOf,
});

interface Assignment {
  readonly role: RoleName;
  readonly assignee: string;
  readonly type: (typeof ASSIGNEE_TYPES)[number];
  readonly isDelegating?: boolean;
  readonly enabled?: boolean;
  readonly id?: string;
}

/** Role by role: who has it, then who may give it. Tokens may share a name. */
function keyOf({ Role, RoleAssigneeType, RoleAssigneeName, RoleAssignmentDelegationType, AssigneeId }: Row): string {
  const delegation = RoleAssignmentDelegationType === 'Regular' ? 0 : 1;
  return [Role, delegation, RoleAssigneeType, RoleAssigneeName, AssigneeId].join('\t');
}

function ofGroups(role: RoleName): Row[] {
  const regular = { role, assignee: role, type: 'RoleGroup' } as const;
  const givers = ROLES.filter((giver) => mayGive(giver, role));
  return [regular, ...givers.map((assignee) => ({ ...regular, assignee, isDelegating: true }))].map(rowOf);
}

function ofEach(role: RoleName, { ports, requester, organizationId }: Call): Row[] {
  const { principal } = requester;
  const users = accountsIn(ports, principal, organizationId)
    .filter(({ roles }) => roles.includes(role))
    .map(({ id, name, enabled }) => rowOf({ role, assignee: name, type: 'User', enabled, id }));
  const tokens = tokensIn(ports, principal, organizationId)
    .filter(({ roles }) => roles.includes(role))
    .map(({ id, name }) => rowOf({ role, assignee: name, type: 'ServicePrincipal', id }));
  return [...users, ...tokens];
}

function rowOf({ role, assignee, type, isDelegating = false, enabled = true, id }: Assignment): Row {
  const name = `${role}-${assignee}${isDelegating ? '-Delegating' : ''}`;
  return {
    Name: name,
    Role: role,
    RoleAssignee: assignee,
    RoleAssigneeName: assignee,
    RoleAssigneeType: type,
    AssignmentMethod: type === 'User' ? 'RoleGroup' : 'Direct',
    EffectiveUserName: type === 'RoleGroup' ? 'All Group Members' : assignee,
    RoleAssignmentDelegationType: isDelegating ? 'DelegatingOrgWide' : 'Regular',
    Enabled: enabled,
    Identity: name,
    IsValid: true,
    AssigneeId: id ?? null,
  };
}
