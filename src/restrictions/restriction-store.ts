// What the restrictions room asks of a store. A change is on disk when its promise resolves, in one atomic write.
import type { Restriction, RestrictionEnd } from './restriction.ts';

export interface RestrictionQuery {
  /** Undefined: the provider's view over all organizations. */
  readonly organizationId?: string | undefined;
  readonly entityId?: string | undefined;
  /** Only those in force, or only ended ones; both where undefined. */
  readonly active?: boolean | undefined;
  /** Older than this one: the last of the page before. */
  readonly after?: Pick<Restriction, 'since' | 'id'> | undefined;
  /** 1 to 1 000. */
  readonly limit: number;
}

export interface RestrictionStore {
  /** All restrictions in force. */
  active(): Promise<readonly Restriction[]>;
  /** Entities whose epoch is not 0. */
  epochs(): Promise<ReadonlyMap<string, number>>;
  /**
   * Compare-and-set: `stale` where the entity's epoch is not the restriction's any more; `already` where it is restricted
   * (also by another node at the same moment).
   */
  restrict(restriction: Restriction): Promise<'restricted' | 'stale' | 'already'>;
  /**
   * Ends it and raises the entity's epoch by one in the same transaction; the new epoch, or undefined where it was not in force.
   */
  end(restrictionId: string, end: RestrictionEnd): Promise<number | undefined>;
  /** Newest first. */
  list(query: RestrictionQuery): Promise<readonly Restriction[]>;
}
