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

/** Numbers of a row before its recipients' hashes: see `push`. */
const ROW = 12;

export class Incident {
  #rows: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #used = 0;
  #messages = 0;
  #recipients = 0;

  push(lesson: Lesson, cluster: number): void {
    if (this.#messages >= MOST_MESSAGES) return;
    const kept = Math.min(lesson.recipientHashes.length, MOST_RECIPIENTS - this.#recipients);
    const at = this.#room(ROW + kept);
    const spam = lesson.spam === undefined ? 0 : lesson.spam ? 2 : 1;
    this.#rows.set(
      [
        lesson.minute,
        spam,
        lesson.recipients,
        lesson.newRecipients,
        lesson.answered,
        lesson.refused,
        lesson.newIdentity ? 1 : 0,
        lesson.sender,
        lesson.domain,
        lesson.network,
        cluster,
        kept,
      ],
      at,
    );
    this.#rows.set(lesson.recipientHashes.subarray(0, kept), at + ROW);
    this.#messages++;
    this.#recipients += kept;
  }

  *[Symbol.iterator](): Generator<Unlearnt> {
    for (let at = 0; at < this.#used; ) {
      const [minute, spam, recipients, newRecipients, answered, refused, newIdentity, ...ids] = this.#rows.subarray(
        at,
        at + ROW,
      );
      const [sender, domain, network, cluster, kept] = ids;
      const recipientHashes = this.#rows.subarray(at + ROW, at + ROW + kept!);
      at += ROW + kept!;
      yield {
        lesson: {
          minute: minute!,
          spam: spam === 0 ? undefined : spam === 2,
          recipients: recipients!,
          newRecipients: newRecipients!,
          answered: answered!,
          refused: refused!,
          newIdentity: newIdentity === 1,
          sender: sender!,
          domain: domain!,
          network: network!,
          recipientHashes,
        },
        cluster: cluster!,
      };
    }
  }

  clear(): void {
    if (this.#messages > 0) {
      this.#rows = new Uint32Array(0);
      this.#used = this.#messages = this.#recipients = 0;
    }
  }

  copy(): Incident {
    const copy = new Incident();
    copy.#rows = this.#rows.slice();
    copy.#used = this.#used;
    copy.#messages = this.#messages;
    copy.#recipients = this.#recipients;
    return copy;
  }

  write(out: ByteWriter): void {
    out.u32s(this.#rows.subarray(0, this.#used));
    out.u32(this.#messages);
    out.u32(this.#recipients);
  }

  static read(from: ByteReader): Incident {
    const incident = new Incident();
    incident.#rows = from.u32s();
    incident.#used = incident.#rows.length;
    incident.#messages = from.u32();
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
