// An alert: what a policy raised about an entity, with everything that happened since, and what the admins made of it.
import type { EntityKind } from '../attribution/entity.ts';
import type { ActivityName, AlertCategory, AlertSeverity } from './alert-policy.ts';

export const ALERT_STATUSES = ['New', 'InProgress', 'Resolved'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

export const CLASSIFICATIONS = ['TruePositive', 'InformationalExpectedActivity', 'FalsePositive'] as const;
export type AlertClassification = (typeof CLASSIFICATIONS)[number];

/** Times are milliseconds since 1970. */
export interface Alert {
  /** GUID. */
  readonly id: string;
  /** Undefined: concerns the guard, not one organization. */
  readonly organizationId?: string | undefined;
  /** '' for one that was raised before there were policies. */
  readonly policyId: string;
  /** The policy's name when the alert was raised. */
  readonly policy: string;
  readonly activity: ActivityName;
  readonly severity: AlertSeverity;
  readonly category: AlertCategory;
  readonly status: AlertStatus;
  readonly assignee?: string | undefined;
  readonly classification?: AlertClassification | undefined;
  readonly entityId?: string | undefined;
  readonly entityKind?: EntityKind | undefined;
  /** As it is called now; of the guard, which part does not work. */
  readonly entityName?: string | undefined;
  /** The latest. */
  readonly incidentId?: string | undefined;
  /** Of the latest activity. One sentence: what happened and what to do. No subjects, no message texts. */
  readonly summary: string;
  readonly createdAt: number;
  readonly firstActivityAt: number;
  readonly lastActivityAt: number;
  /** Activities, and attempts of the entity while it was blocked. */
  readonly hitCount: number;
  /** Activities alone: more than are kept, in the end. */
  readonly activityCount: number;
  /** Notifications that went out. */
  readonly notified: number;
  readonly resolvedAt?: number | undefined;
}

/** Why nobody was told of an activity. */
export type NotToldBecause = 'notifications off' | 'daily limit' | 'too many policies';

export interface AlertActivity {
  /** GUID. */
  readonly id: string;
  readonly alertId: string;
  readonly organizationId?: string | undefined;
  /** Counts from 1 within the alert. */
  readonly number: number;
  readonly at: number;
  readonly activity: ActivityName;
  readonly cause: string;
  readonly operation: string;
  readonly by: string;
  /** What it was done to: the entity's name. */
  readonly object: string;
  readonly clientAddress: string;
  readonly words: string;
  readonly incidentId?: string | undefined;
  readonly notified: boolean;
  readonly notToldBecause?: NotToldBecause | undefined;
}

export interface AlertComment {
  /** GUID. */
  readonly id: string;
  readonly alertId: string;
  readonly organizationId?: string | undefined;
  readonly at: number;
  readonly by: string;
  /** 1 to 1 000 characters. */
  readonly text: string;
}

/** So many activities of an alert are kept, the latest. */
export const KEPT_ACTIVITIES = 100;
export const MOST_COMMENTS = 500;
