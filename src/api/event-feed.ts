// What happens in the guard, told at once to whoever listens: the server-sent events of the API, and the demo's lines.
import type { Alert } from '../alerts/alert.ts';
import type { Restriction } from '../restrictions/restriction.ts';

export interface RestrictionEvent {
  readonly type: 'restricted' | 'unblocked';
  readonly restriction: Restriction;
  /** The service did it by itself. */
  readonly isOwn?: boolean | undefined;
}

export type GuardEvent = RestrictionEvent | { readonly type: 'alert'; readonly alert: Alert };

type Listener = (event: GuardEvent) => void;

export class EventFeed {
  readonly #listeners = new Set<Listener>();

  /** Does not wait; listeners must not throw. */
  publish(event: GuardEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Returns what ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get size(): number {
    return this.#listeners.size;
  }
}
