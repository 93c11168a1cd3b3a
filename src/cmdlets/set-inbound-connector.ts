import { setConnector } from '../operations/connectors.ts';
import { cmdlet } from './cmdlet.ts';
import { CONNECTOR_SETTINGS, changesOf, connectorNamed, identity, warnOfSenderDomains } from './inbound-connector.ts';
import { text } from './parameter.ts';

export const setInboundConnector = cmdlet({
  name: 'Set-InboundConnector',
  synopsis: 'Change a connector.',
  description:
    'What is not mentioned stays as it is. A list is replaced by what is given; @{Add="192.0.2.7"; Remove="192.0.2.8"} changes it, $null empties it. A blocked connector stays blocked, and cannot be turned off.',
  parameters: {
    Identity: identity,
    Name: text({ help: 'A new name of at most 64 characters.' }),
    ...CONNECTOR_SETTINGS,
  },
  action: 'connectors.write',
  isChange: true,
  shouldProcess: {
    impact: 'Medium',
    asks: ({ Identity }, call) => `Changing inbound connector "${connectorNamed(Identity, call).name}".`,
  },
  output: [],
  examples: [
    {
      command: 'Set-InboundConnector "Branch office" -SenderIPAddresses @{Add="198.51.100.7"}',
      says: 'Recognizes one more address.',
    },
  ],
  run: async ({ Identity, Name: name, ...given }, call) => {
    const before = connectorNamed(Identity, call);
    warnOfSenderDomains(given, call);
    const changes = { ...changesOf(given, before), name };
    if (Object.values(changes).every((value) => value === undefined)) {
      call.warn(`The command completed successfully but no settings of '${before.name}' have been modified.`);
      return [];
    }
    await setConnector(call.ports, call.requester, before.id, changes);
    return [];
  },
  targetOf: ({ Identity }) => Identity,
});
