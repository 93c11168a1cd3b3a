// An alert policy: on which activity an alert is raised, how grave it is, who is told and how often. System policies are there from
// the start; their names and meaning are Microsoft's, and of them only status, recipients and limit can be changed.
import { CordonError } from '../errors.ts';
import { domainOf, normalizeAddress } from '../mail/address.ts';

export const ACTIVITY_NAMES = [
  'ConnectorRestricted',
  'UserRestricted',
  'SuspiciousSending',
  'SendingLimitExceeded',
  'ConnectorChanged',
  'GuardDegraded',
] as const;
export type ActivityName = (typeof ACTIVITY_NAMES)[number];

export const SEVERITIES = ['Low', 'Medium', 'High', 'Informational'] as const;
export type AlertSeverity = (typeof SEVERITIES)[number];

export const CATEGORIES = [
  'AccessGovernance',
  'ComplianceManager',
  'DataGovernance',
  'MailFlow',
  'Others',
  'PrivacyManagement',
  'Supervision',
  'ThreatManagement',
] as const;
export type AlertCategory = (typeof CATEGORIES)[number];

export const CONDITION_PROPERTIES = [
  'EntityKind',
  'EntityName',
  'EntityId',
  'Cause',
  'UserId',
  'ClientIp',
  'Operation',
] as const;
export const CONDITION_OPERATORS = ['eq', 'ne', 'like'] as const;

export interface AlertCondition {
  readonly property: (typeof CONDITION_PROPERTIES)[number];
  /** like: `*` stands for any text. All three disregard case. */
  readonly operator: (typeof CONDITION_OPERATORS)[number];
  readonly value: string;
}

export interface AlertPolicy {
  /** GUID; of a system policy computed from organization and name. */
  readonly id: string;
  /** Undefined: the provider's, about the guard itself. */
  readonly organizationId?: string | undefined;
  readonly name: string;
  readonly type: 'System' | 'Custom';
  readonly activity: ActivityName;
  /** Off: no alert is raised. */
  readonly enabled: boolean;
  readonly severity: AlertSeverity;
  readonly category: AlertCategory;
  readonly comment: string;
  /** All of them must hold. */
  readonly conditions: readonly AlertCondition[];
  /** So many activities within the window raise the alert; 1: each does. */
  readonly threshold: number;
  readonly windowMinutes: number;
  /** Off: alerts are raised, and nobody is told. */
  readonly notify: boolean;
  /** `TenantAdmins` or mail addresses; may be empty. */
  readonly recipients: readonly string[];
  /** Notifications of an entity in a calendar day, 0 to 3. */
  readonly dailyLimit: number;
}

/** What somebody chooses of a custom policy. */
export type AlertPolicyDraft = Omit<AlertPolicy, 'id' | 'organizationId' | 'type'>;

/** The Global Administrators of the organization, whoever they are when a notification goes out. */
export const TENANT_ADMINS = 'TenantAdmins';
export const MOST_DAILY_NOTIFICATIONS = 3;
export const MOST_RECIPIENTS = 100;
export const MOST_CONDITIONS = 20;
export const MOST_THRESHOLD = 1_000;
export const LONGEST_WINDOW_MINUTES = 7 * 24 * 60;

export const EMPTY_POLICY: Omit<AlertPolicyDraft, 'name' | 'activity'> = {
  enabled: true,
  severity: 'Low',
  category: 'ThreatManagement',
  comment: '',
  conditions: [],
  threshold: 1,
  windowMinutes: 60,
  notify: true,
  recipients: [TENANT_ADMINS],
  dailyLimit: MOST_DAILY_NOTIFICATIONS,
};

/** What of a system policy can be changed. */
export const EDITABLE_OF_SYSTEM = [
  'enabled',
  'notify',
  'recipients',
  'dailyLimit',
] as const satisfies readonly (keyof AlertPolicyDraft)[];

export type SystemPolicyName =
  | 'Suspicious connector activity'
  | 'User restricted from sending email'
  | 'Suspicious email sending patterns detected'
  | 'Email sending limit exceeded'
  | 'Connector changed'
  | 'Guard degraded';

