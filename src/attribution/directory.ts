// The directory: organizations, their accepted domains, connectors and exception windows, held in memory for the hot path
// and changed only through the store. Whoever asks for an id of another organization is told that there is no such thing.
import { CordonError } from '../errors.ts';
import { domainOf, normalizeDomain } from '../mail/address.ts';
import type { RelayClient } from '../mail/relay-request.ts';
import type { Attribution } from './attribution.ts';
import { type ConnectorDraft, normalizeDraft } from './connector-draft.ts';
import type { ConnectorStore, ExceptionWindow } from './connector-store.ts';
import type { Connector, Keeping, Organization, User } from './entity.ts';
import { Holdings } from './holdings.ts';
import {
  holds,
  type Identity,
  type IdentityKind,
  identitiesOf,
  normalizeAcceptedDomain,
  normalizeIdentity,
} from './identity.ts';
import { IdentityIndex } from './identity-index.ts';
import {
  claimsOf,
  fieldOf,
  type IdentityAssignment,
  IdentityPool,
  refuseUnassigned,
  refuseUnassignedDomain,
} from './identity-pool.ts';
import { checkLinks, type OrganizationLinks } from './organization-links.ts';
import { checkPolicy, DEFAULT_POLICY, type LimitPolicy } from './sending-limits.ts';
import { Users } from './users.ts';

/** Design section 5: an exception window lasts at most 7 days. */
export const LONGEST_WINDOW_MS = 7 * 24 * 3_600_000;

export interface OrganizationChanges {
  readonly name?: string | undefined;
  readonly keeping?: Keeping | undefined;
  readonly timeZone?: string | undefined;
  readonly auditLog?: boolean | undefined;
  readonly links?: OrganizationLinks | undefined;
}

export interface DirectoryOptions {
  readonly store: ConnectorStore;
  readonly now: () => number;
  readonly randomUUID: () => string;
}

/** Who asked for a change. Without it the guard itself does, or whoever it belongs to. */
export interface ChangedBy {
  readonly name: string;
  readonly clientAddress: string;
  /** True for whoever may not assign identities: he claims only what the provider assigned to the organization. */
  readonly isTenant: boolean;
}

export type DirectoryChange =
  | {
      readonly kind: 'connector';
      readonly connector: Connector;
      /** Undefined: it is new. */
      readonly before?: Connector | undefined;
      readonly by?: ChangedBy | undefined;
    }
  | {
      readonly kind: 'removed';
      readonly connectorId: string;
      readonly connector: Connector;
      readonly by?: ChangedBy | undefined;
    }
  | { readonly kind: 'window'; readonly connectorId: string }
  | {
      readonly kind: 'organization';
      readonly organization: Organization;
      /** Undefined: it is new. */
      readonly before?: Organization | undefined;
    }
  | { readonly kind: 'domain' };

export class Directory {
  readonly #store: ConnectorStore;
  readonly #now: () => number;
  readonly #randomUUID: () => string;
  readonly #users = new Users();
  readonly #organizations = new Map<string, Organization>();
  readonly #domains = new Map<string, string>();
  readonly #connectors = new Map<string, Connector>();
  readonly #windows = new Map<string, ExceptionWindow>();
  readonly #pool = new IdentityPool();
  /** Of domains, connectors and the pool; a single organization has nobody to compare with. */
  #holdings: Holdings | undefined;
  #index = new IdentityIndex([]);
  readonly #listeners: ((change: DirectoryChange) => void)[] = [];
  /** Changes run one after another, so that two cannot claim one identity at the same moment. */
  #lastChange: Promise<unknown> = Promise.resolve();

  private constructor(options: DirectoryOptions) {
    this.#store = options.store;
    this.#now = options.now;
    this.#randomUUID = options.randomUUID;
  }

