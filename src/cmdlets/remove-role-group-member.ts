import { removeRoleMember } from '../operations/accounts.ts';
import { cmdlet } from './cmdlet.ts';
import { MEMBER_PARAMETERS, memberNamed } from './role-group-member.ts';

export const removeRoleGroupMember = cmdlet({
  name: 'Remove-RoleGroupMember',
  synopsis: 'Take a role from an account.',
  description:
    'It acts at once, also on who is signed in and on his API tokens. The last local administrator of an organization keeps his role. Roles that a sign-in provider asserts are changed there.',
  parameters: MEMBER_PARAMETERS,
  action: 'roles.write',
  isChange: true,
  shouldProcess: {
    impact: 'High',
    asks: (given, call) => {
      memberNamed(given, call);
      const { Identity, Member } = given;
      return `Removing member "${Member}" from role group "${Identity}".`;
    },
  },
  output: [],
  examples: [
    {
      command: 'Remove-RoleGroupMember -Identity "Security Administrator" -Member anna',
      says: 'Asks, and then takes the role from anna.',
    },
  ],
  run: async (given, call) => {
    const { role, id } = memberNamed(given, call);
    await removeRoleMember(call.ports, call.requester, id, role);
    return [];
  },
  targetOf: ({ Identity }) => Identity,
});
