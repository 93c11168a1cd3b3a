// Which roles may run a cmdlet: what find-the-permissions scripts ask. A role of Cordon is a management role and the role group of the same
// name in one.

import { may } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import { type Action, actionsOf, PROVIDER_ROLE, ROLE_NAMES, type RoleName, roleNamed } from '../access/roles.ts';
import { installationOf } from '../operations/scope.ts';
import { parameterNamed } from './bind.ts';
import type { Call, Cmdlet } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';

/** In the order of rows. */
export const ROLES: readonly RoleName[] = [...ROLE_NAMES].sort();

/** The rights that a cmdlet with these parameters needs. CmdletError for a parameter that it has not. */
export function rightsOf(cmdlet: Cmdlet, parameters: readonly string[]): readonly Action[] {
  const needed = parameters.flatMap((written) => {
    const name = parameterNamed(cmdlet, written);
    if (name === undefined) {
      throw CmdletError.validation('CmdletParameters', `${cmdlet.name} has no parameter ${written}.`);
    }
    return cmdlet.parameters[name]?.action ?? [];
  });
  return [cmdlet.action, ...needed];
}

/** Whether somebody with this role alone, in the organization or over all of them, has all of these rights. */
export function hasRights(role: RoleName, rights: readonly Action[], { ports, organizationId }: Call): boolean {
  const holder: Principal = {
    id: '',
    kind: 'account',
    name: role,
    organizationId: role === PROVIDER_ROLE ? undefined : organizationId,
    roles: [role],
    actions: actionsOf([role]),
  };
  return rights.every((right) => may(holder, right, installationOf(ports.directory)));
}

/** Whether members of the one role may give the other: nobody gives more than he has, and what is the provider's is given by the provider. */
export function mayGive(giver: RoleName, role: RoleName): boolean {
  const [has, needs] = [actionsOf([giver]), actionsOf([role])];
  return has.has('roles.write') && needs.isSubsetOf(has);
}

/** In any case. CmdletError for what is none. */
export function existingRole(identity: string): RoleName {
  const role = roleNamed(identity);
  if (role === undefined) throw CmdletError.notFound(identity);
  return role;
}
