// What an entity's mail has named or come from, as hashes: senders, clients, sites that links lead to, addresses that answers go to. The second
// sight of a thing is not yet an acquaintance: an attacker who tries the door on Tuesday shall be a stranger still on Thursday.
import type { ByteReader, ByteWriter } from './bytes.ts';

const SMALLEST = 8;
/** Seen in quiet mail on so many days a thing is known. */
const KNOWN_DAYS = 3;
const DAY_MINUTES = 1_440;

/** What is remembered of a thing, with the message at hand in it. */
export interface Acquaintance {
  readonly known: boolean;
  /** Messages with it on this day (UTC); and new recipients in each, this day's. */
  readonly messagesToday: number;
  readonly newPerMessage: number;
}

/** Columns of a row. */
const HASH = 0;
const DAYS = 1;
const LAST_DAY = 2;
const MESSAGES = 3;
const NEW_RECIPIENTS = 4;
const LAST_USE = 5;
const COLUMNS = 6;

export class Acquaintances {
  #size = 0;
  /** Counts uses: the order of last use without a clock. */
  #tick = 0;
  #columns: Uint32Array<ArrayBuffer>[] = Array.from({ length: COLUMNS }, () => new Uint32Array(SMALLEST));
  readonly #most: number;

  /** Of a full table the thing unused for longest goes. 24 bytes each. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Changes nothing. `minute` counts from 1970. */
  look(hash: number, newRecipients: number, minute: number): Acquaintance {
    const at = this.#find(hash);
    if (at === -1) return { known: false, messagesToday: 1, newPerMessage: newRecipients };
    const isToday = this.#columns[LAST_DAY]![at] === dayOf(minute);
    const messagesToday = (isToday ? this.#columns[MESSAGES]![at]! : 0) + 1;
    const newToday = (isToday ? this.#columns[NEW_RECIPIENTS]![at]! : 0) + newRecipients;
    return { known: this.#isKnown(at), messagesToday, newPerMessage: newToday / messagesToday };
  }

  has(hash: number): boolean {
    return this.#find(hash) !== -1;
  }

  isKnown(hash: number): boolean {
    const at = this.#find(hash);
    return at !== -1 && this.#isKnown(at);
  }

  /** Counts a message with it. With `ageing` false (nothing may be learnt) the day does not count towards being known. */
  meet(hash: number, newRecipients: number, minute: number, ageing: boolean): void {
    let at = this.#find(hash);
    const isNew = at === -1;
    if (isNew) at = this.#begin(hash);
    const [, days, lastDay, messages, fresh, lastUse] = this.#columns as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
    const day = dayOf(minute);
    if (isNew || lastDay[at] !== day) {
      if (ageing) days[at]!++;
      lastDay[at] = day;
      messages[at] = fresh[at] = 0;
    } else if (!ageing && days[at]! < KNOWN_DAYS) {
      // The day has become that of an incident: what began in one begins again after it.
      days[at] = 0;
    }
    messages[at]!++;
    fresh[at]! += newRecipients;
    lastUse[at] = ++this.#tick;
  }

  /** An admin said that this is normal. */
  makeKnown(hash: number): void {
    let at = this.#find(hash);
    if (at === -1) at = this.#begin(hash);
    this.#columns[DAYS]![at] = KNOWN_DAYS;
    this.#columns[LAST_USE]![at] = ++this.#tick;
  }

  copy(): Acquaintances {
    const copy = new Acquaintances(this.#most);
    copy.#size = this.#size;
    copy.#tick = this.#tick;
    copy.#columns = this.#columns.map((column) => column.slice());
    return copy;
  }

  write(out: ByteWriter): void {
    out.u32(this.#size);
    out.u32(this.#tick);
    for (const column of this.#columns) out.u32s(column.subarray(0, this.#size));
  }

  static read(from: ByteReader, most: number): Acquaintances {
    const read = new Acquaintances(most);
    read.#size = from.u32();
    read.#tick = from.u32();
    read.#columns = Array.from({ length: COLUMNS }, () => from.u32s());
    if (read.#columns.some((column) => column.length !== read.#size)) throw new RangeError('columns of unequal length');
    if (read.#size < SMALLEST) read.#grow(SMALLEST);
    return read;
  }

  #find(hash: number): number {
    const at = this.#columns[HASH]!.indexOf(hash);
    return at < this.#size ? at : -1;
  }

  #isKnown(at: number): boolean {
    return this.#columns[DAYS]![at]! >= KNOWN_DAYS;
  }

  #begin(hash: number): number {
    const at = this.#size < this.#most ? this.#nextRow() : this.#longestUnused();
    for (const column of this.#columns) column[at] = 0;
    this.#columns[HASH]![at] = hash;
    return at;
  }

  #nextRow(): number {
    const { length } = this.#columns[HASH]!;
    if (this.#size === length) this.#grow(Math.min(length * 2, this.#most));
    return this.#size++;
  }

  #grow(length: number): void {
    this.#columns = this.#columns.map((column) => {
      const larger = new Uint32Array(length);
      larger.set(column);
      return larger;
    });
  }

  #longestUnused(): number {
    const lastUse = this.#columns[LAST_USE]!;
    let found = 0;
    for (let at = 1; at < this.#size; at++) if (lastUse[at]! < lastUse[found]!) found = at;
    return found;
  }
}

function dayOf(minute: number): number {
  return Math.floor(minute / DAY_MINUTES);
}
