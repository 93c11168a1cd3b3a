import { cmdlet } from './cmdlet.ts';
import { OUTPUT, POLICY_NAME, policyRow, refuseOtherPolicy } from './outbound-spam-policy.ts';
import { text } from './parameter.ts';

export const getHostedOutboundSpamFilterPolicy = cmdlet({
  name: 'Get-HostedOutboundSpamFilterPolicy',
  synopsis: 'View how much users may send, and what happens beyond it.',
  description:
    'Cordon has one policy in an organization, of all its users. What it limits beside the three numbers of the policy (messages, connectors, single logins) is in UserLimits, ConnectorLimits and LoginLimits.',
  parameters: {
    Identity: text({ position: 0, pipeline: 'ByPropertyName', help: 'Default: there is no other policy.' }),
  },
  action: 'connectors.read',
  isChange: false,
  outputType: 'HostedOutboundSpamFilterPolicy',
  output: OUTPUT,
  examples: [
    { command: 'Get-HostedOutboundSpamFilterPolicy -Identity Default', says: 'Shows the policy.' },
    {
      command: 'Get-HostedOutboundSpamFilterPolicy | Format-Table Name,RecipientLimit*,ActionWhenThresholdReached',
      says: 'Shows the limits, and what happens beyond them.',
    },
  ],
  run: async ({ Identity: identity = POLICY_NAME }, { ports, organizationId }) => {
    refuseOtherPolicy(identity, organizationId);
    return ports.directory.organizations(organizationId).map(policyRow);
  },
  targetOf: ({ Identity = POLICY_NAME }) => Identity,
});
