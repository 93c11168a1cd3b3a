// A journal record without an address. What is left tells how much was sent when, and no more by whom, to whom or about what.
import type { DeliveryRecord, JournalRecord, MessageRecord } from '../activity/record.ts';
import type { Mention } from '../mail/mention.ts';

/** Stands where an address stood. */
export const ERASED = '[erased]';

/** The very same record where it does not mention the address. */
export function erasedRecord(record: JournalRecord, mention: Mention): JournalRecord {
  // A control entry is the detector's: it names an entity by its id, and nobody by an address.
  if (record.kind === 'control') return record;
  const changed = mention.replacedInAll(record, ERASED);
  if (changed === record) return record;
  const nameless = isLoginOf(record, mention) ? { ...changed, userId: undefined, saslUsername: undefined } : changed;
  return nameless.kind === 'message' ? withoutWords(nameless, record as MessageRecord) : nameless;
}

/** A user's id is computed from his login: whoever knows the one knows the other. */
function isLoginOf({ saslUsername }: MessageRecord | DeliveryRecord, mention: Mention): boolean {
  return saslUsername?.toLowerCase() === mention.address;
}

/** The subject may speak of the person, and the From header gives a name to an address. */
function withoutWords(changed: MessageRecord, before: MessageRecord): MessageRecord {
  const headerFrom = changed.headerFrom === before.headerFrom ? before.headerFrom : ERASED;
  return { ...changed, headerFrom, subject: '' };
}
