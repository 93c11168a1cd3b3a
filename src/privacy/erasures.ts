// Forgetting an address: it is erased from journal and evidence and pseudonymised in the audit log, and that is audited itself. One at a time; each
// may take minutes, in which everything else goes on.
import type { JournalStore } from '../activity/journal-store.ts';
import type { Directory } from '../attribution/directory.ts';
import type { Discovery } from '../attribution/discovery.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { CordonError } from '../errors.ts';
import type { Mention } from '../mail/mention.ts';
import type { RestrictedEntities } from '../restrictions/restricted-entities.ts';
import type { ControlMentions, PrivacyStore } from './privacy-store.ts';
import type { Pseudonyms } from './pseudonym.ts';

export interface ErasureOrder {
  readonly mention: Mention;
  /** Undefined: in all organizations, and in what belongs to none. */
  readonly organizationId?: string | undefined;
  /** Only told how much there is. */
  readonly countOnly: boolean;
  /** Principal and address of who asked, for the audit log. */
  readonly by: { readonly id: string; readonly kind: 'account' | 'token' | 'local'; readonly name: string };
  readonly clientAddress: string;
}

/** How many of each mention the address; erased, or only counted. */
export interface Found extends ControlMentions {
  readonly journalRecords: number;
}

/** An erasure under way or ended. It does not name the address. */
export interface Erasure {
  readonly id: string;
  readonly organizationId?: string | undefined;
  readonly countOnly: boolean;
  readonly pseudonym: string;
  state: 'running' | 'done' | 'failed';
  /** Of the journal, from 0 to 1. */
  progress: number;
  found: Found;
  /** Where the address stays, because it is in use there. */
  stillNamed: readonly string[];
  error?: CordonError | undefined;
}

export interface ErasuresOptions {
  readonly directory: Directory;
  readonly discovery: Discovery;
  readonly restrictions: RestrictedEntities;
  readonly journal: JournalStore;
  readonly store: PrivacyStore;
  readonly audit: Pick<AuditLog, 'append' | 'reseal'>;
  readonly pseudonyms: Pseudonyms;
  /** In place of the address in journal and evidence. */
  readonly erased: string;
  /** Names of the API tokens, by id. */
  readonly tokens: (organizationId: string | undefined) => readonly { readonly id: string; readonly name: string }[];
  readonly accounts: (
    organizationId: string | undefined,
  ) => readonly { readonly id: string; readonly name: string; readonly mail?: string | undefined }[];
  /** Alert policies of an organization, or of all: they may name recipients. */
  readonly alertPolicies: (
    organizationId: string | undefined,
  ) => readonly { readonly id: string; readonly name: string }[];
  /** Open alerts in memory: everything that waits is written first, then their words are changed. */
  readonly rewriteAlerts: (
    organizationId: string | undefined,
    change: <T extends object>(alert: T) => T,
  ) => Promise<void>;
  /** Of what is kept elsewhere: the states of the detector are to be on disk, so that they are not made again from erased records. */
  readonly saveStates: () => Promise<void>;
  /** Of the mail logs; undefined where none is followed. */
  readonly forgetDeliveries?: ((address: string, organizationId: string | undefined) => Promise<void>) | undefined;
  readonly now: () => number;
  readonly randomUUID: () => string;
}

const NOTHING: Found = { journalRecords: 0, restrictions: 0, alerts: 0, exceptionWindows: 0, auditRecords: 0 };
const REMEMBERED = 100;
/** Each waits for other readers a while by itself. */
const PURGE_TRIES = 5;

export class Erasures {
  readonly #options: ErasuresOptions;
  readonly #all = new Map<string, Erasure>();
  readonly #stop = new AbortController();
  #last: Promise<void> = Promise.resolve();

  constructor(options: ErasuresOptions) {
    this.#options = options;
  }

  /** Does not wait: `get` tells how it goes on. */
  start(order: ErasureOrder): Erasure {
    const { randomUUID, pseudonyms } = this.#options;
    const { organizationId, countOnly, mention } = order;
    const erasure: Erasure = {
      id: randomUUID(),
      organizationId,
      countOnly,
      pseudonym: pseudonyms.of(mention.address),
      state: 'running',
      progress: 0,
      found: NOTHING,
      stillNamed: [],
    };
    for (const oldest of this.#all.keys()) {
      if (this.#all.size < REMEMBERED) break;
      this.#all.delete(oldest);
    }
    this.#all.set(erasure.id, erasure);
    this.#last = this.#last.then(() => this.#run(erasure, order));
    return erasure;
  }

  /** The last hundred since the start. */
  get(id: string): Erasure | undefined {
    return this.#all.get(id);
  }

  /** Never rejects. */
  async #run(erasure: Erasure, order: ErasureOrder): Promise<void> {
    let error: CordonError | undefined;
    try {
      await (order.countOnly ? this.#count(erasure, order) : this.#erase(erasure, order));
      erasure.stillNamed = this.#stillNamed(order);
    } catch (cause) {
      error = asCoded(cause);
    }
    try {
      await this.#record(erasure, order, error);
    } catch (cause) {
      error ??= asCoded(cause);
    }
    erasure.error = error;
    erasure.state = error === undefined ? 'done' : 'failed';
  }

  async #count(erasure: Erasure, order: ErasureOrder): Promise<void> {
    const counted = await this.#options.store.countMentions(order);
    erasure.found = { ...erasure.found, ...counted };
    await this.#journal(erasure, order);
  }

