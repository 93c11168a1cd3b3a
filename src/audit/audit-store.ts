// What the audit log asks of a store: records are added to their chains, read, and removed at their old end; none is ever changed.
import type { AuditRecord } from './audit-record.ts';
import type { ChainBase, ChainedRecord, ChainPoint } from './chain.ts';

/** Which records; what is missing is not asked for, and a list has at least one value. */
export interface AuditFilter {
  /** Milliseconds since 1970, included. */
  readonly from?: number | undefined;
  /** Milliseconds since 1970, not included. */
  readonly until?: number | undefined;
  /** Any of these, by their exact names. */
  readonly operations?: readonly string[] | undefined;
  /** Any of these exact names of who did it. */
  readonly users?: readonly string[] | undefined;
  /** Any of these. */
  readonly objectIds?: readonly string[] | undefined;
  /** Any of these. */
  readonly clientAddresses?: readonly string[] | undefined;
  /** Stands in operation, name, object, address, parameters or changes; in any case of A to Z. */
  readonly text?: string | undefined;
}

/** Where a page ends. */
export interface AuditPosition {
  readonly at: number;
  readonly sequence: number;
  readonly id: string;
}

export interface AuditSearch extends AuditFilter {
  /** Undefined: all. */
  readonly organizationId?: string | undefined;
  /** Older than this one. */
  readonly before?: AuditPosition | undefined;
  /** 1 to 1 000. */
  readonly limit: number;
}

export interface AuditPage {
  /** Newest first. May be fewer than asked for, also none, where there is a next page: a search for a text looks at so many only. */
  readonly records: readonly AuditRecord[];
  readonly next?: AuditPosition | undefined;
}

/** All reject with STORE_UNAVAILABLE. */
export interface AuditStore {
  /** All or none; on disk when it resolves. Rejects with another error where an id or a place in a chain is taken. */
  append(records: readonly ChainedRecord[]): Promise<void>;
  /** Newest first; `limit` 1 to 1 000. */
  list(query: {
    readonly organizationId?: string | undefined;
    readonly limit: number;
  }): Promise<readonly AuditRecord[]>;
  /** `chains` are all organizations that have records: where no organization is asked for, each is asked. */
  search(query: AuditSearch, chains: readonly string[]): Promise<AuditPage>;
  /** The newest record of each chain; where all are removed, its base. */
  heads(): Promise<readonly ChainPoint[]>;
  base(organizationId: string): Promise<ChainBase | undefined>;
  /** The newest record of the chain at this place or before it. */
  pointUpTo(organizationId: string, sequence: number): Promise<ChainPoint | undefined>;
  /** The oldest record of the chain that is not older than `before`. */
  firstSince(organizationId: string, before: number): Promise<number | undefined>;
  /** Removes the chain's records up to the base, which is kept in their place, as one write. How many. */
  removeUpTo(base: ChainBase): Promise<number>;
  /** Organizations with records of before there were chains. */
  unchainedOwners(): Promise<readonly string[]>;
  /** Records of before there were chains, oldest first; `after` is the last one of the page before. `limit` 1 to 1 000. */
  unchained(query: {
    readonly organizationId: string;
    readonly after?: AuditPosition | undefined;
    readonly limit: number;
  }): Promise<readonly Omit<ChainedRecord, 'sequence' | 'mac'>[]>;
  /** Keeps these marks, bases at sequence 0, of chains that are to take in such records: all or none. */
  beginAdoptions(marks: readonly ChainBase[]): Promise<void>;
  /** The marks that are still there. */
  adoptions(): Promise<readonly ChainBase[]>;
  /** Gives such records of one organization, at most 1 000, their places, as one write; with the record that ends it, also removes its mark. */
  adopt(unchained: readonly ChainedRecord[], ended?: ChainedRecord): Promise<void>;
}
