// What a new API token may be given: never more than its maker has at this moment, and not for ever.
import { CordonError } from '../errors.ts';
import { type Installation, may } from './authorize.ts';
import type { Principal } from './principal.ts';
import { actionsOf, PERMISSIONS, PROVIDER_ROLE, type RoleName } from './roles.ts';

const DAY_MS = 86_400_000;
/** Of a token for which nobody says how long. */
export const USUAL_TOKEN_DAYS = 90;
/** A leap year, so that "in a year" is always taken. */
export const LONGEST_TOKEN_DAYS = 366;

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

/**
 * When a new token ends, in milliseconds since 1970; undefined: when it is revoked, which only the local administrator may want (`null`), or
 * FORBIDDEN. INVALID_REQUEST for what has passed or is too far ahead. `wish` undefined: the usual.
 */
export function expiryForToken({ kind }: Principal, wish: number | null | undefined, now: number): number | undefined {
  if (wish === null) {
    if (kind === 'local') return undefined;
    const message = `only the local administrator makes tokens that last until revoked: at most ${LONGEST_TOKEN_DAYS} days`;
    throw new CordonError('FORBIDDEN', message);
  }
  const expiresAt = wish ?? now + USUAL_TOKEN_DAYS * DAY_MS;
  if (expiresAt <= now) refuseExpiry('must be in the future');
  if (expiresAt > now + LONGEST_TOKEN_DAYS * DAY_MS) {
    refuseExpiry(`must be at most ${LONGEST_TOKEN_DAYS} days ahead`);
  }
  return expiresAt;
}

function refuseExpiry(message: string): never {
  throw new CordonError('INVALID_REQUEST', `expiresAt ${message}`, { fields: [{ path: 'expiresAt', message }] });
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
