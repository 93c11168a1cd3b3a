import { removeConnector } from '../operations/connectors.ts';
import { cmdlet } from './cmdlet.ts';
import { connectorNamed, identity } from './inbound-connector.ts';

export const removeInboundConnector = cmdlet({
  name: 'Remove-InboundConnector',
  synopsis: 'Delete a connector. A blocked one is to be unblocked first.',
  parameters: { Identity: identity },
  action: 'connectors.write',
  isChange: true,
  shouldProcess: {
    impact: 'High',
    asks: ({ Identity }, call) => `Removing inbound connector "${connectorNamed(Identity, call).name}".`,
  },
  output: [],
  examples: [{ command: 'Remove-InboundConnector "Branch office"', says: 'Asks, and deletes the connector.' }],
  run: async ({ Identity }, call) => {
    await removeConnector(call.ports, call.requester, connectorNamed(Identity, call).id);
    return [];
  },
  targetOf: ({ Identity }) => Identity,
});
