import { CATEGORIES } from '../alerts/alert-policy.ts';
import { newAlertPolicy } from '../operations/alert-policies.ts';
import { cmdlet } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { boolean, guid, listChange, oneOf, text } from './parameter.ts';
import {
  CATEGORY,
  NOTIFY_USER,
  POLICY_OUTPUT,
  POLICY_PARAMETERS,
  policyChanges,
  policyRow,
  warnWhileNothingIsRaised,
} from './protection-alert.ts';

export const newProtectionAlert = cmdlet({
  name: 'New-ProtectionAlert',
  synopsis: 'Create alert policies.',
  description: 'The policy is in force at once. It comes beside the system policies and replaces none of them.',
  parameters: {
    Name: text({ required: true, help: 'Unique in the organization. At most 100 characters.' }),
    Category: oneOf(CATEGORIES, { required: true, help: CATEGORY }),
    NotifyUser: listChange({ required: true, help: NOTIFY_USER }),
    ThreatType: oneOf(['Activity', 'Malware'], { required: true, help: 'Activity.' }),
    ...POLICY_PARAMETERS,
    CorrelationPolicyId: guid({ help: 'Reserved.', ignored: 'it is reserved.' }),
    CustomProperties: { ...text({ help: 'Reserved.', ignored: 'it is reserved.' }), transform: (value) => value },
    LogicalOperationName: text({ help: 'Reserved.', ignored: 'it is reserved.' }),
    UseCreatedDateTime: boolean({ help: 'Reserved.', ignored: 'it is reserved.' }),
  },
  action: 'alert-policies.write',
  isChange: true,
  shouldProcess: { impact: 'Medium', asks: ({ Name }) => `Create the alert policy "${Name}"?` },
  outputType: 'ProtectionAlert',
  output: POLICY_OUTPUT,
  examples: [
    {
      command:
        'New-ProtectionAlert -Name Printers -Category ThreatManagement -NotifyUser TenantAdmins -ThreatType Activity -Operation ConnectorRestricted -Filter "Activity.EntityName -like \'printer*\'" -AggregationType None',
      says: 'Raises an alert of its own whenever a connector is restricted whose name begins with printer.',
    },
    {
      command:
        'New-ProtectionAlert -Name "Wave of accounts" -Category ThreatManagement -NotifyUser ops@contoso.com -ThreatType Activity -Operation UserRestricted -Severity High -Threshold 3 -TimeWindow 60',
      says: 'Raises an alert when three users are restricted within an hour.',
    },
  ],
  run: async (given, call) => {
    const { Name: name, ThreatType: kind } = given;
    if (kind !== 'Activity') {
      throw CmdletError.validation('ThreatType', 'Cordon looks at who relays, not for malware: give Activity.');
    }
    if (name.trim() === '' || name.trim().length > 100) {
      throw CmdletError.validation('Name', 'It takes 1 to 100 characters.');
    }
    const { activity, ...chosen } = policyChanges(given);
    if (activity === undefined) throw CmdletError.missing(['Operation']);
    const order = { ...chosen, name, activity, organizationId: call.organizationId };
    const made = await newAlertPolicy(call.ports, call.requester, order);
    warnWhileNothingIsRaised(call);
    return [policyRow(made, call)];
  },
  targetOf: ({ Name }) => Name,
});
