// What the guard has now, read over its API, as a directory of its own: the very rules that the guard will apply are tried on it first.
import { randomUUID } from 'node:crypto';
import type { AcceptedDomain, ConnectorStore } from '../attribution/connector-store.ts';
import { Directory } from '../attribution/directory.ts';
import type { Connector, Keeping, Organization } from '../attribution/entity.ts';
import type { IdentityAssignment } from '../attribution/identity-pool.ts';
import type { OrganizationLinks } from '../attribution/organization-links.ts';
import type { LimitPolicy } from '../attribution/sending-limits.ts';
import type { ApiClient, Page } from '../cli/api-client.ts';

/** As the API shows it. */
type ShownConnector = Omit<Connector, 'kind' | 'createdAt'> & {
  readonly createdAt: string;
  readonly restricted: boolean;
};

type ShownAssignment = Omit<IdentityAssignment, 'assignedAt'> & { readonly assignedAt: string };
type ShownOrganization = Keeping & OrganizationLinks & Pick<Organization, 'id' | 'name' | 'timeZone' | 'auditLog'>;

export interface GuardState {
  readonly directory: Directory;
  /** Ids of the connectors that are restricted now. */
  readonly restricted: ReadonlySet<string>;
}

/** Rejects as the API client. */
export async function readGuardState(api: ApiClient): Promise<GuardState> {
  const organizations: Organization[] = [];
  const { items } = await api.get<Page<ShownOrganization>>('/organizations');
  for (const { id, name, timeZone, auditLog, enableMfaUrl, resetPasswordUrl, ...keeping } of items) {
    const links = { enableMfaUrl, resetPasswordUrl };
    const sendingLimits = await api.get<LimitPolicy>(`/organizations/${id}/sending-limits`);
    organizations.push({ id, name, keeping, sendingLimits, timeZone, auditLog, links });
  }
  const { items: domains } = await api.get<Page<AcceptedDomain>>('/accepted-domains');
  const shown = await api.all<ShownConnector>('/connectors', { limit: 1_000 });
  const connectors = shown.map(
    ({ restricted: _, ...connector }): Connector => ({
      ...connector,
      kind: 'connector',
      createdAt: Date.parse(connector.createdAt),
    }),
  );
  const pool = await api.all<ShownAssignment>('/identity-pool', { limit: 1_000 });
  const assignments = pool.map(({ assignedAt, ...one }) => ({ ...one, assignedAt: Date.parse(assignedAt) }));
  const store = new Copy(organizations, domains, connectors, assignments);
  const directory = await Directory.open({ store, now: Date.now, randomUUID });
  return { directory, restricted: new Set(shown.filter(({ restricted }) => restricted).map(({ id }) => id)) };
}

/** Where the directory begins; what it changes is in its own memory. */
class Copy implements ConnectorStore {
  readonly #organizations: readonly Organization[];
  readonly #domains: readonly AcceptedDomain[];
  readonly #connectors: readonly Connector[];
  readonly #assignments: readonly IdentityAssignment[];

  constructor(
    organizations: readonly Organization[],
    domains: readonly AcceptedDomain[],
    connectors: readonly Connector[],
    assignments: readonly IdentityAssignment[],
  ) {
    this.#organizations = organizations;
    this.#domains = domains;
    this.#connectors = connectors;
    this.#assignments = assignments;
  }

  organizations = async () => this.#organizations;
  acceptedDomains = async () => this.#domains;
  connectors = async () => this.#connectors;
  exceptionWindows = async () => [];
  putOrganization = async () => {};
  addAcceptedDomain = async () => {};
  removeAcceptedDomain = async () => true;
  putConnector = async () => {};
  removeConnector = async () => true;
  addExceptionWindow = async () => {};
  removeExceptionWindow = async () => true;
  identityAssignments = async () => this.#assignments;
  addIdentityAssignment = async () => {};
  removeIdentityAssignment = async () => true;
}
