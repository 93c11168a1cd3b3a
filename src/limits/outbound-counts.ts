// What every connector and user has sent to the outside in the last 24 hours, and how much of it the content filter called spam: told with a
// restriction, and never what one rests on. In memory, no I/O; rebuilt from the journal at a start.
import { SlidingCount } from './sliding-count.ts';

/** 60 of them are 24 hours: what is counted is of the last 24 hours and up to 24 minutes more. */
const SLOT_MS = 24 * 60_000;
export const OUTBOUND_WINDOW_MS = 61 * SLOT_MS;
const SWEEP_EVERY_MS = 3_600_000;

/** A message that was taken, or refused because it tipped the sum. */
export interface SentMessage {
  /** 0 for one that is in no journal. */
  readonly seq: number;
  readonly at: number;
  /** Taken recipients. */
  readonly recipients: number;
  /** Some of them are outside the accepted domains. */
  readonly isOutbound: boolean;
  /** Undefined: no content filter said anything. */
  readonly spam: boolean | undefined;
}

export interface Outbound {
  readonly mail: number;
  /** Undefined: no content filter said anything of it. */
  readonly spam: number | undefined;
  readonly last: SentMessage | undefined;
}

interface Counts {
  readonly mail: SlidingCount;
  /** Undefined before a content filter's first word. */
  spam: SlidingCount | undefined;
  last: SentMessage;
}

export class OutboundCounts {
  readonly #counts = new Map<string, Counts>();
  #sweptAt = 0;

  note(entityId: string, message: SentMessage): void {
    this.#sweep(message.at);
    const counts = this.#of(entityId, message);
    if (message.seq >= counts.last.seq) counts.last = message;
    if (!message.isOutbound) return;
    counts.mail.add(message.at, 1);
    if (message.spam === undefined) return;
    counts.spam ??= new SlidingCount(SLOT_MS);
    counts.spam.add(message.at, message.spam ? 1 : 0);
  }

  of(entityId: string, now: number): Outbound {
    const counts = this.#counts.get(entityId);
    return { mail: counts?.mail.at(now) ?? 0, spam: counts?.spam?.at(now), last: counts?.last };
  }

  #of(entityId: string, first: SentMessage): Counts {
    let counts = this.#counts.get(entityId);
    if (counts === undefined) {
      counts = { mail: new SlidingCount(SLOT_MS), spam: undefined, last: first };
      this.#counts.set(entityId, counts);
    }
    return counts;
  }

  /** Who has sent nothing for a day begins anew. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    for (const [entityId, { last }] of this.#counts) {
      if (now - last.at > OUTBOUND_WINDOW_MS) this.#counts.delete(entityId);
    }
  }
}
