// The message trace. It shows who wrote to whom, so that a search leaves a record; subjects are for whoever may see content.
import { may } from '../access/authorize.ts';
import { byMessage, type Fate, type FateStatus, fatesOf, followedSeqs } from '../activity/fates.ts';
import type { TraceQuery } from '../activity/journal-store.ts';
import type { MessageRecord } from '../activity/record.ts';
import { audited } from './audited.ts';
import type { OperationPorts } from './ports.ts';
import type { Requester } from './requester.ts';
import { installationOf } from './scope.ts';

const action = 'trace.read';

export interface TraceSearch {
  /** As the audit log shall have it. */
  readonly operation: string;
  readonly organizationId: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface TracedMessage {
  /** Its subject is '' for whoever may not see it. */
  readonly message: MessageRecord;
  /** One for each recipient, in their order. */
  readonly fates: readonly Fate[];
}

/** Records the search; what it reads then, in however many steps, leaves no further record. FORBIDDEN, STORE_UNAVAILABLE. */
export function searchMessages<T>(
  ports: OperationPorts,
  requester: Requester,
  { operation, organizationId = '', parameters }: TraceSearch,
  read: () => Promise<T>,
): Promise<T> {
  return audited(ports, requester, { action, operation, organizationId, objectId: '', parameters }, read);
}

/** Newest first, also what was answered a moment ago. To be called within `searchMessages`, or for the next page of one. */
export async function readMessages({ journal }: OperationPorts, query: TraceQuery): Promise<readonly MessageRecord[]> {
  // A journal in trouble still shows what it has.
  await journal.flush().catch(() => {});
  return journal.trace(query);
}

/** What became of each. */
export async function withFates(
  ports: OperationPorts,
  requester: Requester,
  messages: readonly MessageRecord[],
): Promise<readonly TracedMessage[]> {
  const { journal, now } = ports;
  const deliveries = byMessage(await journal.deliveries(followedSeqs(messages)));
  const areHidden = areSubjectsHidden(ports, requester);
  return messages.map((message) => ({
    message: areHidden ? { ...message, subject: '' } : message,
    fates: fatesOf(message, deliveries.get(message.seq) ?? [], now()),
  }));
}

export interface TracePageQuery extends TraceQuery {
  /** Messages of which a recipient has one of these. */
  readonly fates?: readonly FateStatus[] | undefined;
}

export interface TracePage {
  readonly messages: readonly TracedMessage[];
  /** Where the next page begins (`beforeSeq`); undefined after the last. */
  readonly next: number | undefined;
}

/** What became of a message is known only after it was read: so many are read at once, and at most for one page. */
const READ_FOR_FATES = 500;
const MOST_READ_FOR_FATES = 5_000;

/**
 * A page of `readMessages`, with what became of each. Where fates are asked for it may be shorter than its limit, even empty, although there is
 * a next one.
 */
export async function readPage(ports: OperationPorts, requester: Requester, query: TracePageQuery): Promise<TracePage> {
  const { fates, limit } = query;
  if (fates === undefined) {
    const found = await readMessages(ports, query);
    const next = found.length === limit ? found.at(-1)?.seq : undefined;
    return { messages: await withFates(ports, requester, found), next };
  }
  const messages: TracedMessage[] = [];
  let { beforeSeq } = query;
  for (let read = 0; read < MOST_READ_FOR_FATES; read += READ_FOR_FATES) {
    const some = await readMessages(ports, { ...query, beforeSeq, limit: READ_FOR_FATES });
    for (const traced of await withFates(ports, requester, some)) {
      if (!traced.fates.some(({ status }) => fates.includes(status))) continue;
      messages.push(traced);
      if (messages.length === limit) return { messages, next: traced.message.seq };
    }
    if (some.length < READ_FOR_FATES) return { messages, next: undefined };
    beforeSeq = some.at(-1)!.seq;
  }
  return { messages, next: beforeSeq };
}

/** Of whoever may trace, but not see subjects. */
export function areSubjectsHidden({ directory }: OperationPorts, { principal }: Requester): boolean {
  return !may(principal, 'trace.content', installationOf(directory));
}
