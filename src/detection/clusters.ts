// The texts that an entity sent lately, alike ones together: a cluster is one template, however its copies vary.
import type { ByteReader, ByteWriter } from './bytes.ts';
import { SIMILAR_FROM, SKETCH_SIZE } from './sketch.ts';

/** As many templates are kept; of a full table the one unused for longest goes. */
export const MOST_CLUSTERS = 64;

const SMALLEST = 4;
const DAY_MINUTES = 1_440;
/** A text is known once it was seen on so many days, or for longer than KNOWN_AFTER_MINUTES. */
const KNOWN_DAYS = 3;
const LONG_KNOWN_DAYS = 10;
const KNOWN_AFTER_MINUTES = 3 * DAY_MINUTES;

/** What the clusters say of a message, that message included. */
export interface TemplateUse {
  /** Its place in the table, or -1 where it begins a new cluster; and which cluster that is, 0 for a new one. */
  readonly index: number;
  readonly serial: number;
  /** An old acquaintance: days of the same form letter; for longer, also of one that goes to strangers. */
  readonly known: boolean;
  readonly longKnown: boolean;
  readonly messages: number;
  /** New recipients per message. */
  readonly newPerMessage: number;
}

export class Clusters {
  #size = 0;
  /** Counts uses: the order of last use without a clock. */
  #tick = 0;
  #sketches = new Int32Array(SMALLEST * SKETCH_SIZE);
  #messages = new Uint32Array(SMALLEST);
  #newRecipients = new Uint32Array(SMALLEST);
  #firstMinute = new Uint32Array(SMALLEST);
  #lastMinute = new Uint32Array(SMALLEST);
  #days = new Uint32Array(SMALLEST);
  #lastUse = new Uint32Array(SMALLEST);
  /** Which cluster it is when its place may have gone to another one since. */
  #serial = new Uint32Array(SMALLEST);

  get size(): number {
    return this.#size;
  }

