// What one connector or user has sent, as its limits count it, and its messages under way.
//
// A message counts from its first recipient on, at the time of that recipient, for as many as were let pass: it is *reserved*. At its
// end it is *settled*: it then counts for the recipients that were taken, and not at all if it came to nothing. Twenty parallel sessions
// can therefore not overshoot: the twenty-first recipient sees the reservations of the others.
import type { Measure, SendingLimits } from '../attribution/sending-limits.ts';
import { SlidingCount } from './sliding-count.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A message that has not ended by then gives its reservation back; when it ends after all, it counts for what was taken. */
export const LONGEST_RESERVATION_MS = 600_000;

interface OpenMessage {
  readonly key: string;
  /** Of its first recipient. */
  readonly since: number;
  external: number;
  internal: number;
  lastRecipient: string;
}

/** A recipient that is asked for. */
export interface AskedRecipient {
  /** Names the message: door, mail server, instance. */
  readonly key: string;
  readonly address: string;
  /** Outside the accepted domains. */
  readonly relaying: boolean;
  readonly at: number;
}

/** What a message came to. */
export interface TakenRecipients {
  readonly external: number;
  readonly internal: number;
}

export class EntityCounts {
  #external: SlidingCount | undefined;
  #internal: SlidingCount | undefined;
  #messages: SlidingCount | undefined;
  #day = 0;
  #dayCount = 0;
  /** Of them, those outside the accepted domains. */
  #dayExternal = 0;
  /** Few at a time. Not a Map: V8 keeps what was in one alive until the next full collection. */
  readonly #open: OpenMessage[] = [];

  /** The count of a measure with this recipient in it. */
  with(measure: Measure, { key, address, relaying, at }: AskedRecipient): number {
    const open = this.#find(key);
    // A policy service that is listed twice asks twice in a row.
    const more = open?.lastRecipient === address ? 0 : 1;
    switch (measure) {
      case 'externalRecipientsPerHour':
        return this.of(measure, at) + (relaying ? more : 0);
      case 'internalRecipientsPerHour':
        return this.of(measure, at) + (relaying ? 0 : more);
      case 'recipientsPerDay':
        return this.of(measure, at) + more;
      case 'messagesPerMinute':
        return this.of(measure, at) + (open === undefined ? 1 : 0);
      case 'recipientsPerMessage':
        return (open === undefined ? 0 : open.external + open.internal) + more;
    }
  }

  /** The count at `now`; 0 for a single message's measure. */
  of(measure: Measure, now: number): number {
    switch (measure) {
      case 'externalRecipientsPerHour':
        return this.#external?.at(now) ?? 0;
      case 'internalRecipientsPerHour':
        return this.#internal?.at(now) ?? 0;
      case 'recipientsPerDay':
        return dayOf(now) === this.#day ? this.#dayCount : 0;
      case 'messagesPerMinute':
        return this.#messages?.at(now) ?? 0;
      case 'recipientsPerMessage':
        return 0;
    }
  }

  /** Recipients since midnight (UTC). */
  today(now: number): TakenRecipients {
    if (dayOf(now) !== this.#day) return { external: 0, internal: 0 };
    return { external: this.#dayExternal, internal: this.#dayCount - this.#dayExternal };
  }

  /** Counts the recipient. Windows that no limit asks for are not kept. */
  reserve({ key, address, relaying, at }: AskedRecipient, limits: SendingLimits): void {
    this.#turnTo(dayOf(at));
    let open = this.#find(key);
    if (open === undefined) {
      open = { key, since: at, external: 0, internal: 0, lastRecipient: '' };
      this.#open.push(open);
      this.#countMessage(at, 1, limits);
    }
    if (open.lastRecipient === address) return;
    open.lastRecipient = address;
    if (relaying) open.external++;
    else open.internal++;
    this.#count(open.since, relaying ? 1 : 0, relaying ? 0 : 1, limits);
  }

  /** The message ended. `at`: its time where nothing was reserved for it, because the reservation was given back or never made. */
  settle(key: string, at: number, taken: TakenRecipients, limits: SendingLimits): void {
    const index = this.#open.findIndex((open) => open.key === key);
    const [open] = index === -1 ? [] : this.#open.splice(index, 1);
    if (dayOf(at) > this.#day) this.#turnTo(dayOf(at));
    const { since, external, internal } = open ?? { since: at, external: 0, internal: 0 };
    this.#count(since, taken.external - external, taken.internal - internal, limits);
    const isTaken = taken.external + taken.internal > 0;
    if (isTaken !== (open !== undefined)) this.#countMessage(since, isTaken ? 1 : -1, limits);
  }

  /** Gives back what messages reserved that have not ended for ten minutes. */
  expire(now: number, limits: SendingLimits): void {
    if (this.#open.length === 0) return;
    const over = this.#open.filter(({ since }) => now - since >= LONGEST_RESERVATION_MS);
    for (const { key } of over) this.settle(key, now, { external: 0, internal: 0 }, limits);
  }

  /** Nothing has come since the day before `now`'s, and nothing is under way. */
  isOver(now: number): boolean {
    return this.#open.length === 0 && this.#day < dayOf(now) - 1;
  }

  /** Also back, where the clock was set back. */
  #turnTo(day: number): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#dayCount = 0;
    this.#dayExternal = 0;
  }

  #find(key: string): OpenMessage | undefined {
    return this.#open.find((open) => open.key === key);
  }

  #count(at: number, external: number, internal: number, limits: SendingLimits): void {
    if (limits.externalRecipientsPerHour !== undefined) {
      this.#external ??= new SlidingCount(MINUTE_MS);
      this.#external.add(at, external);
    }
    if (limits.internalRecipientsPerHour !== undefined) {
      this.#internal ??= new SlidingCount(MINUTE_MS);
      this.#internal.add(at, internal);
    }
    if (dayOf(at) !== this.#day) return;
    this.#dayCount = Math.max(0, this.#dayCount + external + internal);
    this.#dayExternal = Math.min(Math.max(0, this.#dayExternal + external), this.#dayCount);
  }

  #countMessage(at: number, count: number, limits: SendingLimits): void {
    if (limits.messagesPerMinute === undefined) return;
    this.#messages ??= new SlidingCount(SECOND_MS);
    this.#messages.add(at, count);
  }
}

/** Days of UTC since 1970. */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}

/** 00:00 UTC of this day. */
export function startOfDay(now: number): number {
  return dayOf(now) * DAY_MS;
}

/** 00:00 UTC of the following day. */
export function tomorrow(now: number): number {
  return startOfDay(now) + DAY_MS;
}