  async #erase(erasure: Erasure, order: ErasureOrder): Promise<void> {
    const { mention, organizationId } = order;
    const { directory, discovery, restrictions, store, audit, erased, forgetDeliveries, saveStates, rewriteAlerts } =
      this.#options;
    // First who would bring the address back into the journal.
    await forgetDeliveries?.(mention.address, organizationId);
    await saveStates();
    directory.forgetUser(mention.address, organizationId);
    if (organizationId === undefined) discovery.forget(mention.address);
    await rewriteAlerts(organizationId, (alert) => mention.replacedInAll(alert, erased));
    const { pseudonym } = erasure;
    const { reseal } = audit;
    erasure.found = { ...erasure.found, ...(await store.eraseMentions(order, { erased, pseudonym, reseal })) };
    directory.rewriteWindows(organizationId, (window) => mention.replacedInAll(window, erased));
    restrictions.rewrite(organizationId, (restriction) => ({
      ...mention.replacedInAll(restriction, erased),
      entityName: restriction.entityName,
    }));
    await this.#journal(erasure, order);
    await this.#purge();
  }

  async #journal(erasure: Erasure, { mention, organizationId, countOnly }: ErasureOrder): Promise<void> {
    const onProgress = (done: number, total: number) => {
      erasure.progress = total === 0 ? 1 : done / total;
    };
    const { signal } = this.#stop;
    const order = { mention, organizationId, countOnly, onProgress, signal };
    erasure.found = { ...erasure.found, journalRecords: await this.#options.journal.erase(order) };
    erasure.progress = 1;
  }

  async #purge(): Promise<void> {
    for (let left = PURGE_TRIES - 1; ; left--) {
      try {
        return await this.#options.store.purge();
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  #stillNamed({ mention, organizationId }: ErasureOrder): readonly string[] {
    const { directory, restrictions, tokens, accounts, alertPolicies } = this.#options;
    const isTheirs = (owner: string) => organizationId === undefined || owner === organizationId;
    const restricted = [...restrictions.active.values()]
      .filter(({ restriction }) => isTheirs(restriction.organizationId) && mention.isIn(restriction.entityName))
      .map(({ restriction }) => `the restriction of ${restriction.entityKind} ${restriction.entityId}, in force`);
    const connectors = directory
      .connectors(organizationId)
      .filter(({ createdAt: _, ...connector }) => mention.replacedInAll(connector, '') !== connector)
      .map(({ id }) => `connector ${id}`);
    const assigned = directory
      .identityAssignments(organizationId)
      .filter(({ value }) => mention.isIn(value))
      .map(({ id }) => `identity assignment ${id}`);
    const limits = directory
      .organizations(organizationId)
      .filter(({ sendingLimits }) => mention.replacedInAll(sendingLimits, '') !== sendingLimits)
      .map(({ id }) => `the sending limits of organization ${id}`);
    const signingIn = accounts(organizationId)
      .filter(({ name, mail = '' }) => mention.isIn(name) || mention.isIn(mail))
      .map(({ id }) => `account ${id}`);
    const named = tokens(organizationId)
      .filter(({ name }) => mention.isIn(name))
      .map(({ id }) => `API token ${id}`);
    const policies = alertPolicies(organizationId)
      .filter((policy) => mention.replacedInAll(policy, '') !== policy)
      .map(({ id }) => `alert policy ${id}`);
    return [...restricted, ...connectors, ...assigned, ...limits, ...named, ...signingIn, ...policies];
  }

  #record(
    { id, countOnly, pseudonym, found, stillNamed }: Erasure,
    { organizationId = '', by, clientAddress, mention }: ErasureOrder,
    error: CordonError | undefined,
  ): Promise<void> {
    const { audit, now, randomUUID } = this.#options;
    const failed = error === undefined ? {} : { error: error.code.toLowerCase() };
    return audit.append({
      id: randomUUID(),
      at: now(),
      organizationId,
      operation: countOnly ? 'Measure-PersonalData' : 'Remove-PersonalData',
      userType: by.kind === 'token' ? 'Application' : 'Admin',
      userKey: by.id,
      by: mention.replacedIn(by.name, pseudonym),
      clientAddress,
      objectId: pseudonym,
      parameters: { erasure: id, ...found, stillNamed: stillNamed.length, ...failed },
      result: error === undefined ? 'Succeeded' : 'Failed',
    });
  }

  /** Ends the one under way at its next step; what was erased by then stays erased, and the record tells how much. Never rejects. */
  async close(): Promise<void> {
    this.#stop.abort(new CordonError('STORE_UNAVAILABLE', 'the guard was stopped meanwhile: begin again'));
    await this.#last;
  }
}

function asCoded(error: unknown): CordonError {
  if (error instanceof CordonError) return error;
  return new CordonError('STORE_UNAVAILABLE', error instanceof Error ? error.message : String(error), { cause: error });
}
