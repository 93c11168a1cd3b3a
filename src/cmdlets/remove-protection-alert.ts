import { removeAlertPolicy } from '../operations/alert-policies.ts';
import { cmdlet } from './cmdlet.ts';
import { text } from './parameter.ts';
import { IDENTITY, policyNamed } from './protection-alert.ts';

export const removeProtectionAlert = cmdlet({
  name: 'Remove-ProtectionAlert',
  synopsis: 'Remove alert policies.',
  description: 'System policies cannot be removed; Disable-ProtectionAlert turns one off.',
  parameters: { Identity: text({ ...IDENTITY, required: true }) },
  action: 'alert-policies.write',
  isChange: true,
  shouldProcess: {
    impact: 'High',
    asks: ({ Identity }, call) => `Remove the alert policy "${policyNamed(Identity, call).name}"?`,
  },
  output: [],
  examples: [{ command: 'Remove-ProtectionAlert -Identity Printers', says: 'Removes the policy after asking.' }],
  run: async ({ Identity: identity }, call) => {
    await removeAlertPolicy(call.ports, call.requester, policyNamed(identity, call).id);
    return [];
  },
  targetOf: ({ Identity }) => Identity,
});
