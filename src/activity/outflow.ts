// What an entity got out in a span of time: its accepted messages with the fates of their recipients, read from the journal page by page.
import { byMessage, type Fate, type FateStatus, fatesOf, followedSeqs } from './fates.ts';
import type { JournalStore } from './journal-store.ts';
import type { MessageRecord, RecipientRecord } from './record.ts';

export interface OutflowQuery {
  readonly organizationId: string | undefined;
  /** Connector or user. */
  readonly entityId: string;
  readonly from: number;
  /** Not included. */
  readonly until: number;
}

/** A recipient whom the mail server took. */
export interface OutRecipient {
  readonly message: MessageRecord;
  readonly recipient: RecipientRecord;
  readonly fate: Fate;
}

export interface Outflow {
  readonly messages: number;
  /** Taken by the mail server; the sum of the other four. */
  readonly accepted: number;
  readonly delivered: number;
  /** Not answered yet, or deferred: can still be stopped. */
  readonly queued: number;
  readonly bounced: number;
  /** Nobody tells: no mail log is followed, or it does not say. */
  readonly unknown: number;
}

const PAGE = 500;

/** Page by page, newest message first. A second pass of the same mail (`repeated`) is not told again. */
export async function* outflow(
  journal: Pick<JournalStore, 'trace' | 'deliveries'>,
  query: OutflowQuery,
  now: number,
): AsyncGenerator<readonly OutRecipient[]> {
  let beforeSeq: number | undefined;
  for (;;) {
    const messages = await journal.trace({ ...query, outcomes: ['accepted'], beforeSeq, limit: PAGE });
    if (messages.length === 0) return;
    const deliveries = byMessage(await journal.deliveries(followedSeqs(messages)));
    yield messages.flatMap((message) => {
      const fates = fatesOf(message, deliveries.get(message.seq) ?? [], now);
      return message.recipients
        .map((recipient, i) => ({ message, recipient, fate: fates[i]! }))
        .filter(({ fate }) => fate.status !== 'refused');
    });
    beforeSeq = messages.at(-1)!.seq;
    if (messages.length < PAGE) return;
  }
}

/** Waits until all of it is read. */
export async function sumOf(pages: AsyncIterable<readonly OutRecipient[]>): Promise<Outflow> {
  const counted = { messages: 0, accepted: 0, delivered: 0, queued: 0, bounced: 0, unknown: 0 };
  for await (const page of pages) {
    counted.messages += new Set(page.map(({ message }) => message.seq)).size;
    counted.accepted += page.length;
    for (const { fate } of page) counted[kindOf(fate.status)]++;
  }
  return counted;
}

function kindOf(status: FateStatus): 'delivered' | 'queued' | 'bounced' | 'unknown' {
  if (status === 'deferred') return 'queued';
  return status === 'refused' ? 'unknown' : status;
}

/** Still in a queue, so that an admin can hold or delete it there. */
export function isQueued({ fate }: OutRecipient): boolean {
  return fate.status === 'queued' || fate.status === 'deferred';
}
