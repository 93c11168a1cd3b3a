import { cmdlet } from './cmdlet.ts';
import { flag, text } from './parameter.ts';
import {
  IDENTITY,
  POLICY_OUTPUT,
  policiesIn,
  policyNamed,
  policyRow,
  warnWhileNothingIsRaised,
} from './protection-alert.ts';
import { byName } from './row-order.ts';

export const getProtectionAlert = cmdlet({
  name: 'Get-ProtectionAlert',
  synopsis: 'View alert policies.',
  description: 'Without a parameter it lists all alert policies of the organization by name.',
  parameters: {
    Identity: text(IDENTITY),
    IncludeRuleXml: flag({ help: 'Shows the rule as XML.', ignored: 'a policy is no XML; Filter says it all.' }),
  },
  action: 'alert-policies.read',
  isChange: false,
  outputType: 'ProtectionAlert',
  output: POLICY_OUTPUT,
  examples: [
    {
      command: 'Get-ProtectionAlert | Format-List Name,Category,Comment,NotifyUser',
      says: 'Lists the alert policies.',
    },
    {
      command: 'Get-ProtectionAlert -Identity "Suspicious connector activity"',
      says: 'Shows the details of one.',
    },
  ],
  run: async ({ Identity: wanted }, call) => {
    const policies = wanted === undefined ? policiesIn(call) : [policyNamed(wanted, call)];
    warnWhileNothingIsRaised(call);
    return policies.map((policy) => policyRow(policy, call));
  },
  targetOf: ({ Identity = '' }) => Identity,
  keyOf: ({ Name, Guid }) => byName(Name as string, Guid as string),
});
