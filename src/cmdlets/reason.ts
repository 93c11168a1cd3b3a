// Why an entity is restricted as programs read it: parts separated by semicolons, keys as the product has them (reference microsoft-365.md
// section 7). A key whose value was not known at the block is left out.
import type { Figures, Restriction } from '../restrictions/restriction.ts';
import { messageTraceId } from './message-trace-id.ts';

export function machineReason(restriction: Restriction): string {
  return PARTS[restriction.cause](restriction)
    .filter((part) => part !== undefined)
    .join(';');
}

type Parts = (restriction: Restriction) => readonly (string | undefined)[];

const PARTS: Readonly<Record<Restriction['cause'], Parts>> = {
  detection: ({ entityKind, organizationId, figures = {} }) => {
    const { outboundMail, outboundSpam, messageSeq } = figures;
    // Of a user there are only the figures; where they are unknown something must stand there all the same.
    const what =
      entityKind === 'connector' || outboundMail === undefined ? `Suspicious ${entityKind} activity` : undefined;
    return [
      what,
      keyed('OutboundSpamLast24Hours=', outboundSpam),
      keyed('OutboundMailLast24Hours=', outboundMail),
      keyed('OutboundSpamPercent=', percent(outboundSpam, outboundMail)),
      keyed('Last Spam Message MessagetraceId:', messageSeq && messageTraceId(organizationId, messageSeq)),
    ];
  },
  limit: ({ organizationId, figures = {}, reason }) => {
    const { messageSeq, messageRecipients, internalRecipientsToday, externalRecipientsToday } = figures;
    return [
      'EmailSendingLimitExceeded',
      keyed('InternalRecipientCountToday=', internalRecipientsToday),
      keyed('ExternalRecipientCountToday=', externalRecipientsToday),
      keyed('ExceedingLimitType=', limitType(figures)),
      keyed('Last MessagetraceId=', messageSeq && messageTraceId(organizationId, messageSeq)),
      keyed('LastMessageRcptCount=', messageSeq && messageRecipients),
      figures.exceeded === undefined ? keyed('Comment=', plain(reason)) : undefined,
    ];
  },
  manual: ({ reason }) => ['RestrictedByAdministrator', keyed('Comment=', plain(reason))],
};

function keyed(key: string, value: string | number | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : `${key}${value}`;
}

function percent(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || !whole ? undefined : Math.round((100 * part) / whole);
}

/** The product knows two; the others are Cordon's own, by the names of their limits. */
function limitType({ exceeded }: Figures): string | undefined {
  if (exceeded === 'externalRecipientsPerHour') return 'External';
  if (exceeded === 'internalRecipientsPerHour') return 'Internal';
  return exceeded && exceeded[0]!.toUpperCase() + exceeded.slice(1);
}

/** What people wrote, in one part. */
function plain(words: string): string {
  return words.replaceAll(/[;\s]+/g, ' ').trim();
}
