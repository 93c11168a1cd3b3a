import { restrictionSeen, unblock } from '../operations/restricted-entities.ts';
import { cmdlet } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { guid, text } from './parameter.ts';
import { unblockOrder } from './unblock-order.ts';

export const removeBlockedConnector = cmdlet({
  name: 'Remove-BlockedConnector',
  synopsis: 'Unblock inbound connectors that have been detected as potentially compromised.',
  description:
    'Blocked connectors are prevented from relaying. Follow the steps of a compromised connector first: Cordon blocks it again within a handful of messages if the attacker is still there. The unblock acts at once.',
  parameters: {
    ConnectorId: guid({
      required: true,
      help: 'The blocked connector that you want to unblock. Get-BlockedConnector shows it.',
    }),
    Reason: text({ help: 'Why you are unblocking it; the audit log keeps it. At most 1 000 characters.' }),
  },
  action: 'restricted-entities.write',
  isChange: true,
  output: [],
  examples: [
    {
      command: 'Remove-BlockedConnector -ConnectorId 159eb7c4-75d7-43e2-95fe-ced44b3e0a56',
      says: 'Unblocks the specified blocked connector.',
    },
  ],
  run: async ({ ConnectorId: id, Reason: reason }, { ports, requester, organizationId }) => {
    const order = unblockOrder(reason);
    const active = restrictionSeen(organizationId, id, ports);
    if (active?.restriction.entityKind !== 'connector') throw CmdletError.notFound(id);
    await unblock(ports, requester, id, order);
    return [];
  },
  targetOf: ({ ConnectorId }) => ConnectorId,
});
