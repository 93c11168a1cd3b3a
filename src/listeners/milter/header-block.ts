// The header fields of one message, within bounds: the first ones, where the message's own are, and the last ones, where
// a content filter before us adds its own, so that nobody can push its word out by sending many.
import type { HeaderField } from '../../mail/header-reader.ts';
import { HEADER_BYTES } from '../../mail/message-content.ts';

/** What the list itself costs for each field, so that empty ones are not free. */
const FIELD_COST = 16;

export class HeaderBlock {
  #first: HeaderField[] = [];
  #firstBytes = 0;
  #last: HeaderField[] = [];
  #lastBytes = 0;

  add(field: HeaderField): void {
    const bytes = cost(field);
    if (this.#last.length === 0 && this.#firstBytes + bytes <= HEADER_BYTES) {
      this.#first.push(field);
      this.#firstBytes += bytes;
      return;
    }
    this.#last.push(field);
    this.#lastBytes += bytes;
    let gone = 0;
    while (this.#lastBytes > HEADER_BYTES) this.#lastBytes -= cost(this.#last[gone++]!);
    if (gone > 0) this.#last.splice(0, gone);
  }

  /** In order; of more than 2 * HEADER_BYTES the middle is missing. */
  get fields(): readonly HeaderField[] {
    return this.#last.length === 0 ? this.#first : [...this.#first, ...this.#last];
  }
}

function cost(field: HeaderField): number {
  return field[0].length + field[1].length + FIELD_COST;
}
