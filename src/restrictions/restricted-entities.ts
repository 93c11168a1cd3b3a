// The restricted entities: restrict, unblock, expire. Memory first, so that no recipient passes while the disk is slow; a
// permanent refusal only once it is durable; and when it cannot be written it is held in memory and tried again.
import type { Entity } from '../attribution/entity.ts';
import { CordonError } from '../errors.ts';
import { ActiveList, type ActiveRestriction } from './active-list.ts';
import type { Evidence, Figures, Restriction, RestrictionCause, RestrictionEnd } from './restriction.ts';
import type { RestrictionQuery, RestrictionStore } from './restriction-store.ts';

export interface RestrictedEntitiesOptions {
  readonly store: RestrictionStore;
  readonly now: () => number;
  readonly randomUUID: () => string;
  /** Calls back once after so many milliseconds. */
  readonly setTimer: (act: () => void, milliseconds: number) => void;
  /** How long a message waits for its restriction to become durable before it is deferred. Milliseconds. */
  readonly durableWithinMs: number;
}

export interface RestrictOrder {
  readonly entity: Entity;
  readonly cause: RestrictionCause;
  /** At most 1 000 characters. */
  readonly reason: string;
  readonly by: string;
  readonly until?: number | undefined;
  readonly evidence?: Evidence | undefined;
  readonly figures?: Figures | undefined;
  /** The service does it by itself. `by` is a name, and people choose theirs. */
  readonly isOwn?: boolean | undefined;
}

export interface UnblockOrder {
  readonly by: string;
  readonly reason: string;
  readonly graceHours: RestrictionEnd['graceHours'];
  readonly learn: boolean;
  /** The service does it by itself. */
  readonly isOwn?: boolean | undefined;
}

/** What the other rooms hear of, after it happened in memory. */
export interface RestrictionEvents {
  /** `isOwn`: the service did it by itself. */
  onRestricted: (restriction: Restriction, isOwn: boolean) => void;
  /** With the entity's new epoch. */
  onUnblocked: (restriction: Restriction & { readonly ended: RestrictionEnd }, epoch: number, isOwn: boolean) => void;
  /** A restriction cannot be written: it holds in memory and mail it concerns is deferred. */
  onNotDurable: (restriction: Restriction, error: unknown) => void;
  onDurableAgain: (restriction: Restriction) => void;
}

const RETRY_MS = 1_000;

export class RestrictedEntities {
  readonly active = new ActiveList();
  readonly events: RestrictionEvents = {
    onRestricted: () => {},
    onUnblocked: () => {},
    onNotDurable: () => {},
    onDurableAgain: () => {},
  };
  readonly #options: RestrictedEntitiesOptions;

  private constructor(options: RestrictedEntitiesOptions) {
    this.#options = options;
  }

  /** Reads what is in force from the store. */
  static async open(options: RestrictedEntitiesOptions): Promise<RestrictedEntities> {
    const entities = new RestrictedEntities(options);
    for (const [entityId, epoch] of await options.store.epochs()) entities.active.restoreEpoch(entityId, epoch);
    for (const restriction of await options.store.active()) {
      entities.active.add({ restriction, durable: true, settled: Promise.resolve() });
      entities.#expireLater(restriction);
    }
    return entities;
  }

  /**
   * Restricts the entity in memory at once and begins to write it. The one in force already is returned where there is one.
   * Does not wait: `settled` and `durable` of the result tell about the disk.
   */
  restrict(order: RestrictOrder): ActiveRestriction {
    const { entity } = order;
    const existing = this.active.get(entity.id);
    if (existing !== undefined) return existing;
    const restriction: Restriction = {
      id: this.#options.randomUUID(),
      incidentId: this.#options.randomUUID(),
      organizationId: entity.organizationId,
      entityId: entity.id,
      entityKind: entity.kind,
      entityName: entity.name,
      epoch: this.active.epochOf(entity.id),
      since: this.#options.now(),
      until: order.until,
      cause: order.cause,
      reason: order.reason,
      evidence: order.evidence,
      figures: order.figures,
      restrictedBy: order.by,
    };
    const active: ActiveRestriction = { restriction, durable: false, settled: Promise.resolve() };
    this.active.add(active);
    active.settled = this.#withinDeadline(this.#write(active));
    this.events.onRestricted(restriction, order.isOwn === true);
    this.#expireLater(restriction);
    return active;
  }

