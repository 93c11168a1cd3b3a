// What the alerts room asks of a store. A change is on disk when its promise resolves, in one atomic write.
import type { Alert, AlertActivity, AlertComment, AlertStatus } from './alert.ts';
import type { AlertSeverity } from './alert-policy.ts';
import type { NotificationEvent } from './notification-event.ts';

/** Notifications of an entity (or part of the guard) by a policy in a calendar day of its organization. */
export interface DayCount {
  readonly subject: string;
  readonly policyId: string;
  /** 2026-11-22 */
  readonly day: string;
  readonly organizationId?: string | undefined;
  readonly count: number;
  /** Of the last one. */
  readonly at: number;
}

/** A restriction that was looked at, whether or not there is an alert: after a crash it is not raised again. */
export interface SeenIncident {
  readonly incidentId: string;
  readonly organizationId: string;
  readonly at: number;
}

/** Everything that one batch of activities leads to. */
export interface AlertWrite {
  /** As they are after it, each once, and how many of `hitCount` are this write's. */
  readonly alerts: readonly { readonly alert: Alert; readonly hits: number }[];
  readonly activities: readonly AlertActivity[];
  readonly days: readonly DayCount[];
  readonly events: readonly NotificationEvent[];
  readonly incidents: readonly SeenIncident[];
}

export interface AlertQuery {
  /** Undefined: the provider's view over all organizations. */
  readonly organizationId?: string | undefined;
  /** With an organization: also those about the guard, which belong to none. */
  readonly withGuards?: boolean | undefined;
  readonly status?: AlertStatus | undefined;
  readonly severity?: AlertSeverity | undefined;
  /** The policy's name. */
  readonly policy?: string | undefined;
  readonly entityId?: string | undefined;
  readonly assignee?: string | undefined;
  /** With an activity at or after `from`, and one before `until`. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  /** Older than this one: the last of the page before. */
  readonly after?: Pick<Alert, 'createdAt' | 'id'> | undefined;
  /** 1 to 1 000. */
  readonly limit: number;
}

export interface AlertDetails {
  readonly alert: Alert;
  /** The last hundred, newest first. */
  readonly activities: readonly AlertActivity[];
  /** Oldest first. */
  readonly comments: readonly AlertComment[];
}

/** What people change of an alert. */
export type AlertHandling = Pick<Alert, 'status' | 'assignee' | 'classification' | 'resolvedAt'>;

export interface AlertStore {
  /**
   * One atomic write. Of an alert that is there already it leaves what people change; an activity, event or incident that is there stays as it
   * is, and a day's count is never lowered.
   */
  write(write: AlertWrite): Promise<void>;
  /** Attempts while blocked: for all alerts whose latest incident it is. */
  addHits(hits: readonly { readonly incidentId: string; readonly count: number }[]): Promise<void>;
  /** Not resolved and with an activity at or after `since`, latest activity first; at most `limit`. */
  unresolved(since: number, limit: number): Promise<readonly Alert[]>;
  /** All counts of these subjects on these days. */
  dayCounts(subjects: readonly string[], days: readonly string[]): Promise<readonly DayCount[]>;
  /** Those of the incidents that were looked at. */
  seenIncidents(incidentIds: readonly string[]): Promise<readonly string[]>;
  /** Newest first. */
  alerts(query: AlertQuery): Promise<readonly Alert[]>;
  alert(id: string): Promise<AlertDetails | undefined>;
  /** By incident: the id of the alert whose latest incident it is, of several the first one raised. None for an incident without one. */
  alertsOf(incidentIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** True where there is such an alert. */
  handle(id: string, handling: AlertHandling): Promise<boolean>;
  addComment(comment: AlertComment): Promise<void>;
}
