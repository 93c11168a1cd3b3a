import { cmdlet } from './cmdlet.ts';
import { connectorNamed, connectorRow, INBOUND_CONNECTOR, keyOfConnector } from './inbound-connector.ts';
import { text } from './parameter.ts';
import { mostRows, resultSize } from './result-size.ts';
import { inOrderOf } from './row-order.ts';

export const getInboundConnector = cmdlet({
  name: 'Get-InboundConnector',
  synopsis: 'View the connectors of the organization: its configured ways in.',
  parameters: {
    Identity: text({
      position: 0,
      pipeline: 'ByPropertyName',
      help: 'The connector to view: its name or its GUID.',
    }),
    ResultSize: resultSize,
  },
  action: 'connectors.read',
  isChange: false,
  outputType: 'InboundConnector',
  output: INBOUND_CONNECTOR,
  examples: [
    { command: 'Get-InboundConnector', says: 'Lists the connectors.' },
    { command: 'Get-InboundConnector "Branch office" | Format-List', says: 'Shows the settings of one.' },
  ],
  run: async ({ Identity: identity, ResultSize: size }, call) => {
    if (identity !== undefined) return [connectorRow(connectorNamed(identity, call), call)];
    const rows = call.ports.directory
      .connectors(call.organizationId)
      .map((connector) => connectorRow(connector, call))
      .sort(inOrderOf(keyOfConnector));
    return mostRows(rows, size, call);
  },
  targetOf: ({ Identity = '' }) => Identity,
  keyOf: keyOfConnector,
});
