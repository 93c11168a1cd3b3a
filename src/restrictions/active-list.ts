// Which entities are restricted now, in memory: what the decision asks for every recipient, and what a message is judged by.
import type { Restriction } from './restriction.ts';

/** A restriction in force, whether or not it has reached the disk. */
export interface ActiveRestriction {
  /** Replaced as a whole where its words change. */
  restriction: Restriction;
  /** True once it is on disk: only then is a permanent refusal given. */
  durable: boolean;
  /** Resolves when the first attempt to write it has ended, or its deadline has passed; `durable` then tells how. Never rejects. */
  settled: Promise<void>;
}

interface Epoch {
  readonly epoch: number;
  /** The value of `version` at which it began. */
  readonly since: number;
}

export class ActiveList {
  readonly #active = new Map<string, ActiveRestriction>();
  readonly #epochs = new Map<string, Epoch>();
  #version = 1;

  /** Rises with every unblock. A message remembers it at MAIL FROM, so that an unblock since then can be told. */
  get version(): number {
    return this.#version;
  }

  get(entityId: string): ActiveRestriction | undefined {
    return this.#active.get(entityId);
  }

  get size(): number {
    return this.#active.size;
  }

  values(): Iterable<ActiveRestriction> {
    return this.#active.values();
  }

  add(active: ActiveRestriction): void {
    this.#active.set(active.restriction.entityId, active);
  }

  /** Ends it in memory, and begins the given epoch. */
  remove(entityId: string, epoch: number): void {
    this.#active.delete(entityId);
    this.raise(entityId, epoch);
  }

  raise(entityId: string, epoch: number): void {
    this.#version++;
    this.#epochs.set(entityId, { epoch, since: this.#version });
  }

  epochOf(entityId: string): number {
    return this.#epochs.get(entityId)?.epoch ?? 0;
  }

  /** The entity's epoch when a message noted `since`: an older one than `epochOf` where it was unblocked in between. */
  epochAt(entityId: string, since: number): number {
    const known = this.#epochs.get(entityId);
    if (known === undefined) return 0;
    return since >= known.since ? known.epoch : known.epoch - 1;
  }

  /** Entities that were ever unblocked, with their epochs. */
  *epochs(): Iterable<readonly [entityId: string, epoch: number]> {
    for (const [entityId, { epoch }] of this.#epochs) yield [entityId, epoch];
  }

  /** At start, from the store: these epochs began before any message under way. */
  restoreEpoch(entityId: string, epoch: number): void {
    this.#epochs.set(entityId, { epoch, since: 0 });
  }
}
