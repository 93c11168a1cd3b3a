// What has to change so that the guard is as the file says: tried on a copy of the guard's directory first, so that a mistake is found before anything
// is applied, and an entry that is as it should be already is told from one that is not.
import type { ConnectorDraft } from '../attribution/connector-draft.ts';
import { EMPTY_DRAFT } from '../attribution/connector-draft.ts';
import type { Connector, Organization } from '../attribution/entity.ts';
import { IDENTITY_KINDS, normalizeIdentity } from '../attribution/identity.ts';
import type { LimitPolicy } from '../attribution/sending-limits.ts';
import type { ApiClient } from '../cli/api-client.ts';
import type { FieldChange, PlannedChange } from '../cli/command-line.ts';
import { CordonError } from '../errors.ts';
import { normalizeDomain } from '../mail/address.ts';
import type { ApplyFile, ConnectorEntry, OrganizationEntry } from './apply-file.ts';
import type { GuardState } from './guard-state.ts';

/** The guard's ids of what is new, by those of the copy. */
export type Ids = Map<string, string>;

export interface Step {
  readonly change: PlannedChange;
  /** Where its entry stands; '' for what the file does not have. */
  readonly line: string;
  send(api: ApiClient, ids: Ids): Promise<void>;
}

interface Wanted {
  readonly entry: OrganizationEntry;
  readonly at: readonly PropertyKey[];
  readonly organization: Organization;
}

/** Rejects with the error that the guard would answer an entry with, which names the entry. */
export function planOf(file: ApplyFile, state: GuardState, prune: boolean): Promise<readonly Step[]> {
  return new Planning(file, state).steps(prune);
}

class Planning {
  readonly #file: ApplyFile;
  readonly #state: GuardState;
  readonly #steps: Step[] = [];

  constructor(file: ApplyFile, state: GuardState) {
    this.#file = file;
    this.#state = state;
  }

