import { ACTIONS, actionsOf, PERMISSIONS, type RoleName } from '../access/roles.ts';
import { type Call, type Cmdlet, cmdlet, type Row } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { existingRole, hasRights, ROLES, rightsOf } from './management-roles.ts';
import { text, texts } from './parameter.ts';

/** `cmdlets`: the whole table, which this is a part of. */
export function getManagementRole(cmdlets: () => readonly Cmdlet[]): Cmdlet {
  return cmdlet({
    name: 'Get-ManagementRole',
    synopsis: 'View roles, and find those that may run a cmdlet.',
    description:
      'With -Cmdlet it lists the roles that may run it, with -CmdletParameters those that may give these parameters, too. Get-ManagementRoleAssignment tells who has them.',
    parameters: {
      Identity: text({ position: 0, pipeline: 'ByPropertyName', help: 'The name of a role.' }),
      Cmdlet: text({ help: 'The name of a cmdlet, for example Remove-BlockedConnector.' }),
      CmdletParameters: texts({ help: 'Parameters of that cmdlet.' }),
    },
    action: 'roles.read',
    isChange: false,
    outputType: 'ManagementRole',
    output: [
      { name: 'Name', type: 'String', help: 'What Get-ManagementRoleAssignment -Role takes.' },
      { name: 'RoleType', type: 'String', help: 'The name without spaces.' },
      { name: 'Description', type: 'String', help: 'What it lets one do.' },
      { name: 'RoleEntries', type: 'String[]', help: 'The cmdlets that it lets one run.' },
      { name: 'IsRootRole', type: 'Boolean', help: 'True: roles are not made from others.' },
      { name: 'IsEndUserRole', type: 'Boolean', help: 'False.' },
      { name: 'Identity', type: 'String', help: 'As Name.' },
      { name: 'IsValid', type: 'Boolean', help: 'True.' },
      { name: 'Rights', type: 'String[]', help: 'As docs/roles.md names them.' },
    ],
    examples: [
      {
        command: 'Get-ManagementRole -Cmdlet Remove-BlockedConnector',
        says: 'Lists the roles that may unblock connectors.',
      },
      {
        command: `$Perms = Get-ManagementRole -Cmdlet Remove-BlockedConnector
$Perms | foreach {Get-ManagementRoleAssignment -Role $_.Name -Delegating $false | Format-Table -Auto Role,RoleAssigneeType,RoleAssigneeName}`,
        says: 'Finds the permissions that are required to run a cmdlet.',
      },
    ],
    run: async ({ Identity: identity, Cmdlet: name, CmdletParameters: parameters = [] }, call) => {
      if (name === undefined && parameters.length > 0) throw CmdletError.unknownParameter('CmdletParameters');
      const wanted = identity === undefined ? ROLES : [existingRole(identity)];
      const rights = name === undefined ? [] : rightsOf(existingCmdlet(cmdlets(), name), parameters);
      return wanted.filter((role) => hasRights(role, rights, call)).map((role) => rowOf(role, cmdlets(), call));
    },
    targetOf: ({ Identity, Cmdlet = '' }) => Identity ?? Cmdlet,
    keyOf: ({ Name }) => Name as string,
  });
}

function existingCmdlet(cmdlets: readonly Cmdlet[], wanted: string): Cmdlet {
  const found = cmdlets.find(({ name }) => name.toLowerCase() === wanted.trim().toLowerCase());
  if (found === undefined) throw CmdletError.notFound(wanted);
  return found;
}

function rowOf(role: RoleName, cmdlets: readonly Cmdlet[], call: Call): Row {
  const rights = ACTIONS.filter((action) => actionsOf([role]).has(action));
  const entries = cmdlets.filter((one) => hasRights(role, [one.action], call)).map(({ name }) => name);
  return {
    Name: role,
    RoleType: role.replaceAll(/[^A-Za-z]/g, ''),
    Description: `May ${rights.map((right) => PERMISSIONS[right].what).join('; ')}.`,
    RoleEntries: entries.sort(),
    IsRootRole: true,
    IsEndUserRole: false,
    Identity: role,
    IsValid: true,
    Rights: rights,
  };
}
