import { setAlertPolicy } from '../operations/alert-policies.ts';
import { cmdlet } from './cmdlet.ts';
import { text } from './parameter.ts';
import { IDENTITY, policyNamed } from './protection-alert.ts';

export const disableProtectionAlert = cmdlet({
  name: 'Disable-ProtectionAlert',
  synopsis: 'Turn alert policies off.',
  description: 'No alert is raised from now on; what is open stays open.',
  parameters: { Identity: text({ ...IDENTITY, required: true }) },
  action: 'alert-policies.write',
  isChange: true,
  shouldProcess: {
    impact: 'Medium',
    asks: ({ Identity }, call) => `Disable the alert policy "${policyNamed(Identity, call).name}"?`,
  },
  output: [],
  examples: [
    { command: 'Disable-ProtectionAlert -Identity "Suspicious connector activity"', says: 'Turns the policy off.' },
  ],
  run: async ({ Identity: identity }, call) => {
    const { id } = policyNamed(identity, call);
    await setAlertPolicy(call.ports, call.requester, id, { enabled: false }, 'Disable-ProtectionAlert');
    return [];
  },
  targetOf: ({ Identity }) => Identity,
});
