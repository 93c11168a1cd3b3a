import { setAlertPolicy } from '../operations/alert-policies.ts';
import { cmdlet } from './cmdlet.ts';
import { text } from './parameter.ts';
import { IDENTITY, policyNamed } from './protection-alert.ts';

export const enableProtectionAlert = cmdlet({
  name: 'Enable-ProtectionAlert',
  synopsis: 'Turn alert policies on.',
  description: 'Alerts are raised from now on.',
  parameters: { Identity: text({ ...IDENTITY, required: true }) },
  action: 'alert-policies.write',
  isChange: true,
  shouldProcess: {
    impact: 'Medium',
    asks: ({ Identity }, call) => `Enable the alert policy "${policyNamed(Identity, call).name}"?`,
  },
  output: [],
  examples: [
    { command: 'Enable-ProtectionAlert -Identity "Suspicious connector activity"', says: 'Turns the policy on.' },
  ],
  run: async ({ Identity: identity }, call) => {
    const { id } = policyNamed(identity, call);
    await setAlertPolicy(call.ports, call.requester, id, { enabled: true }, 'Enable-ProtectionAlert');
    return [];
  },
  targetOf: ({ Identity }) => Identity,
});
