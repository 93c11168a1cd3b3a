// What the privacy room asks of a store about the control data: to let go of an address, and of what is older than it is kept.
import type { Reseal } from '../audit/chain.ts';
import type { Mention } from '../mail/mention.ts';

/** How many of each name the address. */
export interface ControlMentions {
  /** Their reasons, evidence, and who restricted and unblocked. */
  readonly restrictions: number;
  /** Alerts, their activities and comments, and notifications on their way. */
  readonly alerts: number;
  readonly exceptionWindows: number;
  readonly auditRecords: number;
}

export interface MentionQuery {
  readonly mention: Mention;
  /** Undefined: all organizations, and what belongs to none. */
  readonly organizationId?: string | undefined;
}

export interface Replacement {
  /** In place of the address in restrictions, alerts and exception windows. */
  readonly erased: string;
  /** In place of the address in the audit log. */
  readonly pseudonym: string;
  /** Keeps the audit records that it changes in their chain. */
  readonly reseal: Reseal;
}

/** In small steps, between which others write. Rejects with STORE_UNAVAILABLE. */
export interface PrivacyStore {
  countMentions(query: MentionQuery): Promise<ControlMentions>;
  /**
   * A notification that is on its way to the address goes to it no more. The name of an entity whose restriction is in force stays: by it the mail servers
   * refuse it while the guard is away.
   */
  eraseMentions(query: MentionQuery, replacement: Replacement): Promise<ControlMentions>;
  /**
   * Of one organization, or (undefined) of none: alerts whose last activity is older than `before`, with their activities and comments, the day
   * counts of notifications, and the evidence of restrictions that ended before. Returns how many alerts and pieces of evidence.
   */
  removeEvidence(organizationId: string | undefined, before: number): Promise<number>;
  /** Of one organization, or (undefined) of none: restrictions that ended before. How many. Audit records are the audit log's. */
  removeEnded(organizationId: string | undefined, before: number): Promise<number>;
  /** Nothing that was removed or replaced stands in the files any more, the write-ahead logs included. */
  purge(): Promise<void>;
}