  /** Reads everything from the store. Rejects with the store's error. */
  static async open(options: DirectoryOptions): Promise<Directory> {
    const directory = new Directory(options);
    for (const organization of await options.store.organizations()) {
      // One that was made before there were limits has none of its own.
      const sendingLimits = { ...DEFAULT_POLICY, ...organization.sendingLimits };
      directory.#organizations.set(organization.id, { ...organization, sendingLimits });
    }
    for (const { domain, organizationId } of await options.store.acceptedDomains()) {
      directory.#domains.set(domain, organizationId);
    }
    for (const connector of await options.store.connectors()) directory.#connectors.set(connector.id, connector);
    for (const window of await options.store.exceptionWindows()) directory.#windows.set(window.id, window);
    for (const assignment of await options.store.identityAssignments()) directory.#pool.add(assignment);
    directory.#countHoldings();
    directory.#rebuild();
    return directory;
  }

  #countHoldings(): void {
    if (this.#organizations.size < 2 || this.#holdings !== undefined) return;
    const holdings = new Holdings();
    for (const each of this.#pool.all()) holdings.add(each.organizationId, each);
    for (const [value, owner] of this.#domains) holdings.add(owner, { kind: 'acceptedDomain', value });
    for (const connector of this.#connectors.values()) {
      for (const each of identitiesOf(connector)) holdings.add(connector.organizationId, each);
    }
    holdings.prepare();
    this.#holdings = holdings;
  }

  /** A connector has become another one, is new, or is gone. */
  #hold(before: Connector | undefined, after: Connector | undefined): void {
    const holdings = this.#holdings;
    if (holdings === undefined) return;
    if (before !== undefined) for (const each of identitiesOf(before)) holdings.remove(before.organizationId, each);
    if (after !== undefined) for (const each of identitiesOf(after)) holdings.add(after.organizationId, each);
  }

  #rebuild(): void {
    this.#index = new IdentityIndex(this.#connectors.values());
  }

  /** `listener` is told after a change is durable and in force. */
  subscribe(listener: (change: DirectoryChange) => void): void {
    this.#listeners.push(listener);
  }

