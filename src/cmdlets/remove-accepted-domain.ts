import { removeAcceptedDomain as remove } from '../operations/accepted-domains.ts';
import { acceptedDomainNamed } from './accepted-domain.ts';
import { cmdlet } from './cmdlet.ts';
import { text } from './parameter.ts';

export const removeAcceptedDomain = cmdlet({
  name: 'Remove-AcceptedDomain',
  synopsis: 'Remove a domain from the accepted domains: mail to it is relaying from then on.',
  parameters: {
    Identity: text({
      required: true,
      position: 0,
      pipeline: 'ByPropertyName',
      help: 'The domain to remove: its name or its GUID.',
    }),
  },
  action: 'connectors.write',
  isChange: true,
  shouldProcess: {
    impact: 'High',
    asks: ({ Identity }, call) => `Removing accepted domain "${acceptedDomainNamed(Identity, call).domain}".`,
  },
  output: [],
  examples: [{ command: 'Remove-AcceptedDomain contoso.com', says: 'Asks, and removes the domain.' }],
  run: async ({ Identity }, call) => {
    await remove(call.ports, call.requester, acceptedDomainNamed(Identity, call).domain);
    return [];
  },
  targetOf: ({ Identity }) => Identity,
});
