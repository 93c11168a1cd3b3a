// Roles, and the one table of who may do what. Names and rights of the roles are those of the article on restricted entities
// (Exchange role groups and directory roles); docs/roles.md is printed from here.

/** Security Administrator, Global Reader and Security Reader are both role groups and directory roles: one name, the same rights. */
export const ROLE_NAMES = [
  'Global Administrator',
  'Organization Management',
  'Security Administrator',
  'Global Reader',
  'Security Reader',
  'View-Only Organization Management',
  'Provider Administrator',
] as const;

export type RoleName = (typeof ROLE_NAMES)[number];

/** Over all organizations; the other roles reach as far as the organization of whom they are given to. */
export const PROVIDER_ROLE: RoleName = 'Provider Administrator';

const ADMINISTRATORS: readonly RoleName[] = ['Global Administrator', 'Organization Management', PROVIDER_ROLE];
const SECURITY: readonly RoleName[] = [...ADMINISTRATORS, 'Security Administrator'];
const ALL: readonly RoleName[] = ROLE_NAMES;
const PROVIDER: readonly RoleName[] = [PROVIDER_ROLE];

export interface Permission {
  /** What it lets one do, as docs/roles.md says it. */
  readonly what: string;
  readonly roles: readonly RoleName[];
  /** Of what is the provider's: the administrators of an installation's only organization are its provider, too. */
  readonly alsoAlone?: boolean;
}

/** Each action that is asked for anywhere, and the roles that have it. */
export const PERMISSIONS = {
  'restricted-entities.read': { what: 'see restricted entities and their evidence', roles: ALL },
  'restricted-entities.write': { what: 'restrict and unblock connectors and users', roles: SECURITY },
  'alerts.read': { what: 'see alerts', roles: ALL },
  'alerts.write': { what: 'assign, classify, comment on and resolve alerts', roles: SECURITY },
  'alert-policies.read': { what: 'see alert policies and who is told', roles: ALL },
  'alert-policies.write': {
    what: 'change alert policies, recipients, daily limits and webhooks; send a test',
    roles: SECURITY,
  },
  'connectors.read': {
    what: 'see connectors, users, accepted domains, sending limits and exception windows',
    roles: ALL,
  },
  'connectors.write': {
    what: 'create, change and delete connectors, their modes, sending limits and exception windows',
    roles: ADMINISTRATORS,
  },
  'audit.read': { what: 'search the audit log', roles: ALL },
  'audit.configure': { what: 'turn the audit log off and on, and say how long it is kept', roles: ADMINISTRATORS },
  'trace.read': { what: 'trace messages: who, to whom, when, with which answer', roles: ALL },
  'trace.content': { what: 'see subjects and samples, and export', roles: SECURITY },
  'organization.read': { what: 'see the organization and its settings', roles: ALL },
  'organization.write': { what: "change the organization's settings", roles: ADMINISTRATORS },
  'personal-data.erase': { what: 'forget an address', roles: ADMINISTRATORS },
  'roles.read': { what: 'see who has which role', roles: ALL },
  'roles.write': {
    what: "give and take roles, accounts, other people's sessions and API tokens",
    roles: ADMINISTRATORS,
  },
  'tokens.own': { what: 'make and revoke API tokens of one’s own', roles: ALL },
  'guard.read': { what: 'see versions, counts and the health of the guard', roles: ALL },
  // What the doors were asked about a recipient tells of sessions, whosever they are.
  'guard.probe': { what: 'let `cordon doctor` probe the doors', roles: PROVIDER, alsoAlone: true },
  'identities.assign': {
    what: 'assign address blocks, certificates, logins and accepted domains to organizations',
    roles: PROVIDER,
    alsoAlone: true,
  },
  // Not the administrators of the only one: with a second one they would not be the provider any more.
  'organizations.write': { what: 'create or rename organizations', roles: PROVIDER },
} as const satisfies Readonly<Record<string, Permission>>;

export type Action = keyof typeof PERMISSIONS;

export const ACTIONS = Object.keys(PERMISSIONS) as readonly Action[];

/** What somebody with these roles may do. */
export function actionsOf(roles: readonly RoleName[]): ReadonlySet<Action> {
  return new Set(ACTIONS.filter((action) => PERMISSIONS[action].roles.some((role) => roles.includes(role))));
}

/** True for what only the provider may do, whose role must then reach over all organizations. */
export function isProviders(action: Action): boolean {
  return PERMISSIONS[action].roles.every((role) => role === PROVIDER_ROLE);
}

/** The name of a role whatever its case; undefined for what is none. */
export function roleNamed(text: string): RoleName | undefined {
  const wanted = text.trim().toLowerCase();
  return ROLE_NAMES.find((role) => role.toLowerCase() === wanted);
}
