// Whether a line of the journal answers a question of the message trace. Most lines do not: they are told by their text,
// before anybody parses them.
import type { TraceQuery } from '../../activity/journal-store.ts';
import type { JournalRecord, MessageRecord } from '../../activity/record.ts';
import type { Mention } from '../../mail/mention.ts';

export interface Matcher {
  /** False where no line of this text answers: then nobody needs to part them. */
  readonly mayBeIn: (text: string) => boolean;
  /** The record on this line, where it is one that the query asks for. */
  readonly matching: (line: string) => MessageRecord | undefined;
}

export function matcherOf(query: TraceQuery): Matcher {
  const words = wordsOf(query);
  const addresses = [query.sender, query.recipient]
    .filter((address) => address !== undefined)
    .map((address) => asWritten(address).toLowerCase());
  const matching = (line: string): MessageRecord | undefined => {
    if (!words.every((word) => line.includes(word))) return undefined;
    if (addresses.length > 0) {
      const lowered = line.toLowerCase();
      if (!addresses.every((address) => lowered.includes(address))) return undefined;
    }
    const record = JSON.parse(line) as JournalRecord;
    return record.kind === 'message' && matches(record, query) ? record : undefined;
  };
  return { mayBeIn: (text) => words.every((word) => text.includes(word)), matching };
}

/** What stands in every line that answers, as `JSON.stringify` writes it. */
function wordsOf({ organizationId, entityId, outcome, compromised }: TraceQuery): string[] {
  return [
    // First what is rarest.
    compromised === undefined ? [] : '"level":"compromised"',
    outcome === undefined ? [] : `"outcome":${asWritten(outcome)}`,
    [organizationId, entityId].filter((id) => id !== undefined).map(asWritten),
  ].flat();
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
    (query.compromised === undefined || record.score?.[query.compromised]?.level === 'compromised') &&
    (query.sender === undefined || isSame(record.envelopeSender, query.sender)) &&
    (query.recipient === undefined || record.recipients.some(({ address }) => isSame(address, query.recipient!)))
  );
}

function isSame(address: string, asked: string): boolean {
  return address.toLowerCase() === asked.toLowerCase();
}
