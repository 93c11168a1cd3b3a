// The audit log: the only way to write audit records. Each organization's records are a chain of their own, one link at a time; what comes while a
// write is under way shares the next one.
import { CordonError } from '../errors.ts';
import { adoptUnchained } from './adoption.ts';
import type { AuditRecord } from './audit-record.ts';
import type { AuditPage, AuditSearch, AuditStore } from './audit-store.ts';
import {
  type ChainBase,
  type ChainedRecord,
  ChainKey,
  type ChainPoint,
  NO_MAC,
  type Reseal,
  SALT_BYTES,
} from './chain.ts';

export interface AuditLogOptions {
  readonly store: AuditStore;
  /** 32 secret bytes, kept outside the database. */
  readonly key: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomUUID: () => string;
  readonly randomBytes: (bytes: number) => Buffer;
  /** The organization's switch. The provider's own log has none. */
  readonly isOn: (organizationId: string) => boolean;
  /** Told of the last record known of a chain that does not hold it any more: somebody cut it off while the guard ran. */
  readonly onBroken?: ((lost: ChainPoint) => void) | undefined;
  /** Told of each record, once it is on disk or was refused. */
  readonly onAppended?: ((isWritten: boolean) => void) | undefined;
}

/** The oldest records of a chain, up to this place. */
export interface ExpiredRecords extends ChainPoint {
  readonly records: number;
}

/** Whose records are the provider's own. */
export const PROVIDER_CHAIN = '';
/**
 * What is recorded whether the log is on or off: the switch itself, sign-ins, what the service restricts by itself, and what takes from the log or
 * rewrites it, so that nobody turns it off first to do that unseen.
 */
const ALWAYS: ReadonlySet<string> = new Set([
  'Set-AdminAuditLogConfig',
  'UserLoggedIn',
  'UserLoginFailed',
  'UserLoggedOut',
  'HygieneTenantEvents',
  'Remove-ExpiredAuditRecords',
  'Remove-PersonalData',
]);
const LARGEST_GROUP = 200;
const REMOVED_AT_ONCE = 500;

interface Waiting {
  readonly record: AuditRecord;
  resolve(): void;
  reject(error: unknown): void;
}

interface Chain {
  readonly organizationId: string;
  /** As it is on disk; undefined where that is not known. */
  head: ChainPoint | undefined;
  /** The newest of which it was known; undefined where nothing is on disk. */
  lastKnown: ChainPoint | undefined;
  readonly waiting: Waiting[];
  isWriting: boolean;
}