  /** What goes, goes first: its address or domain may be wanted elsewhere. */
  async steps(prune: boolean): Promise<readonly Step[]> {
    const wanted: Wanted[] = [];
    for (const [i, entry] of this.#file.organizations.entries()) {
      const at = ['organizations', i];
      wanted.push({ entry, at, organization: await this.#organization(entry, at) });
    }
    if (prune) for (const each of wanted) await this.#prune(each);
    if (prune) for (const each of wanted) await this.#prunePool(each, ['IN_USE']);
    for (const each of wanted) await this.#pool(each);
    for (const each of wanted) await this.#domains(each);
    for (const each of wanted) await this.#limits(each, prune);
    await this.#connectors(wanted);
    // What was used by a connector that the file has with other identities.
    if (prune) for (const each of wanted) await this.#prunePool(each, []);
    return this.#steps;
  }

  async #organization(entry: OrganizationEntry, at: readonly PropertyKey[]): Promise<Organization> {
    const { directory } = this.#state;
    const { name, journalDays, evidenceDays, auditDays, subjects, enableMfaUrl, resetPasswordUrl } = entry;
    const keeping = given({ journalDays, evidenceDays, auditDays, subjects });
    const links = given({ enableMfaUrl, resetPasswordUrl });
    const chosen = { ...keeping, ...links };
    const isIt = (one: Organization) => one.name.toLowerCase() === name.toLowerCase();
    const before = directory.organizations().find(isIt);
    const what = `organization ${name}`;
    if (before === undefined) {
      const made = await this.#tried(at, what, () => directory.addOrganization(name, keeping, undefined, links));
      this.#add({ kind: 'create', what, fields: fieldsOf(chosen) }, at, async (api, ids) => {
        ids.set(made.id, (await api.post<{ id: string }>('/organizations', { name, ...chosen })).id);
      });
      return made;
    }
    const fields = differences({ ...before.keeping, ...before.links }, chosen);
    if (fields.length > 0) {
      await this.#tried(at, what, () => directory.setOrganization(before.id, { keeping, links }));
      const body = named(fields, chosen);
      this.#add({ kind: 'change', what, fields }, at, (api) => api.patch(`/organizations/${before.id}`, body));
    }
    return before;
  }

  /** Only of the lists that the file has. */
  async #prune({ entry, at, organization }: Wanted): Promise<void> {
    const { directory, restricted } = this.#state;
    const { id } = organization;
    const names = new Set(entry.connectors?.map(({ name }) => name.trim().toLowerCase()));
    const surplus = entry.connectors === undefined ? [] : directory.connectors(id);
    for (const connector of surplus.filter(({ name }) => !names.has(name.toLowerCase()))) {
      const what = `connector ${connector.name} (${organization.name})`;
      await this.#tried(at, what, async () => {
        if (restricted.has(connector.id))
          throw new CordonError('STILL_RESTRICTED', 'is restricted, and not in the file');
        await directory.removeConnector(connector.id);
      });
      this.#add({ kind: 'delete', what, fields: [] }, undefined, (api) => api.delete(`/connectors/${connector.id}`));
    }
    const kept = new Set(entry.acceptedDomains?.map((domain) => normalizeDomain(domain.trim())));
    const others = entry.acceptedDomains === undefined ? [] : directory.acceptedDomains(id);
    for (const { domain } of others.filter((each) => !kept.has(each.domain))) {
      const what = `accepted domain ${domain} (${organization.name})`;
      await this.#tried(at, what, () => directory.removeAcceptedDomain(id, domain));
      const path = `/accepted-domains/${encodeURIComponent(domain)}`;
      this.#add({ kind: 'delete', what, fields: [] }, undefined, (api) => api.delete(path));
    }
  }

  /** Of the kinds that the file has; what is refused for one of these reasons stays for now. */
  async #prunePool({ entry, at, organization }: Wanted, mayWait: readonly string[]): Promise<void> {
    const { directory } = this.#state;
    for (const kind of IDENTITY_KINDS) {
      const texts = entry.identityPool?.[kind];
      if (texts === undefined) continue;
      const where = [...at, 'identityPool', kind];
      const what = `${kind} of organization ${organization.name}`;
      const kept = await this.#tried(where, what, async () => texts.map((text) => normalizeIdentity(kind, text).value));
      const all = directory.identityAssignments(organization.id).filter((one) => one.kind === kind);
      for (const { id, value } of all.filter((one) => !kept.includes(one.value))) {
        const named = `${kind} ${value} (${organization.name})`;
        try {
          await this.#tried(where, named, () => directory.removeIdentityAssignment(id));
        } catch (error) {
          if (error instanceof CordonError && mayWait.includes(error.code)) continue;
          throw error;
        }
        this.#add({ kind: 'delete', what: named, fields: [] }, undefined, (api) => api.delete(`/identity-pool/${id}`));
      }
    }
  }

  async #pool({ entry, at, organization }: Wanted): Promise<void> {
    const { directory } = this.#state;
    const count = () => directory.identityAssignments(organization.id).length;
    for (const kind of IDENTITY_KINDS) {
      for (const [i, text] of (entry.identityPool?.[kind] ?? []).entries()) {
        const where = [...at, 'identityPool', kind, i];
        const before = count();
        const what = `${kind} ${text} (${organization.name})`;
        const { value } = await this.#tried(where, what, () => directory.assignIdentity(organization.id, kind, text));
        if (count() === before) continue;
        this.#add({ kind: 'create', what, fields: [] }, where, async (api, ids) => {
          await api.post('/identity-pool', { kind, value, organizationId: idOf(organization, ids) });
        });
      }
    }
  }

  async #domains({ entry, at, organization }: Wanted): Promise<void> {
    const { directory } = this.#state;
    for (const [i, text] of (entry.acceptedDomains ?? []).entries()) {
      const where = [...at, 'acceptedDomains', i];
      const before = directory.acceptedDomains(organization.id).length;
      const what = `accepted domain ${text} (${organization.name})`;
      const domain = await this.#tried(where, what, () => directory.addAcceptedDomain(organization.id, text));
      if (directory.acceptedDomains(organization.id).length === before) continue;
      this.#add({ kind: 'create', what, fields: [] }, where, async (api, ids) => {
        await api.post('/accepted-domains', { domain, organizationId: idOf(organization, ids) });
      });
    }
  }

  async #limits({ entry, at, organization }: Wanted, prune: boolean): Promise<void> {
    if (entry.sendingLimits === undefined) return;
    const { directory } = this.#state;
    const before = directory.limitPolicyOf(organization.id);
    const { users, connectors, logins } = entry.sendingLimits;
    const lower = Object.fromEntries(Object.entries(logins ?? {}).map(([login, own]) => [login.toLowerCase(), own]));
    const wanted: LimitPolicy = {
      users: users ?? before.users,
      connectors: connectors ?? before.connectors,
      logins: prune && logins !== undefined ? lower : { ...before.logins, ...lower },
    };
    const limited = flat(before);
    const none = Object.fromEntries(Object.keys(limited).map((name) => [name, undefined]));
    const fields = differences(limited, { ...none, ...flat(wanted) });
    if (fields.length === 0) return;
    const where = [...at, 'sendingLimits'];
    const what = `sending limits of organization ${organization.name}`;
    const policy = await this.#tried(where, what, () => directory.setSendingLimits(organization.id, () => wanted));
    this.#add({ kind: 'change', what, fields }, where, async (api, ids) => {
      await api.put(`/organizations/${idOf(organization, ids)}/sending-limits`, policy.sendingLimits);
    });
  }

  /**
   * One connector may take what another one still has and gives up in the same file: whoever finds his identity taken is tried again after the
   * others, until nobody gets any further.
   */
  async #connectors(wanted: readonly Wanted[]): Promise<void> {
    let waiting = wanted.flatMap(({ entry, at, organization }) =>
      (entry.connectors ?? []).map((connector, i) => ({ connector, organization, at: [...at, 'connectors', i] })),
    );
    let refusal: unknown;
    for (let isAnyDone = true; isAnyDone && waiting.length > 0; ) {
      const later: typeof waiting = [];
      refusal = undefined;
      for (const each of waiting) {
        try {
          await this.#connector(each.connector, each.organization, each.at);
        } catch (error) {
          if (!(error instanceof CordonError) || error.code !== 'IDENTITY_TAKEN') throw error;
          refusal ??= error;
          later.push(each);
        }
      }
      isAnyDone = later.length < waiting.length;
      waiting = later;
    }
    if (waiting.length > 0) throw refusal;
  }

  async #connector(entry: ConnectorEntry, organization: Organization, at: readonly PropertyKey[]): Promise<void> {
    const { directory, restricted } = this.#state;
    const chosen = given(entry) as Partial<ConnectorDraft> & { name: string };
    const what = `connector ${entry.name} (${organization.name})`;
    const isIt = ({ name }: Connector) => name.toLowerCase() === entry.name.trim().toLowerCase();
    const before = directory.connectors(organization.id).find(isIt);
    if (before === undefined) {
      const draft = { ...EMPTY_DRAFT, ...chosen };
      const made = await this.#tried(at, what, () => directory.addConnector(organization.id, draft));
      const body = named(fieldsOf(chosen), made);
      const { name: _, ...shown } = body;
      this.#add({ kind: 'create', what, fields: fieldsOf(shown) }, at, async (api, ids) => {
        await api.post('/connectors', { ...body, organizationId: idOf(organization, ids) });
      });
      return;
    }
    const after = await this.#tried(at, what, async () => {
      if (entry.enabled === false && restricted.has(before.id))
        throw new CordonError('STILL_RESTRICTED', 'is restricted');
      // Its name as it is, whatever the case of its letters in the file.
      return directory.setConnector(before.id, { ...chosen, name: before.name });
    });
    const fields = differences(before, named(fieldsOf(chosen), after));
    if (fields.length === 0) return;
    this.#add({ kind: 'change', what, fields }, at, (api) =>
      api.patch(`/connectors/${before.id}`, named(fields, after)),
    );
  }

  #add(
    change: PlannedChange,
    at: readonly PropertyKey[] | undefined,
    send: (api: ApiClient, ids: Ids) => Promise<unknown>,
  ): void {
    const line = at === undefined ? '' : this.#file.line(at);
    this.#steps.push({ change, line, send: async (api, ids) => void (await send(api, ids)) });
  }

  async #tried<Value>(at: readonly PropertyKey[], what: string, act: () => Promise<Value>): Promise<Value> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof CordonError)) throw error;
      const { code, message, fields } = error;
      throw new CordonError(code, `${this.#file.line(at)} ${what}: ${message}`, { cause: error, fields });
    }
  }
}

