// Blocked senders of an organization, by what they sign in with: logins are what Cordon restricts.
import type { OperationPorts } from '../operations/ports.ts';
import { refuseUnrestricted, restrictionsInForce } from '../operations/restricted-entities.ts';
import type { Restriction } from '../restrictions/restriction.ts';

/** Newest first. */
export function restrictedUsers(ports: OperationPorts, organizationId: string): readonly Restriction[] {
  return restrictionsInForce(ports, organizationId).filter(({ entityKind }) => entityKind === 'user');
}

/** At least one; more where logins differ only in their case. Throws NOT_RESTRICTED for a login that is unknown, not restricted or somebody else's. */
export function restrictedUsersNamed(
  ports: OperationPorts,
  organizationId: string,
  login: string,
): readonly Restriction[] {
  const wanted = login.toLowerCase();
  const found = restrictedUsers(ports, organizationId).filter(({ entityName }) => entityName.toLowerCase() === wanted);
  if (found.length === 0) refuseUnrestricted(login);
  return found;
}
