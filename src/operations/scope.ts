// Who may see what, and who asks for a change: a token of an organization is shut into it; a provider's sees all. Another organization's id is
// answered exactly like one that does not exist.
import { type Installation, may } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import type { ChangedBy, Directory } from '../attribution/directory.ts';
import { CordonError } from '../errors.ts';
import type { Requester } from './requester.ts';

/** What `authorize` must know beside the principal. */
export function installationOf(directory: Directory): Installation {
  return { organizations: directory.organizations().length };
}

/** Who assigns identities and domains: the provider; and the administrator of an installation's only organization. */
export function isProvider(principal: Principal, directory: Directory): boolean {
  return may(principal, 'identities.assign', installationOf(directory));
}

/** True where there is nothing that he does not see: what is counted over all organizations may be shown to him. */
export function seesAll({ organizationId }: Principal, directory: Directory): boolean {
  return organizationId === undefined || directory.organizations().every(({ id }) => id === organizationId);
}

/** False for another's as for one that is not there. */
export function seesOrganization(principal: Principal, organizationId: string, directory: Directory): boolean {
  return directory.organizations(principal.organizationId).some(({ id }) => id === organizationId);
}

/** Whether what belongs to `owner` (undefined: reaches over all organizations) acts in the organization, and is seen. */
export function actsIn(organizationId: string, owner: string | undefined, principal: Principal): boolean {
  return owner === organizationId || (owner === undefined && principal.organizationId === undefined);
}

/** The organization that a list is about; undefined for all of them. NOT_FOUND for one that the principal does not see. */
export function scopeOf(principal: Principal, wanted: string | undefined, directory: Directory): string | undefined {
  if (wanted === undefined) return principal.organizationId;
  if (!seesOrganization(principal, wanted, directory)) throw new CordonError('NOT_FOUND', `no organization ${wanted}`);
  return wanted;
}

/** The organization that a new thing belongs to; INVALID_REQUEST where a provider of several does not say. */
export function ownerOf(principal: Principal, wanted: string | undefined, directory: Directory): string {
  const scope = scopeOf(principal, wanted, directory);
  if (scope !== undefined) return scope;
  const all = directory.organizations();
  if (all.length === 1) return all[0]!.id;
  throw new CordonError('INVALID_REQUEST', 'organizationId: say whose it is, there are several organizations', {
    fields: [{ path: 'organizationId', message: 'is missing: there are several organizations' }],
  });
}

/** Who asks, for the directory: it shuts whoever may not assign identities into what is assigned to the organization. */
export function changedBy({ principal, ip }: Pick<Requester, 'principal' | 'ip'>, directory: Directory): ChangedBy {
  return { name: principal.name, clientAddress: ip, isTenant: !isProvider(principal, directory) };
}