  async #write(active: ActiveRestriction): Promise<void> {
    const { restriction } = active;
    try {
      const result = await this.#options.store.restrict(restriction);
      if (result === 'stale') this.#forget(active);
      else active.durable = true;
    } catch (error) {
      this.events.onNotDurable(restriction, error);
      this.#options.setTimer(() => void this.#writeAgain(active), RETRY_MS);
    }
  }

  async #writeAgain(active: ActiveRestriction): Promise<void> {
    if (this.active.get(active.restriction.entityId) !== active) return;
    await this.#write(active);
    if (active.durable) this.events.onDurableAgain(active.restriction);
  }

  /** Another node unblocked the entity in the meantime: what this restriction rests on is no longer judged. */
  #forget(active: ActiveRestriction): void {
    const { entityId, epoch } = active.restriction;
    if (this.active.get(entityId) === active) this.active.remove(entityId, epoch + 1);
  }

  #withinDeadline(written: Promise<void>): Promise<void> {
    const deadline = new Promise<void>((resolve) => this.#options.setTimer(resolve, this.#options.durableWithinMs));
    return Promise.race([written, deadline]);
  }

  /**
   * Ends the entity's restriction, durable when it resolves, and begins a new epoch: mail sent before does not count again.
   * Undefined: it is not restricted, or is another organization's (`organizationId` undefined: the provider may end any).
   * Rejects with the store's error; the entity then stays restricted.
   */
  async unblock(
    entityId: string,
    { isOwn = false, ...order }: UnblockOrder,
    organizationId?: string,
  ): Promise<Restriction | undefined> {
    const active = this.active.get(entityId);
    if (active === undefined) return undefined;
    if (organizationId !== undefined && active.restriction.organizationId !== organizationId) return undefined;
    await active.settled;
    const end: RestrictionEnd = { at: this.#options.now(), ...order };
    const epoch = await this.#options.store.end(active.restriction.id, end);
    if (this.active.get(entityId) !== active) return undefined;
    if (epoch === undefined && active.durable) return undefined;
    const newEpoch = epoch ?? active.restriction.epoch + 1;
    this.active.remove(entityId, newEpoch);
    const restriction = { ...active.restriction, ended: end };
    this.events.onUnblocked(restriction, newEpoch, isOwn);
    return restriction;
  }

  #expireLater(restriction: Restriction): void {
    if (restriction.until === undefined) return;
    const wait = Math.max(0, restriction.until - this.#options.now());
    // Timers hold at most 2^31 - 1 ms: wake up once a day and look again.
    this.#options.setTimer(() => this.#expire(restriction), Math.min(wait, 86_400_000));
  }

  #expire(restriction: Restriction): void {
    if (this.active.get(restriction.entityId)?.restriction.id !== restriction.id) return;
    if (this.#options.now() < restriction.until!) {
      this.#expireLater(restriction);
      return;
    }
    const reason = 'its time was over';
    const order: UnblockOrder = { by: 'Cordon', isOwn: true, reason, graceHours: 0, learn: false };
    this.unblock(restriction.entityId, order).catch((error: unknown) => {
      this.events.onNotDurable(restriction, error);
      this.#options.setTimer(() => this.#expire(restriction), RETRY_MS);
    });
  }

  /** Changes the words of what is in force in memory, of one organization or of all: reasons and evidence, never whom it concerns. */
  rewrite(organizationId: string | undefined, change: (restriction: Restriction) => Restriction): void {
    for (const active of this.active.values()) {
      const before = active.restriction;
      if (organizationId === undefined || before.organizationId === organizationId) active.restriction = change(before);
    }
  }

  list(query: RestrictionQuery): Promise<readonly Restriction[]> {
    return this.#options.store.list(query);
  }
}

/** Throws INVALID_REQUEST for a reason of more than 1 000 characters. */
export function checkReason(reason: string): string {
  if (reason.length > 1_000) {
    throw new CordonError('INVALID_REQUEST', 'reason: at most 1 000 characters', {
      fields: [{ path: 'reason', message: 'at most 1 000 characters' }],
    });
  }
  return reason;
}
