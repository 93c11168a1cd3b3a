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
