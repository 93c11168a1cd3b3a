// What the alerts room asks of a store about policies: those that somebody changed or made.
import type { AlertPolicy } from './alert-policy.ts';

export interface AlertPolicyStore {
  alertPolicies(): Promise<readonly AlertPolicy[]>;
  /** Adds it, or replaces the one with the same id. On disk when it resolves. */
  putAlertPolicy(policy: AlertPolicy): Promise<void>;
  removeAlertPolicy(id: string): Promise<boolean>;
}