const idOf = ({ id }: Organization, ids: Ids): string => ids.get(id) ?? id;

function given<Values extends object>(values: Values): { [K in keyof Values]: Values[K] } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Values;
}

/** Of those fields, what `values` has. */
function named(fields: readonly FieldChange[], values: object): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name }) => [name, (values as Record<string, unknown>)[name]]));
}

function fieldsOf(values: object): FieldChange[] {
  return Object.entries(values).map(([name, to]) => ({ name, to }));
}

/** The fields of `after` that are otherwise in `before`. */
function differences(before: object, after: object): FieldChange[] {
  return Object.entries(after).flatMap(([name, to]) => {
    const from = (before as Record<string, unknown>)[name];
    return canonical(from) === canonical(to) ? [] : [{ name, from, to }];
  });
}

/** A text that is equal where the values are, in whatever order a structure's keys come. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** `users.recipientsPerDay`, each a field of its own; a limit that is not in the other policy is one that is undefined there. */
function flat({ users, connectors, logins }: LimitPolicy): Record<string, unknown> {
  const of = (whose: string, limits: object) =>
    Object.entries(limits).map(([measure, limit]) => [`${whose}.${measure}`, limit] as const);
  const own = Object.entries(logins).flatMap(([login, limits]) => of(`logins.${login}`, limits));
  return Object.fromEntries([...of('users', users), ...of('connectors', connectors), ...own]);
}
