// The one question of rights: may he do that? API, cmdlets and commands all ask here.
import { CordonError } from '../errors.ts';
import type { Principal } from './principal.ts';
import { type Action, isProviders, PERMISSIONS } from './roles.ts';

/** What the answer depends on beside the principal. */
export interface Installation {
  /** How many organizations there are. */
  readonly organizations: number;
}

/** Throws FORBIDDEN, which names the roles that have the right. Whose thing it is, is `scopeOf`'s question. */
export function authorize(principal: Principal, action: Action, installation: Installation): void {
  if (may(principal, action, installation)) return;
  const { what, roles } = PERMISSIONS[action];
  throw new CordonError('FORBIDDEN', `${principal.name} may not ${what}: this needs ${inWords(roles)}`);
}

/** The provider is whose rights reach over all organizations; and of a single one its administrators. */
export function may(principal: Principal, action: Action, { organizations }: Installation): boolean {
  if (!isProviders(action)) return principal.actions.has(action);
  if (principal.organizationId === undefined) return principal.actions.has(action);
  return organizations === 1 && principal.actions.has('roles.write');
}

function inWords(roles: readonly string[]): string {
  return roles.length === 1 ? roles[0]! : `${roles.slice(0, -1).join(', ')} or ${roles.at(-1)}`;
}
