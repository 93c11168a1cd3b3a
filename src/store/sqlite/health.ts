// Whether one part of the store can be written: says when trouble begins, when something was lost, and when it is over.
import type { CordonError } from '../../errors.ts';
import type { StorePart, StoreTrouble } from '../store.ts';

export interface HealthEvents {
  readonly onTrouble: (trouble: StoreTrouble) => void;
  readonly onRecovered: (part: StorePart) => void;
}

export class Health {
  readonly #part: StorePart;
  readonly #events: HealthEvents;
  #isTroubled = false;

  constructor(part: StorePart, events: HealthEvents) {
    this.#part = part;
    this.#events = events;
  }

  trouble(error: CordonError, lostRecords = 0): void {
    if (this.#isTroubled && lostRecords === 0) return;
    this.#isTroubled = true;
    this.#events.onTrouble({ part: this.#part, error, lostRecords });
  }

  recovered(): void {
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.#events.onRecovered(this.#part);
  }
}
