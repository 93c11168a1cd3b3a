// Which roles a sign-in provider's claims mean here.
import type { RoleName } from './roles.ts';

export interface RoleMapping {
  /** Undefined: all of them are looked at. */
  readonly claim?: ClaimName | undefined;
  readonly mapping: readonly { readonly value: string; readonly role: RoleName }[];
}

export type ClaimName = 'roles' | 'groups' | 'wids';
const CLAIMS: readonly ClaimName[] = ['roles', 'groups', 'wids'];

/** Ids that Entra's directory roles have in every tenant, as `wids` tells them. */
export const ENTRA_ROLES: Readonly<Record<string, RoleName>> = {
  '62e90394-69f5-4237-9190-012177145e10': 'Global Administrator',
  '194ae4cb-b126-40b2-bd5b-6091b380977d': 'Security Administrator',
  'f2ef992c-3afb-46b9-b7cf-a126ee74c451': 'Global Reader',
  '5d6b6bb7-de71-4623-b4af-96352380509c': 'Security Reader',
};

/** So many values of a claim are looked at. */
const MOST_VALUES = 1_000;

/** None where nothing that is asserted means a role. */
export function assertedRoles(
  claims: Readonly<Record<string, unknown>>,
  { claim, mapping }: RoleMapping,
): readonly RoleName[] {
  const found = (claim === undefined ? CLAIMS : [claim]).flatMap((name) =>
    valuesOf(claims[name]).flatMap((value) => rolesOf(name, value, mapping)),
  );
  return [...new Set(found)];
}

/** What the mapping says of a value goes before what Entra means by it. */
function rolesOf(claim: ClaimName, value: string, mapping: RoleMapping['mapping']): readonly RoleName[] {
  const mapped = mapping.filter((each) => each.value === value).map(({ role }) => role);
  if (mapped.length > 0) return mapped;
  const known = claim === 'wids' && Object.hasOwn(ENTRA_ROLES, value) ? ENTRA_ROLES[value] : undefined;
  return known === undefined ? [] : [known];
}

function valuesOf(claim: unknown): readonly string[] {
  const values = Array.isArray(claim) ? claim.slice(0, MOST_VALUES) : [claim];
  return values.filter((value): value is string => typeof value === 'string');
}
