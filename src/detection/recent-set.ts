// A bounded memory of hashes: who has been written to, who has sent. When the young generation is full it becomes the old one and
// the old one is forgotten, so that a connector with a million recipients remembers the last some thousand and needs no more room.
import type { ByteReader, ByteWriter } from './bytes.ts';

const SMALLEST = 40;
const fullAt = (slots: number): number => Math.floor(slots * 0.8);

export class RecentSet {
  #young: Uint32Array;
  #old: Uint32Array;
  #count = 0;
  readonly #mostSlots: number;

  /** `mostSlots` of each generation, SMALLEST times a power of two; 0.8 of them are used, 4 bytes each. */
  constructor(mostSlots: number) {
    this.#mostSlots = mostSlots;
    this.#young = new Uint32Array(SMALLEST);
    this.#old = new Uint32Array(0);
  }

  has(hash: number): boolean {
    return contains(this.#young, hash) || (this.#old.length > 0 && contains(this.#old, hash));
  }

  /** Remembers it as seen now: also one that only the old generation knew. */
  add(hash: number): void {
    if (contains(this.#young, hash)) return;
    if (this.#count >= fullAt(this.#young.length)) this.#makeRoom();
    insert(this.#young, hash);
    this.#count++;
  }

  copy(): RecentSet {
    const copy = new RecentSet(this.#mostSlots);
    copy.#young = this.#young.slice();
    copy.#old = this.#old.slice();
    copy.#count = this.#count;
    return copy;
  }

  write(out: ByteWriter): void {
    out.u32(this.#count);
    out.u32s(this.#young);
    out.u32s(this.#old);
  }

  static read(from: ByteReader, mostSlots: number): RecentSet {
    const set = new RecentSet(mostSlots);
    set.#count = from.u32();
    set.#young = from.u32s();
    set.#old = from.u32s();
    if (set.#count > fullAt(set.#young.length)) throw new RangeError('more hashes than their table holds');
    return set;
  }

  #makeRoom(): void {
    const full = this.#young;
    if (full.length < this.#mostSlots) {
      this.#young = new Uint32Array(full.length * 2);
      for (const hash of full) if (hash !== 0) insert(this.#young, hash);
    } else {
      this.#old = full;
      this.#young = new Uint32Array(SMALLEST);
      this.#count = 0;
    }
  }
}

function contains(slots: Uint32Array, hash: number): boolean {
  let at = hash % slots.length;
  for (;;) {
    const here = slots[at]!;
    if (here === hash) return true;
    if (here === 0) return false;
    at = at + 1 === slots.length ? 0 : at + 1;
  }
}

function insert(slots: Uint32Array, hash: number): void {
  let at = hash % slots.length;
  while (slots[at] !== 0) at = at + 1 === slots.length ? 0 : at + 1;
  slots[at] = hash;
}