export interface SystemPolicy extends Pick<AlertPolicy, 'activity' | 'severity' | 'comment'> {
  readonly name: SystemPolicyName;
  /** The provider has it once; the others each organization has. */
  readonly isProviders: boolean;
}

export const SYSTEM_POLICIES: readonly SystemPolicy[] = [
  {
    name: 'Suspicious connector activity',
    activity: 'ConnectorRestricted',
    severity: 'High',
    comment: 'A connector was restricted, or is new and its mail is held with 451.',
    isProviders: false,
  },
  {
    name: 'User restricted from sending email',
    activity: 'UserRestricted',
    severity: 'High',
    comment: 'A user was restricted.',
    isProviders: false,
  },
  {
    name: 'Suspicious email sending patterns detected',
    activity: 'SuspiciousSending',
    severity: 'Medium',
    comment:
      'A connector or user is at risk and nothing was stopped: below its threshold, observed, exempt or in its grace.',
    isProviders: false,
  },
  {
    name: 'Email sending limit exceeded',
    activity: 'SendingLimitExceeded',
    severity: 'Medium',
    comment: 'More than a sending limit of action `alert` allows, or ten times the usual day of a connector.',
    isProviders: false,
  },
  {
    name: 'Connector changed',
    activity: 'ConnectorChanged',
    severity: 'High',
    comment: 'A connector was created or deleted, or its name, addresses, certificate, logins or domains were edited.',
    isProviders: false,
  },
  {
    name: 'Guard degraded',
    activity: 'GuardDegraded',
    severity: 'High',
    comment: 'Something of the guard itself does not work: journal, control data, content filter.',
    isProviders: true,
  },
];

/** Throws INVALID_REQUEST. Doubles are taken out, whatever their case. */
export function checkRecipients(recipients: readonly string[]): readonly string[] {
  const found = new Map<string, string>();
  recipients.forEach((text, i) => {
    const recipient = recipientOf(text);
    if (recipient === undefined) refuse(`recipients[${i}]`, `give ${TENANT_ADMINS} or a mail address`);
    const key = normalizeAddress(recipient);
    if (!found.has(key)) found.set(key, recipient);
  });
  if (found.size > MOST_RECIPIENTS) refuse('recipients', `at most ${MOST_RECIPIENTS}`);
  return [...found.values()];
}

/** RFC 5321 4.5.3.1: 64 octets of local part, 254 in all. Quoted local parts are not taken: what stands in them could end a header. */
const LOCAL_PART = /^[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}]{1,64}$/u;
const DOMAIN = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/;

function recipientOf(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === TENANT_ADMINS.toLowerCase()) return TENANT_ADMINS;
  const at = trimmed.lastIndexOf('@');
  const domain = domainOf(trimmed);
  const localPart = trimmed.slice(0, Math.max(0, at));
  const address = `${localPart}@${domain}`;
  return LOCAL_PART.test(localPart) && DOMAIN.test(domain) && address.length <= 254 ? address : undefined;
}

/** Throws INVALID_REQUEST; what it returns is normalized. */
export function checkPolicyDraft(draft: AlertPolicyDraft): AlertPolicyDraft {
  const name = draft.name.trim();
  if (name === '' || name.length > 100) refuse('name', '1 to 100 characters');
  if (draft.comment.length > 1_000) refuse('comment', 'at most 1 000 characters');
  if (draft.conditions.length > MOST_CONDITIONS) refuse('conditions', `at most ${MOST_CONDITIONS}`);
  checkWhole('threshold', draft.threshold, 1, MOST_THRESHOLD);
  checkWhole('windowMinutes', draft.windowMinutes, 1, LONGEST_WINDOW_MINUTES);
  checkWhole('dailyLimit', draft.dailyLimit, 0, MOST_DAILY_NOTIFICATIONS);
  return { ...draft, name, recipients: checkRecipients(draft.recipients) };
}

function checkWhole(path: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    refuse(path, `a whole number from ${least} to ${most}`);
}

function refuse(path: string, message: string): never {
  throw new CordonError('INVALID_REQUEST', `${path}: ${message}`, { fields: [{ path, message }] });
}
