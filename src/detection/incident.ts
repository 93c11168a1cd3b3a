// The messages that were not learnt because the sum was already high, or the entity restricted. An admin who unblocks may say that they were normal:
// then they are learnt after all. Bounded; the first ones are kept, because they are what the incident began with.
import type { ByteReader, ByteWriter } from './bytes.ts';
import type { Lesson } from './facts.ts';

const MOST_MESSAGES = 32;
const MOST_RECIPIENTS = 512;

/** One message and the serial of the cluster that its text is in; NO_CLUSTER without one. */
export interface Unlearnt {
  readonly lesson: Lesson;
  readonly cluster: number;
}

export const NO_CLUSTER = 0;

/** Numbers of a row before its hashes: see `push`. */
const ROW = 9;
/** Bits of a row's flags. */
const NEW_IDENTITY = 1;
const HAS_LINKS = 2;
const NEW_SITE = 4;
const NEW_CONTRADICTION = 8;
const IS_UNSETTLED = 16;
const NEW_SITE_AGAIN = 32;

export class Incident {
  #rows: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #used = 0;
  /** Of each message, how many of its recipients are kept. */
  #kept: number[] = [];
  #recipients = 0;

  push(lesson: Lesson, cluster: number): void {
    if (this.#kept.length >= MOST_MESSAGES) return;
    const kept = Math.min(lesson.recipientHashes.length, MOST_RECIPIENTS - this.#recipients);
    const { things } = lesson;
    const at = this.#room(ROW + things.length + kept);
    const spam = lesson.spam === undefined ? 0 : lesson.spam ? 2 : 1;
    this.#rows.set(
      [
        lesson.minute,
        spam,
        lesson.recipients,
        lesson.newRecipients,
        lesson.answered,
        lesson.refused,
        flagsOf(lesson),
        cluster,
        things.length,
      ],
      at,
    );
    this.#rows.set(things, at + ROW);
    this.#rows.set(lesson.recipientHashes.subarray(0, kept), at + ROW + things.length);
    this.#kept.push(kept);
    this.#recipients += kept;
  }

  *[Symbol.iterator](): Generator<Unlearnt> {
    let at = 0;
    for (const kept of this.#kept) {
      const [minute, spam, recipients, newRecipients, answered, refused, flags, cluster, count] = this.#rows.subarray(
        at,
        at + ROW,
      );
      const things = this.#rows.subarray(at + ROW, at + ROW + count!);
      const recipientHashes = this.#rows.subarray(at + ROW + count!, at + ROW + count! + kept);
      at += ROW + count! + kept;
      yield {
        lesson: {
          minute: minute!,
          spam: spam === 0 ? undefined : spam === 2,
          recipients: recipients!,
          newRecipients: newRecipients!,
          answered: answered!,
          refused: refused!,
          newIdentity: isNew(flags!, NEW_IDENTITY),
          hasLinks: (flags! & HAS_LINKS) !== 0,
          newSite: isNew(flags!, NEW_SITE),
          newSiteAgain: isNew(flags!, NEW_SITE_AGAIN),
          newContradiction: isNew(flags!, NEW_CONTRADICTION),
          things,
          recipientHashes,
        },
        cluster: cluster!,
      };
    }
  }

  clear(): void {
    if (this.#kept.length > 0) {
      this.#rows = new Uint32Array(0);
      this.#kept = [];
      this.#used = this.#recipients = 0;
    }
  }

  copy(): Incident {
    const copy = new Incident();
    copy.#rows = this.#rows.slice();
    copy.#used = this.#used;
    copy.#kept = [...this.#kept];
    copy.#recipients = this.#recipients;
    return copy;
  }

  write(out: ByteWriter): void {
    out.u32s(this.#rows.subarray(0, this.#used));
    out.u32s(Uint32Array.from(this.#kept));
    out.u32(this.#recipients);
  }

  static read(from: ByteReader): Incident {
    const incident = new Incident();
    incident.#rows = from.u32s();
    incident.#used = incident.#rows.length;
    incident.#kept = [...from.u32s()];
    incident.#recipients = from.u32();
    return incident;
  }

  #room(size: number): number {
    const at = this.#used;
    this.#used += size;
    if (this.#used > this.#rows.length) {
      const larger = new Uint32Array(Math.max(this.#used, this.#rows.length * 2));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    return at;
  }
}

function isNew(flags: number, which: number): boolean | undefined {
  return (flags & IS_UNSETTLED) !== 0 ? undefined : (flags & which) !== 0;
}

function flagsOf(lesson: Lesson): number {
  return (
    (lesson.newIdentity ? NEW_IDENTITY : 0) |
    (lesson.hasLinks ? HAS_LINKS : 0) |
    (lesson.newSite ? NEW_SITE : 0) |
    (lesson.newSiteAgain ? NEW_SITE_AGAIN : 0) |
    (lesson.newContradiction ? NEW_CONTRADICTION : 0) |
    (lesson.newIdentity === undefined ? IS_UNSETTLED : 0)
  );
}
