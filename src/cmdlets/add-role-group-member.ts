import { addRoleMember } from '../operations/accounts.ts';
import { cmdlet } from './cmdlet.ts';
import { MEMBER_PARAMETERS, newMember } from './role-group-member.ts';

export const addRoleGroupMember = cmdlet({
  name: 'Add-RoleGroupMember',
  synopsis: 'Give an account a role.',
  description:
    'Nobody gives what he has not himself. An API token lets nobody in: this needs somebody who signed in, or the command line on the guard’s own host. Roles that a sign-in provider asserts are changed there.',
  parameters: MEMBER_PARAMETERS,
  action: 'roles.write',
  isChange: true,
  shouldProcess: {
    impact: 'Medium',
    asks: (given, call) => {
      newMember(given, call);
      const { Identity, Member } = given;
      return `Adding member "${Member}" to role group "${Identity}".`;
    },
  },
  output: [],
  examples: [
    {
      command: 'Add-RoleGroupMember -Identity "Security Administrator" -Member anna',
      says: 'Lets anna restrict and unblock.',
    },
  ],
  run: async (given, call) => {
    const { role, id } = newMember(given, call);
    await addRoleMember(call.ports, call.requester, id, role);
    return [];
  },
  targetOf: ({ Identity }) => Identity,
});
