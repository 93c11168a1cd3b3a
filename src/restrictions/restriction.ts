// A restriction: which entity may not relay, since when, why, and who ended it.
import type { EntityKind } from '../attribution/entity.ts';

export type RestrictionCause = 'detection' | 'limit' | 'manual';

/** Times are milliseconds since 1970. */
export interface Restriction {
  /** GUID of this restriction. */
  readonly id: string;
  /** GUID of the incident: evidence and samples hang on it. Another thing than the entity's id. */
  readonly incidentId: string;
  readonly organizationId: string;
  readonly entityId: string;
  readonly entityKind: EntityKind;
  /** As it was called when it was restricted. */
  readonly entityName: string;
  /** The entity's epoch that this restriction ends with: `restrict` is compare-and-set on it. */
  readonly epoch: number;
  readonly since: number;
  /** Undefined: until somebody unblocks. */
  readonly until?: number | undefined;
  readonly cause: RestrictionCause;
  /** At most 1 000 characters. */
  readonly reason: string;
  /** What the detector added up, for people and machines; undefined for manual ones. */
  readonly evidence?: Evidence | undefined;
  /** Undefined for manual ones, and for those of before figures were kept. */
  readonly figures?: Figures | undefined;
  readonly restrictedBy: string;
  readonly ended?: RestrictionEnd | undefined;
}

export interface RestrictionEnd {
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  /** Judged and alerted, but not blocked, for so long after. */
  readonly graceHours: 0 | 1 | 4 | 24;
  /** "What was sent is normal": the incident's messages are learnt. */
  readonly learn: boolean;
}

/** What had been counted of the entity when it was restricted. What was not known then is left out. */
export interface Figures {
  /** `seq` in the journal: of the message that tipped the sum; with a limit, of the last one before. */
  readonly messageSeq?: number | undefined;
  /** Of that message, those that were taken. */
  readonly messageRecipients?: number | undefined;
  /** Messages with recipients outside the accepted domains in the last 24 hours, and those of them that the content filter called spam. */
  readonly outboundMail?: number | undefined;
  readonly outboundSpam?: number | undefined;
  /** The limit that was exceeded, and the recipients since midnight (UTC). */
  readonly exceeded?: string | undefined;
  readonly internalRecipientsToday?: number | undefined;
  readonly externalRecipientsToday?: number | undefined;
}

/** The list of terms whose sum is the verdict. Numbers are natural-log likelihood ratios. */
export interface Evidence {
  readonly detectorVersion: number;
  readonly sum: number;
  readonly threshold: number;
  /** The message that tipped the sum, as the mail server names it. */
  readonly tippedBy: { readonly messageId: string; readonly queueId: string; readonly at: number };
  readonly families: readonly FamilyEvidence[];
}

export interface FamilyEvidence {
  /** content | recipients | failures | volume | bulk | identity */
  readonly family: string;
  readonly sum: number;
  /** In plain words, against the entity's normal: "new recipients 97 % against 21 % usual". */
  readonly words: string;
  /** The messages with the largest terms, largest first, at most 2. */
  readonly messages: readonly { readonly messageId: string; readonly at: number; readonly term: number }[];
}
