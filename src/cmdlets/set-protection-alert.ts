import { CATEGORIES } from '../alerts/alert-policy.ts';
import { setAlertPolicy } from '../operations/alert-policies.ts';
import { cmdlet } from './cmdlet.ts';
import { listChange, oneOf, text } from './parameter.ts';
import { CATEGORY, IDENTITY, NOTIFY_USER, POLICY_PARAMETERS, policyChanges, policyNamed } from './protection-alert.ts';

export const setProtectionAlert = cmdlet({
  name: 'Set-ProtectionAlert',
  synopsis: 'Change alert policies.',
  description:
    'Of a system policy -Disabled, -NotifyUser, -NotificationEnabled and -NotifyUserThrottleThreshold can be changed. The change is in force at once.',
  parameters: {
    Identity: text({ ...IDENTITY, required: true }),
    Category: oneOf(CATEGORIES, { help: CATEGORY }),
    NotifyUser: listChange({ help: `${NOTIFY_USER} @{Add="..."; Remove="..."} changes the list.` }),
    ...POLICY_PARAMETERS,
  },
  action: 'alert-policies.write',
  isChange: true,
  shouldProcess: {
    impact: 'Medium',
    asks: ({ Identity }, call) => `Change the alert policy "${policyNamed(Identity, call).name}"?`,
  },
  output: [],
  examples: [
    {
      command: 'Set-ProtectionAlert -Identity "Suspicious connector activity" -NotifyUser @{Add="ops@contoso.com"}',
      says: 'Tells one more address of what the system policy raises.',
    },
    {
      command: 'Set-ProtectionAlert -Identity Printers -Severity High -AggregationType SimpleAggregation -Threshold 3',
      says: 'Raises a policy of your own, now of high severity, at the third activity within its window.',
    },
  ],
  run: async ({ Identity: identity, ...given }, call) => {
    const before = policyNamed(identity, call);
    const changes = policyChanges(given, before);
    if (Object.values(changes).every((value) => value === undefined)) {
      call.warn(`The command completed successfully but no settings of '${before.name}' have been modified.`);
      return [];
    }
    await setAlertPolicy(call.ports, call.requester, before.id, changes, 'Set-ProtectionAlert');
    return [];
  },
  targetOf: ({ Identity }) => Identity,
});
