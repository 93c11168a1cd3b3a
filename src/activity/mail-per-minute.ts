// How much mail came in each of the last minutes, by the kind of answer, for each organization. In memory, bounded by the organizations;
// filled again from the journal at a start.
import type { MessageRecord, Outcome } from './record.ts';

/** So many minutes are kept, the one under way included. */
export const MINUTES_KEPT = 180;

const KINDS = ['accepted', 'refused', 'deferred', 'other'] as const;
/** refused and deferred are our own answers; other: rejected elsewhere, given up by the client, or seen before. */
export type AnswerKind = (typeof KINDS)[number];

const KIND_OF: Readonly<Record<Outcome, AnswerKind>> = {
  accepted: 'accepted',
  tipped: 'refused',
  restricted: 'refused',
  denied: 'refused',
  held: 'deferred',
  deferred: 'deferred',
  rejected: 'other',
  aborted: 'other',
  repeated: 'other',
};

/** Messages of one minute. */
export interface MinuteOfMail extends Readonly<Record<AnswerKind, number>> {
  /** When it began, milliseconds since 1970. */
  readonly at: number;
}

const MINUTE_MS = 60_000;

export class MailPerMinute {
  readonly #byOrganization = new Map<string, Ring>();

  /** Whatever is journaled; minutes that are no longer kept do no harm. */
  note({ organizationId, at, outcome }: Pick<MessageRecord, 'organizationId' | 'at' | 'outcome'>): void {
    let ring = this.#byOrganization.get(organizationId);
    if (ring === undefined) {
      ring = new Ring();
      this.#byOrganization.set(organizationId, ring);
    }
    ring.note(Math.floor(at / MINUTE_MS), KINDS.indexOf(KIND_OF[outcome]));
  }

  /** The last minutes, oldest first and the one under way last. Undefined: of all organizations together. */
  last(minutes: number, now: number, organizationId: string | undefined): readonly MinuteOfMail[] {
    const newest = Math.floor(now / MINUTE_MS);
    const rings =
      organizationId === undefined
        ? [...this.#byOrganization.values()]
        : [this.#byOrganization.get(organizationId)].filter((ring) => ring !== undefined);
    return Array.from({ length: Math.min(minutes, MINUTES_KEPT) }, (_, i, n = newest - minutes + 1 + i) => {
      const [accepted, refused, deferred, other] = KINDS.map((_kind, kind) =>
        rings.reduce((sum, ring) => sum + ring.count(n, kind), 0),
      ) as [number, number, number, number];
      return { at: n * MINUTE_MS, accepted, refused, deferred, other };
    });
  }
}

class Ring {
  /** Which minute stands in each place. */
  readonly #minutes = new Float64Array(MINUTES_KEPT).fill(-1);
  readonly #counts = new Uint32Array(MINUTES_KEPT * KINDS.length);

  note(minute: number, kind: number): void {
    const place = minute % MINUTES_KEPT;
    // At a start the journal of a day comes before the last hours of it. Where a later minute stands here the clock was ahead and was set back.
    if (this.#minutes[place] !== minute) {
      this.#minutes[place] = minute;
      this.#counts.fill(0, place * KINDS.length, (place + 1) * KINDS.length);
    }
    this.#counts[place * KINDS.length + kind]!++;
  }

  count(minute: number, kind: number): number {
    const place = minute % MINUTES_KEPT;
    return this.#minutes[place] === minute ? this.#counts[place * KINDS.length + kind]! : 0;
  }
}
