// Whether a line of the journal answers a question of the message trace. Most lines do not: they are told by their text,
// before anybody parses them.
import type { TraceQuery } from '../../activity/journal-store.ts';
import type { JournalRecord, MessageRecord } from '../../activity/record.ts';
import type { Mention } from '../../mail/mention.ts';

/** Is the record on this line one that the query asks for? */
export type Matcher = (line: string) => boolean;

export function matcherOf(query: TraceQuery): Matcher {
  const ids = [query.organizationId, query.entityId].filter((id) => id !== undefined).map(asWritten);
  const addresses = [query.sender, query.recipient]
    .filter((address) => address !== undefined)
    .map((address) => asWritten(address).toLowerCase());
  return (line) => {
    if (!ids.every((id) => line.includes(id))) return false;
    if (addresses.length > 0) {
      const lowered = line.toLowerCase();
      if (!addresses.every((address) => lowered.includes(address))) return false;
    }
    const record = JSON.parse(line) as JournalRecord;
    return record.kind === 'message' && matches(record, query);
  };
}

/** Is it a delivery record of one of these messages? */
export function tellsOf(line: string, messageSeqs: ReadonlySet<number>): boolean {
  if (!line.includes('"kind":"delivery"')) return false;
  const record = JSON.parse(line) as JournalRecord;
  return record.kind === 'delivery' && messageSeqs.has(record.messageSeq);
}

/** The record on this line, where the address may be in it and it is the organization's; undefined otherwise. */
export function recordToErase(
  line: string,
  mention: Mention,
  organizationId: string | undefined,
): JournalRecord | undefined {
  if (!mention.mayBeIn(line.toLowerCase())) return undefined;
  const record = JSON.parse(line) as JournalRecord;
  return organizationId === undefined || record.organizationId === organizationId ? record : undefined;
}

function asWritten(text: string): string {
  return JSON.stringify(text);
}

function matches(record: MessageRecord, query: TraceQuery): boolean {
  return (
    (query.organizationId === undefined || record.organizationId === query.organizationId) &&
    (query.entityId === undefined || record.connectorId === query.entityId || record.userId === query.entityId) &&
    (query.from === undefined || record.at >= query.from) &&
    (query.until === undefined || record.at < query.until) &&
    (query.beforeSeq === undefined || record.seq < query.beforeSeq) &&
    (query.outcome === undefined || record.outcome === query.outcome) &&
    (query.sender === undefined || isSame(record.envelopeSender, query.sender)) &&
    (query.recipient === undefined || record.recipients.some(({ address }) => isSame(address, query.recipient!)))
  );
}

function isSame(address: string, asked: string): boolean {
  return address.toLowerCase() === asked.toLowerCase();
}
