// An accepted domain as the cmdlets show it, and how one is named.
import { nameBasedId } from '../attribution/name-based-id.ts';
import type { AcceptedDomain } from '../operations/accepted-domains.ts';
import type { Call, Property, Row } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { guidOf } from './parameter.ts';

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

/** By name, in any case, or by GUID. Throws the same for one that is unknown and for somebody else's. */
export function acceptedDomainNamed(identity: string, { ports, organizationId }: Call): AcceptedDomain {
  const wanted = identity.trim().toLowerCase();
  const id = guidOf(identity);
  const found = ports.directory
    .acceptedDomains(organizationId)
    .find((one) => one.domain === wanted || (id !== undefined && guidOfDomain(one) === id));
  if (found === undefined) throw CmdletError.notFound(identity);
  return found;
}

function guidOfDomain({ domain, organizationId }: AcceptedDomain): string {
  return nameBasedId('accepted domain', organizationId, domain);
}
