// What every contract suite of a store starts from: a place that can be opened, closed and opened again.
import { afterEach, beforeEach } from 'vitest';
import type { Store } from './store.ts';

/** A database of its own, empty at first. */
export interface StorePlace {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

export type MakePlace = () => Promise<StorePlace>;

/** An open store for each test of the suite that calls it. */
export class StoreInTest {
  #place: StorePlace | undefined;
  #store: Store | undefined;

  constructor(make: MakePlace) {
    beforeEach(async () => {
      this.#place = await make();
      this.#store = await this.#place.open();
    });
    afterEach(async () => {
      await this.#store?.close();
      await this.#place?.remove();
    });
  }

  get store(): Store {
    return this.#store!;
  }

  /** As after a restart of the process. */
  async restart(): Promise<Store> {
    await this.#store!.close();
    this.#store = await this.#place!.open();
    return this.#store;
  }
}
