// A message's record made small before it leaves the reading thread: a look at many of them sends some hundred bytes each, and parses them once.
import type { MessageDigest } from '../../activity/journal-store.ts';
import type { MessageRecord } from '../../activity/record.ts';
import { domainOf } from '../../mail/address.ts';

export function digestOf(record: MessageRecord): MessageDigest {
  const { seq, at, outcome, tippedBy, clientAddress, clientName, score, recipients } = record;
  const relayedTo = outcome === 'accepted' ? domainsOf(recipients) : [];
  return { seq, at, outcome, tippedBy, clientAddress, clientName, score, recipients: recipients.length, relayedTo };
}

/** Of an address that was erased nothing is left, its domain neither. */
function domainsOf(recipients: MessageRecord['recipients']): string[] {
  return recipients
    .filter(({ code, relaying }) => relaying && code < 400)
    .map(({ address }) => domainOf(address))
    .filter((domain) => domain !== '');
}
