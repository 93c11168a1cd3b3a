import { unblock } from '../operations/restricted-entities.ts';
import { cmdlet } from './cmdlet.ts';
import { address, text } from './parameter.ts';
import { restrictedUsersNamed } from './restricted-user.ts';
import { unblockOrder } from './unblock-order.ts';

export const removeBlockedSenderAddress = cmdlet({
  name: 'Remove-BlockedSenderAddress',
  synopsis: 'Unblock users that may not send because they sent spam or exceeded a sending limit.',
  description:
    'Make sure first that the account is under control again: Cordon blocks it again within a handful of messages if the attacker is still there. The unblock acts at once, and as often as it is needed.',
  parameters: {
    SenderAddress: address({
      required: true,
      help: 'The blocked user that you want to unblock: the login, in any case. Get-BlockedSenderAddress shows it.',
    }),
    Reason: text({ help: 'Why you are unblocking the user; the audit log keeps it. At most 1 000 characters.' }),
  },
  action: 'restricted-entities.write',
  isChange: true,
  output: [],
  examples: [
    {
      command: 'Remove-BlockedSenderAddress -SenderAddress julia@contoso.com -Reason "Password changed"',
      says: 'Unblocks the specified user.',
    },
  ],
  run: async ({ SenderAddress: login, Reason: reason }, { ports, requester, organizationId }) => {
    const order = unblockOrder(reason);
    for (const { entityId } of restrictedUsersNamed(ports, organizationId, login)) {
      await unblock(ports, requester, entityId, order);
    }
    return [];
  },
  targetOf: ({ SenderAddress }) => SenderAddress,
});
