// The one question of rights: may he do that? API, cmdlets and commands all ask here.
import { CordonError } from '../errors.ts';
import type { Principal } from './principal.ts';
import { type Action, isProviders, PERMISSIONS, type Permission, PROVIDER_ROLE } from './roles.ts';

/** What the answer depends on beside the principal. */
export interface Installation {
  /** How many organizations there are. */
  readonly organizations: number;
}

/** Throws FORBIDDEN, which names the roles that have the right. Whose thing it is, is `scopeOf`'s question. */
export function authorize(principal: Principal, action: Action, installation: Installation): void {
  if (may(principal, action, installation)) return;
  throw new CordonError(
    'FORBIDDEN',
    `${principal.name} may not ${PERMISSIONS[action].what}: this needs ${whoMay(action)}`,
  );
}

/** The provider is whose rights reach over all organizations; and of the only one its administrators. */
export function may(principal: Principal, action: Action, { organizations }: Installation): boolean {
  const { actions, organizationId } = principal;
  if (!isProviders(action)) return actions.has(action);
  if (organizationId === undefined && actions.has(action)) return true;
  const { alsoAlone = false }: Permission = PERMISSIONS[action];
  return alsoAlone && organizations === 1 && actions.has('roles.write');
}

function whoMay(action: Action): string {
  if (isProviders(action)) return `${PROVIDER_ROLE} over all organizations`;
  const { roles } = PERMISSIONS[action];
  return roles.length === 1 ? roles[0]! : `${roles.slice(0, -1).join(', ')} or ${roles.at(-1)}`;
}
