// What a new API token may be given: never more than its maker has at this moment.
import { CordonError } from '../errors.ts';
import { type Installation, may } from './authorize.ts';
import type { Principal } from './principal.ts';
import { actionsOf, PERMISSIONS, PROVIDER_ROLE, type RoleName } from './roles.ts';

export interface TokenWish {
  /** Undefined: those of its maker. */
  readonly roles?: readonly RoleName[] | undefined;
  /** Undefined: it reaches over all organizations. */
  readonly organizationId?: string | undefined;
}

/**
 * The roles of a new token. Throws FORBIDDEN for what its maker may not give, which for a token is everything, and names what
 * is too much; INVALID_REQUEST for the provider's role in one organization.
 */
export function rolesForToken(maker: Principal, wish: TokenWish, installation: Installation): readonly RoleName[] {
  if (maker.kind === 'token') {
    throw new CordonError(
      'FORBIDDEN',
      'an API token makes no API tokens: sign in, or use the command line of its own host',
    );
  }
  const roles = wish.roles ?? heldIn(wish.organizationId, maker.roles);
  if (roles.includes(PROVIDER_ROLE)) refuseProviderRole(maker, wish, installation);
  const tooMuch = [...actionsOf(roles).difference(maker.actions)];
  if (tooMuch.length === 0) return roles;
  const what = tooMuch.map((action) => PERMISSIONS[action].what).join('; ');
  throw new CordonError('FORBIDDEN', `a token of ${roles.join(', ')} might do what ${maker.name} may not: ${what}`);
}

/** In one organization the provider's role is that of its administrators. */
function heldIn(organizationId: string | undefined, roles: readonly RoleName[]): readonly RoleName[] {
  if (organizationId === undefined) return roles;
  return [...new Set(roles.map((role) => (role === PROVIDER_ROLE ? 'Organization Management' : role)))];
}

function refuseProviderRole(maker: Principal, { organizationId }: TokenWish, installation: Installation): void {
  if (!may(maker, 'organizations.write', installation)) {
    throw new CordonError('FORBIDDEN', `only the provider gives the role ${PROVIDER_ROLE}`);
  }
  if (organizationId === undefined) return;
  const message = `${PROVIDER_ROLE} reaches over all organizations: in one of them give Organization Management`;
  throw new CordonError('INVALID_REQUEST', `roles: ${message}`, { fields: [{ path: 'roles', message }] });
}
