// The organization that the URL names.
import type { Principal } from '../../access/principal.ts';
import type { Directory } from '../../attribution/directory.ts';
import { normalizeDomain } from '../../mail/address.ts';
import { unknownTenant } from './refusals.ts';

const LONGEST_TOLD = 200;

/** By its id or one of its accepted domains, in any case. Throws one CmdletError for unknown ones and for another's. */
export function organizationNamed(tenant: string, { organizationId }: Principal, directory: Directory): string {
  const id = tenant.toLowerCase();
  const domain = normalizeDomain(tenant);
  const found =
    directory.organizations(organizationId).find((organization) => organization.id === id)?.id ??
    directory.acceptedDomains(organizationId).find((accepted) => accepted.domain === domain)?.organizationId;
  if (found === undefined) throw unknownTenant(tenant.slice(0, LONGEST_TOLD));
  return found;
}
