// The message trace. It shows who wrote to whom, so that a search leaves a record; subjects are for whoever may see content.
import { may } from '../access/authorize.ts';
import { byMessage, type Fate, fatesOf } from '../activity/fates.ts';
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
  const deliveries = byMessage(await journal.deliveries(messages.map(({ seq }) => seq)));
  const areHidden = areSubjectsHidden(ports, requester);
  return messages.map((message) => ({
    message: areHidden ? { ...message, subject: '' } : message,
    fates: fatesOf(message, deliveries.get(message.seq) ?? [], now()),
  }));
}

/** Of whoever may trace, but not see subjects. */
export function areSubjectsHidden({ directory }: OperationPorts, { principal }: Requester): boolean {
  return !may(principal, 'trace.content', installationOf(directory));
}