  /** Looks without changing anything. `minute` counts from 1970. */
  look(sketch: Int32Array, newRecipients: number, minute: number): TemplateUse {
    const index = this.#find(sketch);
    if (index === -1)
      return { index, serial: 0, known: false, longKnown: false, messages: 1, newPerMessage: newRecipients };
    const messages = this.#messages[index]! + 1;
    return {
      index,
      serial: this.#serial[index]!,
      known: this.#isKnown(index, minute),
      longKnown: this.#days[index]! >= LONG_KNOWN_DAYS,
      messages,
      newPerMessage: (this.#newRecipients[index]! + newRecipients) / messages,
    };
  }

  /**
   * Counts a message where `look` found it, or as a new cluster in place of the one unused for longest; the new one counts as
   * used now. With `ageing` false (nothing may be learnt) its days up to now do not count towards being known. Returns the serial.
   */
  count(use: TemplateUse, sketch: Int32Array, newRecipients: number, minute: number, ageing: boolean): number {
    const index = use.index === -1 ? this.#begin(sketch, minute) : use.index;
    const known = this.#isKnown(index, minute);
    if (day(minute) > day(this.#lastMinute[index]!)) this.#days[index]!++;
    if (!ageing && !known) {
      this.#days[index] = 1;
      this.#firstMinute[index] = minute;
    }
    this.#messages[index]!++;
    this.#newRecipients[index]! += newRecipients;
    this.#lastMinute[index] = minute;
    this.#lastUse[index] = ++this.#tick;
    return this.#serial[index]!;
  }

  /** An admin said that this text is normal. False where the cluster is gone. */
  makeKnown(serial: number): boolean {
    const index = this.#serial.subarray(0, this.#size).indexOf(serial);
    if (index !== -1) this.#days[index] = Math.max(LONG_KNOWN_DAYS, this.#days[index]!);
    return index !== -1;
  }

  copy(): Clusters {
    const copy = new Clusters();
    copy.#size = this.#size;
    copy.#tick = this.#tick;
    copy.#sketches = this.#sketches.slice();
    copy.#messages = this.#messages.slice();
    copy.#newRecipients = this.#newRecipients.slice();
    copy.#firstMinute = this.#firstMinute.slice();
    copy.#lastMinute = this.#lastMinute.slice();
    copy.#days = this.#days.slice();
    copy.#lastUse = this.#lastUse.slice();
    copy.#serial = this.#serial.slice();
    return copy;
  }

  write(out: ByteWriter): void {
    out.u32(this.#size);
    out.u32(this.#tick);
    out.u32s(new Uint32Array(this.#sketches.buffer));
    out.u32s(this.#messages);
    out.u32s(this.#newRecipients);
    out.u32s(this.#firstMinute);
    out.u32s(this.#lastMinute);
    out.u32s(this.#days);
    out.u32s(this.#lastUse);
    out.u32s(this.#serial);
  }

  static read(from: ByteReader): Clusters {
    const clusters = new Clusters();
    clusters.#size = from.u32();
    clusters.#tick = from.u32();
    clusters.#sketches = new Int32Array(from.u32s().buffer);
    clusters.#messages = from.u32s();
    clusters.#newRecipients = from.u32s();
    clusters.#firstMinute = from.u32s();
    clusters.#lastMinute = from.u32s();
    clusters.#days = from.u32s();
    clusters.#lastUse = from.u32s();
    clusters.#serial = from.u32s();
    if (clusters.#size > clusters.#messages.length) throw new RangeError('more clusters than their table holds');
    return clusters;
  }

  /** The most similar cluster; -1 where none is similar enough. */
  #find(sketch: Int32Array): number {
    const sketches = this.#sketches;
    let found = -1;
    let most = SIMILAR_FROM - 1;
    for (let i = 0, from = 0; i < this.#size; i++, from += SKETCH_SIZE) {
      let equal = 0;
      for (let k = 0; k < SKETCH_SIZE; k++) {
        if (sketches[from + k] === sketch[k]) equal++;
        else if (equal + SKETCH_SIZE - 1 - k <= most) break;
      }
      if (equal > most) {
        most = equal;
        found = i;
      }
    }
    return found;
  }

  #isKnown(index: number, minute: number): boolean {
    const days = this.#days[index]! + (day(minute) > day(this.#lastMinute[index]!) ? 1 : 0);
    return days >= KNOWN_DAYS || minute - this.#firstMinute[index]! > KNOWN_AFTER_MINUTES;
  }

  #begin(sketch: Int32Array, minute: number): number {
    const index = this.#size < MOST_CLUSTERS ? this.#grown() : this.#longestUnused();
    this.#sketches.set(sketch, index * SKETCH_SIZE);
    this.#messages[index] = 0;
    this.#newRecipients[index] = 0;
    this.#firstMinute[index] = minute;
    this.#lastMinute[index] = minute;
    this.#days[index] = 1;
    this.#serial[index] = this.#tick + 1;
    return index;
  }

  #longestUnused(): number {
    let index = 0;
    for (let i = 1; i < this.#size; i++) if (this.#lastUse[i]! < this.#lastUse[index]!) index = i;
    return index;
  }

  #grown(): number {
    if (this.#size === this.#messages.length) {
      this.#sketches = doubled(this.#sketches);
      this.#messages = doubled(this.#messages);
      this.#newRecipients = doubled(this.#newRecipients);
      this.#firstMinute = doubled(this.#firstMinute);
      this.#lastMinute = doubled(this.#lastMinute);
      this.#days = doubled(this.#days);
      this.#lastUse = doubled(this.#lastUse);
      this.#serial = doubled(this.#serial);
    }
    return this.#size++;
  }
}

const day = (minute: number): number => Math.floor(minute / DAY_MINUTES);

function doubled<T extends Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(values: T): T {
  const larger = new (values.constructor as new (length: number) => T)(values.length * 2);
  larger.set(values);
  return larger;
}
