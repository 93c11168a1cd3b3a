// Why an entity is restricted as programs read it: parts separated by semicolons, keys as the product has them (reference microsoft-365.md section 7).
import type { Restriction } from '../restrictions/restriction.ts';

export function machineReason({ cause, reason, evidence }: Restriction): string {
  const plain = reason.replaceAll(/[;\s]+/g, ' ').trim();
  if (cause === 'manual') return `RestrictedByAdministrator;Comment=${plain}`;
  if (cause === 'limit') return `EmailSendingLimitExceeded;Comment=${plain}`;
  const tipped = evidence === undefined ? '' : `;Last Spam Message-ID:${evidence.tippedBy.messageId}`;
  return `Suspicious connector activity${tipped}`;
}