  #tell(change: DirectoryChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #change<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#lastChange.then(act);
    this.#lastChange = result.catch(() => {});
    return result;
  }

  // The hot path.

  /**
   * Whose mail this is: login before certificate before local submission before the longest address prefix. Undefined: nobody we
   * know.
   * The client's own claims (sender, HELO) decide nothing, so nobody can get somebody else blocked.
   */
  attribute(client: RelayClient): Attribution | undefined {
    const login = client.saslUsername;
    const match =
      (login === undefined ? undefined : this.#index.byLogin(login)) ??
      this.#index.byCertificate(client) ??
      (client.isLocalSubmission === true ? this.#index.localSubmission : undefined) ??
      this.#index.byAddress(client.clientAddress);
    if (login === undefined) {
      if (match === undefined) return undefined;
      return { organizationId: match.connector.organizationId, connector: match.connector, basis: match.basis };
    }
    const organizationId = this.#organizationOfLogin(login, match?.connector);
    if (organizationId === undefined) return undefined;
    const user = this.#users.user(organizationId, login);
    if (match !== undefined && match.connector.organizationId === organizationId) {
      return { organizationId, connector: match.connector, user, basis: match.basis };
    }
    return { organizationId, user, basis: { by: 'saslUsername', value: login } };
  }

  /** A login belongs to the connector that lists it, else to whom its domain belongs, else to where it came in. */
  #organizationOfLogin(login: string, connector: Connector | undefined): string | undefined {
    if (connector?.saslUsernames.includes(login)) return connector.organizationId;
    const byDomain = this.#domains.get(domainOf(login));
    if (byDomain !== undefined) return byDomain;
    if (connector !== undefined) return connector.organizationId;
    if (this.#organizations.size !== 1) return undefined;
    for (const id of this.#organizations.keys()) return id;
    return undefined;
  }

  /** The organization that accepts mail for a normalized domain. */
  acceptedBy(domain: string): string | undefined {
    return this.#domains.get(domain);
  }

  // What admins see and change. `organizationId` undefined is the provider's view.

  organizations(organizationId?: string): Organization[] {
    return [...this.#organizations.values()].filter((o) => organizationId === undefined || o.id === organizationId);
  }

  /** Throws NAME_TAKEN, and INVALID_REQUEST for a time zone that nobody knows and for what is no link. */
  addOrganization(
    name: string,
    keeping: Keeping = {},
    timeZone = 'UTC',
    links: OrganizationLinks = {},
  ): Promise<Organization> {
    return this.#change(() =>
      this.#putOrganization({
        id: this.#randomUUID(),
        name,
        sendingLimits: DEFAULT_POLICY,
        keeping,
        timeZone: checkTimeZone(timeZone),
        auditLog: true,
        links: checkLinks(links),
      }),
    );
  }

  /**
   * What is not mentioned stays as it is, also within `keeping` and `links`. Throws NOT_FOUND, NAME_TAKEN, INVALID_REQUEST for a time zone
   * that nobody knows and for what is no link. In force when it resolves.
   */
  setOrganization(organizationId: string, changes: OrganizationChanges): Promise<Organization> {
    return this.#change(async () => {
      const before = this.#knownOrganization(organizationId);
      const { name = before.name, timeZone = before.timeZone, auditLog = before.auditLog } = changes;
      const keeping = { ...before.keeping, ...changes.keeping };
      const links = { ...before.links, ...checkLinks(changes.links ?? {}) };
      return this.#putOrganization({ ...before, name, keeping, timeZone: checkTimeZone(timeZone), auditLog, links });
    });
  }

  /** The new limits of those in force. INVALID_REQUEST, NOT_FOUND, and whatever `edit` throws. In force when it resolves. */
  setSendingLimits(organizationId: string, edit: (before: LimitPolicy) => LimitPolicy): Promise<Organization> {
    return this.#change(async () => {
      const before = this.#knownOrganization(organizationId);
      return this.#putOrganization({ ...before, sendingLimits: checkPolicy(edit(before.sendingLimits)) });
    });
  }

  async #putOrganization(organization: Organization): Promise<Organization> {
    const name = organization.name.toLowerCase();
    const isTaken = this.organizations().some((one) => one.id !== organization.id && one.name.toLowerCase() === name);
    if (isTaken) throw new CordonError('NAME_TAKEN', `the name ${organization.name} is taken`);
    const before = this.#organizations.get(organization.id);
    await this.#store.putOrganization(organization);
    this.#organizations.set(organization.id, organization);
    this.#countHoldings();
    this.#tell({ kind: 'organization', organization, before });
    return organization;
  }

  organization(id: string): Organization | undefined {
    return this.#organizations.get(id);
  }

  /** What the organization has chosen of what is kept, and how long. */
  keepingOf(organizationId: string): Keeping {
    return this.#organizations.get(organizationId)?.keeping ?? {};
  }

  /** The limits of the organization's users and connectors. */
  limitPolicyOf(organizationId: string): LimitPolicy {
    return this.#organizations.get(organizationId)?.sendingLimits ?? DEFAULT_POLICY;
  }

  acceptedDomains(organizationId?: string): { domain: string; organizationId: string }[] {
    return [...this.#domains]
      .map(([domain, owner]) => ({ domain, organizationId: owner }))
      .filter((d) => organizationId === undefined || d.organizationId === organizationId)
      .sort((a, b) => a.domain.localeCompare(b.domain));
  }

  /**
   * Throws INVALID_REQUEST for what is no domain, FORBIDDEN where a tenant was not assigned it, IDENTITY_TAKEN where another organization
   * has it. Twice is harmless.
   */
  addAcceptedDomain(organizationId: string, text: string, by?: ChangedBy): Promise<string> {
    return this.#change(async () => {
      const domain = normalizeAcceptedDomain(text);
      if (domain === undefined) {
        throw new CordonError('INVALID_REQUEST', `${text} is no domain`, {
          fields: [{ path: 'domain', message: 'give a DNS name such as example.com' }],
        });
      }
      this.#knownOrganization(organizationId);
      if (this.#domains.get(domain) === organizationId) return domain;
      if (by?.isTenant === true) refuseUnassignedDomain(domain, organizationId, this.#pool);
      const identity: Identity = { kind: 'acceptedDomain', value: domain };
      this.#refuseForeign(organizationId, [identity], fieldOf);
      await this.#store.addAcceptedDomain({ organizationId, domain });
      this.#domains.set(domain, organizationId);
      this.#holdings?.add(organizationId, identity);
      this.#tell({ kind: 'domain' });
      return domain;
    });
  }

  /** Throws NOT_FOUND; FORBIDDEN where a tenant was not assigned it: its logins would be nobody's. */
  removeAcceptedDomain(organizationId: string, text: string, by?: ChangedBy): Promise<void> {
    return this.#change(async () => {
      const domain = normalizeDomain(text.trim());
      if (this.#domains.get(domain) !== organizationId)
        throw new CordonError('NOT_FOUND', `no accepted domain ${text}`);
      if (by?.isTenant === true) refuseUnassignedDomain(domain, organizationId, this.#pool);
      await this.#store.removeAcceptedDomain(organizationId, domain);
      this.#domains.delete(domain);
      this.#holdings?.remove(organizationId, { kind: 'acceptedDomain', value: domain });
      this.#tell({ kind: 'domain' });
    });
  }

  connectors(organizationId?: string): Connector[] {
    return [...this.#connectors.values()]
      .filter((c) => organizationId === undefined || c.organizationId === organizationId)
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  connector(id: string, organizationId?: string): Connector | undefined {
    const connector = this.#connectors.get(id);
    if (connector === undefined) return undefined;
    return organizationId === undefined || connector.organizationId === organizationId ? connector : undefined;
  }

  /**
   * Throws INVALID_REQUEST, PREFIX_TOO_SHORT, FORBIDDEN (a tenant was not assigned it), IDENTITY_TAKEN, NAME_TAKEN, NOT_FOUND (organization),
   * or the store's error.
   */
  addConnector(organizationId: string, draft: ConnectorDraft, by?: ChangedBy): Promise<Connector> {
    return this.#change(async () => {
      this.#knownOrganization(organizationId);
      const connector: Connector = {
        ...normalizeDraft(draft),
        kind: 'connector',
        id: this.#randomUUID(),
        organizationId,
        createdAt: this.#now(),
      };
      return this.#put(connector, undefined, by);
    });
  }

  /** Errors as addConnector; NOT_FOUND also where the connector is another organization's. */
  setConnector(
    id: string,
    changes: Partial<ConnectorDraft>,
    organizationId?: string,
    by?: ChangedBy,
  ): Promise<Connector> {
    return this.#change(async () => {
      const before = this.#existing(id, organizationId);
      return this.#put({ ...before, ...normalizeDraft({ ...before, ...changes }) }, before, by);
    });
  }

  removeConnector(id: string, organizationId?: string, by?: ChangedBy): Promise<Connector> {
    return this.#change(async () => {
      const connector = this.#existing(id, organizationId);
      await this.#store.removeConnector(id);
      this.#connectors.delete(id);
      this.#hold(connector, undefined);
      for (const window of this.#windows.values()) if (window.connectorId === id) this.#windows.delete(window.id);
      this.#rebuild();
      this.#tell({ kind: 'removed', connectorId: id, connector, by });
      return connector;
    });
  }

  async #put(connector: Connector, before: Connector | undefined, by: ChangedBy | undefined): Promise<Connector> {
    const { organizationId } = connector;
    const claims = claimsOf(connector, before);
    // First, and from what is assigned alone: the refusal is the same whether or not somebody else has it.
    if (by?.isTenant === true) {
      const isAccepted = (domain: string) => this.#domains.get(domain) === organizationId;
      refuseUnassigned(claims, organizationId, this.#pool, isAccepted);
    }
    this.#refuseForeign(organizationId, claims.identities, fieldOf);
    this.#refuseTaken(connector);
    await this.#store.putConnector(connector);
    this.#connectors.set(connector.id, connector);
    this.#hold(before, connector);
    this.#rebuild();
    this.#tell({ kind: 'connector', connector, before, by });
    return connector;
  }

  #existing(id: string, organizationId: string | undefined): Connector {
    const connector = this.connector(id, organizationId);
    if (connector === undefined) throw new CordonError('NOT_FOUND', `no connector ${id}`);
    return connector;
  }

  #knownOrganization(id: string): Organization {
    const organization = this.#organizations.get(id);
    if (organization === undefined) throw new CordonError('NOT_FOUND', `no organization ${id}`);
    return organization;
  }

  /** An identity belongs to at most one organization: what overlaps in any way is taken. The error never names the owner. */
  #refuseForeign(
    organizationId: string,
    identities: readonly Identity[],
    pathOf: (kind: IdentityKind) => string,
  ): void {
    const foreign = identities.find((identity) => this.#holdings?.isForeign(organizationId, identity) === true);
    if (foreign !== undefined) throw taken(pathOf(foreign.kind), foreign.value);
  }

  /** An identity belongs to at most one connector. Nested prefixes are an organization's own business: the longest wins. */
  #refuseTaken(connector: Connector): void {
    const { localSubmission, tlsSenderCertificateName: name } = connector;
    for (const other of this.#connectors.values()) {
      if (other.id === connector.id) continue;
      if (localSubmission && other.localSubmission) throw taken('localSubmission', 'local submission');
      if (other.organizationId !== connector.organizationId) continue;
      if (other.name.toLowerCase() === connector.name.toLowerCase()) {
        throw new CordonError('NAME_TAKEN', `there is a connector named ${other.name}`);
      }
      for (const field of ['senderIpAddresses', 'clientCertificateFingerprints', 'saslUsernames'] as const) {
        const double = connector[field].find((identity) => other[field].includes(identity));
        if (double !== undefined) throw taken(field, double);
      }
      if (name !== '' && name === other.tlsSenderCertificateName) throw taken('tlsSenderCertificateName', name);
    }
  }

  // The pool of identities.

  /** In no order. */
  identityAssignments(organizationId?: string): IdentityAssignment[] {
    return [...this.#pool.all()].filter((one) => organizationId === undefined || one.organizationId === organizationId);
  }

  /**
   * Throws INVALID_REQUEST, PREFIX_TOO_SHORT, NOT_FOUND (organization), IDENTITY_TAKEN where it overlaps what another organization has.
   * Twice is harmless. In force when it resolves.
   */
  assignIdentity(organizationId: string, kind: IdentityKind, text: string): Promise<IdentityAssignment> {
    return this.#change(async () => {
      this.#knownOrganization(organizationId);
      const identity = normalizeIdentity(kind, text);
      const known = this.#pool.find(identity);
      if (known?.organizationId === organizationId) return known;
      this.#refuseForeign(organizationId, [identity], () => 'value');
      const assignment = { ...identity, id: this.#randomUUID(), organizationId, assignedAt: this.#now() };
      await this.#store.addIdentityAssignment(assignment);
      this.#pool.add(assignment);
      this.#holdings?.add(organizationId, assignment);
      return assignment;
    });
  }

  /** Throws NOT_FOUND; IN_USE, naming what of that organization would be left without it. */
  removeIdentityAssignment(id: string): Promise<IdentityAssignment> {
    return this.#change(async () => {
      const assignment = this.#pool.get(id);
      if (assignment === undefined) throw new CordonError('NOT_FOUND', `no identity assignment ${id}`);
      const users = this.#usersOf(assignment);
      if (users.length > 0) throw new CordonError('IN_USE', `${assignment.value} is used by ${users.join(', ')}`);
      await this.#store.removeIdentityAssignment(id);
      this.#pool.delete(assignment);
      this.#holdings?.remove(assignment.organizationId, assignment);
      return assignment;
    });
  }

  /** What of its organization has an identity by this assignment and by no other one: `connector printer`, for people. */
  #usersOf(assignment: IdentityAssignment): string[] {
    const { id, organizationId } = assignment;
    const isUse = (identity: Identity) => holds(assignment, identity) && !this.#pool.has(organizationId, identity, id);
    const connectors = this.connectors(organizationId).filter((connector) => identitiesOf(connector).some(isUse));
    const domains = this.acceptedDomains(organizationId).filter(({ domain: value }) =>
      isUse({ kind: 'acceptedDomain', value }),
    );
    return [
      ...connectors.map(({ name }) => `connector ${name}`),
      ...domains.map(({ domain }) => `accepted domain ${domain}`),
    ];
  }

  /** The organization to whom the strongest assigned identity of a client is assigned; a login also belongs to its accepted domain. */
  assigneeOf(client: RelayClient): string | undefined {
    const byDomain = client.saslUsername === undefined ? undefined : this.#domains.get(domainOf(client.saslUsername));
    return byDomain ?? this.#pool.ownerOf(client);
  }

  // Exception windows.

  exceptionWindows(organizationId?: string): ExceptionWindow[] {
    return [...this.#windows.values()].filter(
      (w) => organizationId === undefined || w.organizationId === organizationId,
    );
  }

  /** The window of a connector that is open now or opens next; windows of one connector do not overlap. */
  windowOf(connectorId: string): ExceptionWindow | undefined {
    const now = this.#now();
    let next: ExceptionWindow | undefined;
    for (const window of this.#windows.values()) {
      if (window.connectorId !== connectorId || window.until <= now) continue;
      if (next === undefined || window.from < next.from) next = window;
    }
    return next;
  }

  /** Throws INVALID_REQUEST: longer than 7 days, over already, overlapping, or without a reason; NOT_FOUND. */
  addExceptionWindow(
    order: { connectorId: string; from: number; until: number; reason: string; by: string },
    organizationId?: string,
  ): Promise<ExceptionWindow> {
    return this.#change(async () => {
      const connector = this.#existing(order.connectorId, organizationId);
      this.#refuseBadWindow(order);
      const window = { ...order, id: this.#randomUUID(), organizationId: connector.organizationId };
      await this.#store.addExceptionWindow(window);
      this.#windows.set(window.id, window);
      this.#tell({ kind: 'window', connectorId: connector.id });
      return window;
    });
  }

  #refuseBadWindow(order: { connectorId: string; from: number; until: number; reason: string }): void {
    const refuse = (path: string, message: string) => {
      throw new CordonError('INVALID_REQUEST', `${path}: ${message}`, { fields: [{ path, message }] });
    };
    if (order.reason.trim() === '') refuse('reason', 'say why');
    if (!(order.until > order.from)) refuse('until', 'must be after from');
    if (order.until - order.from > LONGEST_WINDOW_MS) refuse('until', 'at most 7 days after from');
    if (order.until <= this.#now()) refuse('until', 'is over already');
    for (const other of this.#windows.values()) {
      if (other.connectorId === order.connectorId && order.from < other.until && other.from < order.until) {
        refuse('from', 'overlaps another window of this connector');
      }
    }
  }

  /** Changes the words of the windows in memory, of one organization or of all. */
  rewriteWindows(organizationId: string | undefined, change: (window: ExceptionWindow) => ExceptionWindow): void {
    for (const window of this.exceptionWindows(organizationId)) this.#windows.set(window.id, change(window));
  }

  removeExceptionWindow(id: string, organizationId?: string): Promise<ExceptionWindow> {
    return this.#change(async () => {
      const window = this.#windows.get(id);
      if (window === undefined || (organizationId !== undefined && window.organizationId !== organizationId)) {
        throw new CordonError('NOT_FOUND', `no exception window ${id}`);
      }
      await this.#store.removeExceptionWindow(id);
      this.#windows.delete(id);
      this.#tell({ kind: 'window', connectorId: window.connectorId });
      return window;
    });
  }

  // Users.

  user(organizationId: string, login: string): User {
    return this.#users.user(organizationId, login);
  }

  /** A user who sent something since the start is not remembered for it any more. */
  forgetUser(login: string, organizationId?: string): void {
    this.#users.forget(login, organizationId);
  }

  /** Those that sent something since the start, and those that a connector lists. */
  users(organizationId?: string): User[] {
    for (const connector of this.connectors(organizationId)) {
      for (const login of connector.saslUsernames) this.#users.user(connector.organizationId, login);
    }
    return [...this.#users.seen()].filter(
      (user) => organizationId === undefined || user.organizationId === organizationId,
    );
  }
}

function taken(path: string, value: string): CordonError {
  return new CordonError('IDENTITY_TAKEN', `${value} is taken`, { fields: [{ path, message: `${value} is taken` }] });
}

/** As it is written in the time zone database. */
function checkTimeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new CordonError('INVALID_REQUEST', `${text} is no time zone`, {
      fields: [{ path: 'timeZone', message: 'give a name of the time zone database such as Europe/Zurich' }],
    });
  }
}
