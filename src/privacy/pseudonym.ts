// In place of an address that was forgotten: the same one for the same address, so that audit records stay joined, and of no use to who does not
// have this installation's key.
import { createHmac } from 'node:crypto';

export class Pseudonyms {
  readonly #key: Buffer;

  /** 32 secret bytes, the same for as long as the data directory lives. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Of a normalized address: `forgotten-1f0c9d3ab27e5846`. */
  of(address: string): string {
    return `forgotten-${createHmac('sha256', this.#key).update(address).digest('hex').slice(0, 16)}`;
  }
}
