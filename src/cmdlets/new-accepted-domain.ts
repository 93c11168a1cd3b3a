import { newAcceptedDomain as add } from '../operations/accepted-domains.ts';
import { ACCEPTED_DOMAIN, domainRow, keyOfDomain } from './accepted-domain.ts';
import { cmdlet } from './cmdlet.ts';
import { oneOf, text } from './parameter.ts';

export const newAcceptedDomain = cmdlet({
  name: 'New-AcceptedDomain',
  synopsis: "Add a domain that is the organization's own.",
  description: 'Mail to it is not relaying. A tenant adds the domains that the provider assigned to it.',
  parameters: {
    Name: text({ position: 0, ignored: 'an accepted domain is called by its domain name.', help: 'Is not kept.' }),
    DomainName: text({ required: true, help: 'The domain, for example contoso.com.' }),
    DomainType: oneOf(['Authoritative', 'InternalRelay', 'ExternalRelay'], {
      help: 'Authoritative. The others are taken and mean the same: Cordon does not route mail.',
    }),
  },
  action: 'connectors.write',
  isChange: true,
  shouldProcess: {
    impact: 'Medium',
    asks: ({ DomainName }) => `Creating accepted domain "${DomainName}".`,
  },
  outputType: 'AcceptedDomain',
  output: ACCEPTED_DOMAIN,
  examples: [
    {
      command: 'New-AcceptedDomain -Name Contoso -DomainName contoso.com',
      says: 'Mail to contoso.com is not relaying any more.',
    },
  ],
  run: async ({ DomainName: domain, DomainType: type }, call) => {
    const { ports, requester, organizationId } = call;
    if (type !== undefined && type !== 'Authoritative') {
      call.warn(
        `-DomainType ${type} means the same here as Authoritative: where its mail goes is the mail server's affair.`,
      );
    }
    return [domainRow(await add(ports, requester, { domain, organizationId }))];
  },
  targetOf: ({ DomainName }) => DomainName,
  keyOf: keyOfDomain,
});
