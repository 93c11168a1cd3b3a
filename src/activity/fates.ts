// What became of a message's recipients, put together from the message's record and the delivery records that came after it.
import type { DeliveryRecord, DeliveryStatus, MessageRecord, RecipientRecord } from './record.ts';

/**
 * refused     by us, the next hop or somebody else, while the client was there
 * queued      taken, and no answer yet
 * unknown     taken, and nobody tells what became of it: no mail log is followed, or it left the queue without a word
 */
export type FateStatus = 'refused' | 'queued' | 'unknown' | DeliveryStatus;

export interface Fate {
  readonly status: FateStatus;
  /** Of the answer that says so; undefined where there is none. */
  readonly at?: number | undefined;
  readonly dsn?: string | undefined;
  readonly text?: string | undefined;
  /** Where it is in the queue, or was last. */
  readonly mailServer?: string | undefined;
  readonly queueId?: string | undefined;
}

/** Postfix keeps mail for 5 days (`maximal_queue_lifetime`), then comes the next look at the queue: no answer is to be expected after that. */
export const LONGEST_IN_QUEUE_MS = 132 * 3_600_000;

/** The seqs of those whose fate delivery records can tell. */
export function followedSeqs(messages: readonly MessageRecord[]): readonly number[] {
  return messages.filter(({ feedbackFrom }) => feedbackFrom !== undefined).map(({ seq }) => seq);
}

/** The delivery records by the message that they tell of. */
export function byMessage(deliveries: readonly DeliveryRecord[]): ReadonlyMap<number, readonly DeliveryRecord[]> {
  return Map.groupBy(deliveries, (delivery) => delivery.messageSeq);
}

/** One for each recipient, in the order of the message's record. `deliveries` are the message's own, oldest first. */
export function fatesOf(message: MessageRecord, deliveries: readonly DeliveryRecord[], now: number): readonly Fate[] {
  const told = new Map<string, Fate>();
  for (const { at, mailServer, queueId, recipients } of deliveries) {
    for (const { address, status, dsn, text } of recipients) {
      if (!isFinal(told.get(address)?.status)) told.set(address, { status, at, dsn, text, mailServer, queueId });
    }
  }
  return message.recipients.map((recipient) => told.get(recipient.address) ?? withoutWord(message, recipient, now));
}

function isFinal(status: FateStatus | undefined): boolean {
  return status === 'delivered' || status === 'bounced' || status === 'unknown';
}

function withoutWord(message: MessageRecord, { code }: RecipientRecord, now: number): Fate {
  if (!isTaken(message) || code >= 400) return { status: 'refused' };
  const queueId = queueIdOf(message);
  const mailServer = message.feedbackFrom;
  if (mailServer === undefined || queueId === '' || now - message.at > LONGEST_IN_QUEUE_MS)
    return { status: 'unknown' };
  return { status: 'queued', mailServer, queueId };
}

/** The mail server has it, as far as we know. */
export function isTaken({ outcome }: MessageRecord): boolean {
  return outcome === 'accepted' || outcome === 'repeated';
}

/** Of the mail server that took it; the relay's next hop tells its own in its answer. '' where it is not known. */
export function queueIdOf({ listener, queueId, reply }: MessageRecord): string {
  return listener === 'smtp-relay' ? (queuedAs(reply) ?? '') : queueId;
}

/** The queue id in a mail server's answer to a message: Postfix says `250 2.0.0 Ok: queued as 4XAB`. */
export function queuedAs(reply: string): string | undefined {
  return /\bqueued as ([0-9A-Za-z]{5,32})\b/.exec(reply)?.[1];
}
