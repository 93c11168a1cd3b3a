// Which alert policies would tell nobody: the one answer that notices, /readyz, GET /notifications and with it the doctor give.
import { type AlertPolicy, TENANT_ADMINS } from '../alerts/alert-policy.ts';
import type { AlertPolicies } from '../alerts/policies.ts';
import type { Directory } from '../attribution/directory.ts';
import type { Notifications } from '../notifications/notifications.ts';

export interface WhoIsTold {
  readonly directory: Pick<Directory, 'organizations'>;
  readonly alertPolicies: Pick<AlertPolicies, 'of'>;
  readonly notifications: Pick<Notifications, 'addressesOf' | 'webhooksOf'>;
}

export interface SilentPolicies {
  /** Those that would reach nobody. */
  readonly silent: readonly AlertPolicy[];
  /** False where another one of the organization would reach somebody. */
  readonly isAll: boolean;
}

/**
 * Of the policies that are on, notify, and may notify at least once a day. Those about the guard belong to the organization where it
 * is the only one. From memory.
 */
export function silentPolicies(
  { directory, alertPolicies, notifications }: WhoIsTold,
  organizationId: string,
): SilentPolicies {
  const isOnlyOne = directory.organizations().length === 1;
  const own = [...alertPolicies.of(organizationId), ...(isOnlyOne ? alertPolicies.of(undefined) : [])];
  const telling = own.filter(({ enabled, notify, dailyLimit }) => enabled && notify && dailyLimit > 0);
  if (telling.length === 0 || notifications.webhooksOf(organizationId).length > 0) return { silent: [], isAll: false };
  const reaches = (recipients: readonly string[]) => notifications.addressesOf(recipients, organizationId).length > 0;
  const hasAdministrator = reaches([TENANT_ADMINS]);
  const silent = telling.filter(({ recipients }) => {
    if (hasAdministrator && recipients.includes(TENANT_ADMINS)) return false;
    return !reaches(recipients.filter((recipient) => recipient !== TENANT_ADMINS));
  });
  return { silent, isAll: silent.length === telling.length };
}

/** Whether each policy of each organization would reach somebody. From memory. */
export function tellsEverybody(who: WhoIsTold): boolean {
  return who.directory.organizations().every(({ id }) => silentPolicies(who, id).silent.length === 0);
}
