import { EMPTY_DRAFT } from '../attribution/connector-draft.ts';
import { newConnector } from '../operations/connectors.ts';
import { cmdlet } from './cmdlet.ts';
import {
  CONNECTOR_SETTINGS,
  changesOf,
  connectorRow,
  INBOUND_CONNECTOR,
  keyOfConnector,
  refuseTakenName,
  warnOfSenderDomains,
} from './inbound-connector.ts';
import { text } from './parameter.ts';

export const newInboundConnector = cmdlet({
  name: 'New-InboundConnector',
  synopsis: 'Create a connector: a way in that is recognized by address, certificate or login.',
  description:
    'Without -ConnectorType it is a Partner connector, as in Exchange, and may not relay; -ConnectorType OnPremises is what relays. A new connector is observed for some days before it is ever blocked, unless -Armed is given.',
  parameters: {
    Name: text({ required: true, position: 0, help: 'A name of at most 64 characters.' }),
    ...CONNECTOR_SETTINGS,
  },
  action: 'connectors.write',
  isChange: true,
  shouldProcess: {
    impact: 'Medium',
    asks: ({ Name }, call) => {
      refuseTakenName(Name, call);
      return `Creating inbound connector "${Name}".`;
    },
  },
  outputType: 'InboundConnector',
  output: INBOUND_CONNECTOR,
  examples: [
    {
      command:
        'New-InboundConnector -Name "Branch office" -ConnectorType OnPremises -SenderDomains * -SenderIPAddresses 192.0.2.0/24',
      says: 'What comes from 192.0.2.0/24 relays as "Branch office".',
    },
  ],
  run: async ({ Name: name, ...given }, call) => {
    warnOfSenderDomains(given, call);
    const { ConnectorType: type = 'Partner' } = given;
    if (given.ConnectorType === undefined) {
      call.warn(
        `"${name}" is a Partner connector and may not relay. Use -ConnectorType OnPremises for one that relays.`,
      );
    }
    const order = { ...changesOf(given, EMPTY_DRAFT), name, type, organizationId: call.organizationId };
    return [connectorRow(await newConnector(call.ports, call.requester, order), call)];
  },
  targetOf: ({ Name }) => Name,
  keyOf: keyOfConnector,
});
