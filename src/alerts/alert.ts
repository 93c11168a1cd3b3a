// An alert: something an admin must hear of.

export type AlertPolicyName =
  /** A connector or user was restricted. */
  | 'Suspicious connector activity'
  | 'User restricted from sending email'
  /** A new connector passed its threshold, or its 500 recipients a day: its mail is held with 451. */
  | 'Suspicious activity of a new connector'
  /** Not enough to stop anybody: a sum near its threshold, or somebody's name on another address. */
  | 'Suspicious email sending patterns detected'
  /** A sending limit whose action is `alert`, or ten times what a connector usually sends in a day. */
  | 'Sending limit exceeded'
  /** Journal or control data cannot be written, or decisions are late. */
  | 'Guard degraded';

export interface Alert {
  /** GUID. */
  readonly id: string;
  readonly at: number;
  /** Undefined: concerns the guard, not one organization. */
  readonly organizationId?: string | undefined;
  readonly policy: AlertPolicyName;
  readonly severity: 'Low' | 'Medium' | 'High' | 'Informational';
  readonly entityId?: string | undefined;
  readonly incidentId?: string | undefined;
  /** One sentence: what happened and what to do. No subjects, no message texts. */
  readonly summary: string;
}

export interface AlertStore {
  /** On disk when it resolves. */
  addAlert(alert: Alert): Promise<void>;
  /** Newest first; `limit` 1 to 1 000. */
  alerts(query: { readonly organizationId?: string | undefined; readonly limit: number }): Promise<readonly Alert[]>;
}