export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #key: ChainKey;
  readonly #chains = new Map<string, Chain>();
  /** For the privacy room: how a record stays in its chain whose texts are pseudonymised. */
  readonly reseal: Reseal;

  private constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#key = new ChainKey(options.key);
    this.reseal = this.#key.reseal;
  }

  /** Takes records of before there were chains into theirs, and says so in each. Rejects with the store's error. */
  static async open(options: AuditLogOptions): Promise<AuditLog> {
    const log = new AuditLog(options);
    await adoptUnchained({ ...options, key: log.#key, salt: () => log.#salt() });
    for (const head of await options.store.heads()) knows(log.#chainOf(head.organizationId), head);
    return log;
  }

  /**
   * On disk, in the order of the calls, when it resolves. While the organization's log is off it resolves at once for all but a few
   * operations. Rejects with the store's error, and then the record is in no chain.
   */
  append(record: AuditRecord): Promise<void> {
    const { organizationId, operation } = record;
    const isOn = organizationId === PROVIDER_CHAIN || this.#options.isOn(organizationId);
    if (!isOn && !ALWAYS.has(operation)) return Promise.resolve();
    const chain = this.#chainOf(organizationId);
    const { onAppended } = this.#options;
    const appended = new Promise<void>((resolve, reject) => {
      chain.waiting.push({ record, resolve, reject });
      if (!chain.isWriting) void this.#writeAll(chain);
    });
    if (onAppended !== undefined)
      appended.then(
        () => onAppended(true),
        () => onAppended(false),
      );
    return appended;
  }

  #chainOf(organizationId: string): Chain {
    let chain = this.#chains.get(organizationId);
    if (chain === undefined) {
      chain = { organizationId, head: undefined, lastKnown: undefined, waiting: [], isWriting: false };
      this.#chains.set(organizationId, chain);
    }
    return chain;
  }

  /** Never rejects. */
  async #writeAll(chain: Chain): Promise<void> {
    chain.isWriting = true;
    while (chain.waiting.length > 0) await this.#write(chain, chain.waiting.splice(0, LARGEST_GROUP));
    chain.isWriting = false;
  }

  /** Never rejects. */
  async #write(chain: Chain, group: readonly Waiting[]): Promise<void> {
    let last: ChainPoint;
    try {
      last = chain.head ?? (await this.#lookedUp(chain));
    } catch (error) {
      for (const each of group) each.reject(error);
      return;
    }
    const { linked, records, head } = this.#link(group, last);
    try {
      if (records.length > 0) await this.#options.store.append(records);
      knows(chain, head);
      for (const each of linked) each.resolve();
    } catch (error) {
      // It may be on disk all the same: only the disk knows.
      chain.head = undefined;
      const isOneOfThem = !(error instanceof CordonError) && linked.length > 1;
      if (isOneOfThem) for (const each of linked) await this.#write(chain, [each]);
      else for (const each of linked) each.reject(error);
    }
  }

  /** What cannot be written down is rejected by itself. */
  #link(
    group: readonly Waiting[],
    last: ChainPoint,
  ): { readonly linked: readonly Waiting[]; readonly records: readonly ChainedRecord[]; readonly head: ChainPoint } {
    const linked: Waiting[] = [];
    const records: ChainedRecord[] = [];
    let head = last;
    for (const each of group) {
      try {
        const record = this.#key.chain(each.record, head, this.#salt());
        head = pointOf(record);
        records.push(record);
        linked.push(each);
      } catch (error) {
        each.reject(error);
      }
    }
    return { linked, records, head };
  }

  #salt(): string {
    return this.#options.randomBytes(SALT_BYTES).toString('hex');
  }

  /** After a failure only the disk knows where the chain ends; it must not have lost what was on it. */
  async #lookedUp(chain: Chain): Promise<ChainPoint> {
    const head = await this.#headOnDisk(chain.organizationId);
    const { lastKnown } = chain;
    const isBroken = lastKnown !== undefined && !(await this.holds(lastKnown));
    knows(chain, head);
    if (isBroken) this.#options.onBroken?.(lastKnown);
    return head;
  }

  async #headOnDisk(organizationId: string): Promise<ChainPoint> {
    const { store } = this.#options;
    const last = await store.pointUpTo(organizationId, Number.MAX_SAFE_INTEGER);
    return last ?? (await store.base(organizationId)) ?? { organizationId, sequence: 0, mac: NO_MAC };
  }

  /** The newest record of each chain that is known to be on disk. From memory. */
  heads(): readonly ChainPoint[] {
    return [...this.#chains.values()].flatMap(({ lastKnown: head }) =>
      head === undefined || head.sequence === 0 ? [] : [head],
    );
  }

  /** True where the chain still has this record, or had it before retention removed it. */
  async holds(point: ChainPoint): Promise<boolean> {
    const { organizationId, sequence, mac } = point;
    const base = await this.#options.store.base(organizationId);
    if (base !== undefined && sequence < base.sequence) return true;
    if (base !== undefined && sequence === base.sequence) return mac === base.mac;
    const found = await this.#options.store.pointUpTo(organizationId, sequence);
    return found?.sequence === sequence && found.mac === mac;
  }

  /** Newest first. Rejects with the store's error. */
  search(query: AuditSearch): Promise<AuditPage> {
    return this.#options.store.search(query, [...this.#chains.keys()]);
  }

  /** The oldest records of a chain, all older than `before`; undefined where there are none. */
  async expired(organizationId: string, before: number): Promise<ExpiredRecords | undefined> {
    const { store } = this.#options;
    const firstKept = await store.firstSince(organizationId, before);
    const last = await store.pointUpTo(organizationId, (firstKept ?? Number.MAX_SAFE_INTEGER) - 1);
    if (last === undefined) return undefined;
    const base = await store.base(organizationId);
    return { ...last, records: last.sequence - (base?.sequence ?? 0) };
  }

  /** In small steps, between which others write; what is left is a chain after each. */
  async removeUpTo({ organizationId, sequence: last }: ChainPoint): Promise<void> {
    const { store } = this.#options;
    const base: ChainBase | undefined = await store.base(organizationId);
    for (let sequence = base?.sequence ?? 0; sequence < last; ) {
      sequence = Math.min(sequence + REMOVED_AT_ONCE, last);
      const point = await store.pointUpTo(organizationId, sequence);
      // One that somebody took away already, with all before it.
      if (point !== undefined) await store.removeUpTo(this.#key.baseAt(point));
    }
  }
}

function knows(chain: Chain, head: ChainPoint): void {
  chain.head = head;
  chain.lastKnown = head;
}

function pointOf({ organizationId, sequence, mac }: ChainPoint): ChainPoint {
  return { organizationId, sequence, mac };
}
