// An accepted domain as the cmdlets show it, and how one is named.
import { nameBasedId } from '../attribution/name-based-id.ts';
import type { AcceptedDomain } from '../operations/accepted-domains.ts';
import type { Call, Property, Row } from './cmdlet.ts';
import { identified } from './identity.ts';

export const ACCEPTED_DOMAIN: readonly Property[] = [
  { name: 'DomainName', type: 'String', help: 'Mail to it is not relaying.' },
  { name: 'Name', type: 'String', help: 'The same.' },
  { name: 'DomainType', type: 'String', help: 'Authoritative.' },
  { name: 'Identity', type: 'String', help: 'What -Identity takes.' },
  { name: 'Guid', type: 'Guid', help: 'What -Identity takes, too.' },
  { name: 'TenantId', type: 'Guid', help: 'The organization.' },
  { name: 'IsValid', type: 'Boolean', help: 'True.' },
];

export const keyOfDomain = ({ DomainName }: Row): string => DomainName as string;

export function domainRow({ domain, organizationId }: AcceptedDomain): Row {
  return {
    DomainName: domain,
    Name: domain,
    DomainType: 'Authoritative',
    Identity: domain,
    Guid: guidOfDomain({ domain, organizationId }),
    TenantId: organizationId,
    IsValid: true,
  };
}

/** CmdletError where there is none. */
export function acceptedDomainNamed(identity: string, { ports, organizationId }: Call): AcceptedDomain {
  const all = ports.directory.acceptedDomains(organizationId);
  return identified(identity, all, { id: guidOfDomain, name: ({ domain }) => domain });
}

function guidOfDomain({ domain, organizationId }: AcceptedDomain): string {
  return nameBasedId('accepted domain', organizationId, domain);
}
