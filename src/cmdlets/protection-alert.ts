// What the cmdlets for alert policies share: their parameters, what of a policy they mean, and how a policy is shown.
import {
  type AlertPolicy,
  type AlertPolicyDraft,
  checkRecipients,
  LONGEST_WINDOW_MINUTES,
  MOST_DAILY_NOTIFICATIONS,
  MOST_THRESHOLD,
  SEVERITIES,
} from '../alerts/alert-policy.ts';
import { CordonError } from '../errors.ts';
import { alertPoliciesSeen, toldBy } from '../operations/alert-policies.ts';
import { auditLogConfig } from '../operations/audit-log-config.ts';
import { OPERATION_NAMES, operationOf, printAlertFilter, watchedBy } from './alert-filter.ts';
import type { ArgumentsOf, Call, Property, Row } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { identified } from './identity.ts';
import { boolean, dateTime, int, type ListChange, oneOf, refuseLonger, text, texts } from './parameter.ts';
import { byName, inOrderOf } from './row-order.ts';

const MINUTES_OF_DAY = 24 * 60;
const PRIVACY = 'Cordon looks at relaying, not at what documents say.';

/** What New- and Set-ProtectionAlert both take. */
export const POLICY_PARAMETERS = {
  Operation: texts({
    help: `The activity on which the alert is raised, one for each policy: ${OPERATION_NAMES.join(', ')}.`,
  }),
  Filter: text({
    help: "Criteria in OPATH joined by -and, for example \"Activity.EntityName -like 'printer*' -and Activity.ClientIp -ne '192.0.2.9'\". Properties: EntityKind (connector, user), EntityName, EntityId, Cause, UserId, ClientIp, Operation; operators: -eq, -ne, -like.",
  }),
  AggregationType: oneOf(['None', 'SimpleAggregation', 'AnomalousAggregation'], {
    help: 'None: each activity raises the alert. SimpleAggregation: -Threshold of them within -TimeWindow do.',
  }),
  Threshold: int(
    { help: `So many activities within the time window raise the alert: 1 to ${MOST_THRESHOLD}.` },
    { min: 1, max: MOST_THRESHOLD },
  ),
  TimeWindow: int(
    { help: `Minutes in which the threshold counts: 1 to ${LONGEST_WINDOW_MINUTES} (7 days); 60 unless given.` },
    { min: 1, max: LONGEST_WINDOW_MINUTES },
  ),
  Severity: oneOf(SEVERITIES, { help: 'How grave the alert is; Low unless given.' }),
  Disabled: boolean({ help: '$true: no alert is raised.' }),
  NotificationEnabled: boolean({ help: '$false: alerts are raised, and nobody is told.' }),
  NotifyUserThrottleThreshold: int(
    {
      help: `Notifications of a connector or user in a calendar day of the organization: 0 to ${MOST_DAILY_NOTIFICATIONS}, ${MOST_DAILY_NOTIFICATIONS} unless given.`,
    },
    { min: 0, max: MOST_DAILY_NOTIFICATIONS },
  ),
  NotifyUserThrottleWindow: int({ help: `Minutes in which notifications are counted: ${MINUTES_OF_DAY}, a day.` }),
  Comment: text({ help: 'What the policy is for. At most 1 000 characters.' }),
  Description: text({ help: 'As -Comment, which goes before it.' }),
  AlertBy: texts({ help: 'The scope of what is counted.', ignored: 'a threshold counts over the whole organization.' }),
  AlertFor: texts({ help: 'Reserved.', ignored: 'it is reserved.' }),
  NotificationCulture: text({ help: 'The language of notifications.', ignored: 'notifications are in English.' }),
  NotifyUserOnFilterMatch: boolean({
    help: 'Whether a single activity is told before the threshold is reached.',
    ignored: 'below its threshold a policy raises no alert, and nobody is told.',
  }),
  NotifyUserSuppressionExpiryDate: dateTime({
    help: 'Until when nobody is told.',
    ignored: 'use -NotificationEnabled $false until then.',
  }),
  PrivacyManagementScopedSensitiveInformationTypes: texts({ help: 'Kinds of documents.', ignored: PRIVACY }),
  PrivacyManagementScopedSensitiveInformationTypesForCounting: texts({ help: 'Kinds of documents.', ignored: PRIVACY }),
  PrivacyManagementScopedSensitiveInformationTypesThreshold: text({ help: 'A number of them.', ignored: PRIVACY }),
  VolumeThreshold: text({ help: 'A volume of data.', ignored: 'activities are counted, not their bytes.' }),
};

export const CATEGORY = 'Under which heading the alert stands.';
export const NOTIFY_USER =
  'Who is told: TenantAdmins (whoever has the role Global Administrator then) or mail addresses.';

export const IDENTITY = {
  help: 'The alert policy: its name or GUID.',
  position: 0,
  pipeline: 'ByPropertyName',
} as const;

type Given = Partial<ArgumentsOf<typeof POLICY_PARAMETERS>> & {
  readonly NotifyUser?: ListChange | undefined;
  readonly Category?: AlertPolicyDraft['category'] | undefined;
};

/** What is given, as changes of a policy; undefined for what is not. Throws CmdletError in the words of the parameters. */
export function policyChanges(given: Given, before?: AlertPolicy) {
  const { NotifyUserThrottleWindow: window = MINUTES_OF_DAY, Comment: comment = given.Description } = given;
  if (window !== MINUTES_OF_DAY) {
    throw CmdletError.validation(
      'NotifyUserThrottleWindow',
      `Notifications are counted by the calendar day: give ${MINUTES_OF_DAY}.`,
    );
  }
  refuseLonger('Comment', comment, 1_000);
  const watched = watchedBy(given.Operation, given.Filter, before);
  return {
    activity: watched?.activity,
    conditions: watched?.conditions,
    enabled: given.Disabled === undefined ? undefined : !given.Disabled,
    severity: given.Severity,
    category: given.Category,
    comment,
    threshold: thresholdOf(given, before),
    windowMinutes: given.TimeWindow,
    notify: given.NotificationEnabled,
    recipients: given.NotifyUser && recipientsOf(given.NotifyUser(before?.recipients ?? [])),
    dailyLimit: given.NotifyUserThrottleThreshold,
  };
}

function thresholdOf({ AggregationType: type, Threshold: threshold }: Given, before?: AlertPolicy): number | undefined {
  if (type === 'AnomalousAggregation') {
    throw CmdletError.validation(
      'AggregationType',
      'What is unusual Cordon judges by itself: give -Operation SuspiciousSending.',
    );
  }
  if (type === 'None' && (threshold ?? 1) > 1) {
    throw CmdletError.validation('Threshold', 'It needs -AggregationType SimpleAggregation.');
  }
  if (type === 'None') return 1;
  if (type === 'SimpleAggregation' && threshold === undefined && (before?.threshold ?? 1) === 1) {
    throw CmdletError.validation('AggregationType', 'SimpleAggregation needs -Threshold.');
  }
  return threshold;
}

function recipientsOf(addresses: readonly string[]): readonly string[] {
  try {
    return checkRecipients(addresses);
  } catch (error) {
    if (!(error instanceof CordonError)) throw error;
    const [{ path, message } = { path: '', message: error.message }] = error.fields;
    const place = /\[(\d+)\]/.exec(path)?.[1];
    const which = place === undefined ? '' : `${addresses[Number(place)]!.slice(0, 200)}: `;
    throw CmdletError.validation('NotifyUser', `${which}${message}.`);
  }
}

/** Those of the organization, and for the provider those about the guard. By name. */
export function policiesIn({ ports, requester, organizationId: owner }: Call): AlertPolicy[] {
  return alertPoliciesSeen(ports, requester.principal)
    .filter(({ organizationId }) => organizationId === undefined || organizationId === owner)
    .sort(inOrderOf(({ name, id }) => byName(name, id)));
}

/** CmdletError where there is none. */
export function policyNamed(identity: string, call: Call): AlertPolicy {
  return identified(identity, policiesIn(call), { id: ({ id }) => id, name: ({ name }) => name });
}

/** Throws NOT_FOUND for another organization. */
export function warnWhileNothingIsRaised({ ports, requester, organizationId, warn }: Call): void {
  if (auditLogConfig(ports, requester.principal, organizationId).auditLog) return;
  warn('The audit log is off: no alert is raised until Set-AdminAuditLogConfig turns it on.');
}

export const POLICY_OUTPUT: readonly Property[] = [
  { name: 'Name', type: 'String', help: 'Unique in the organization.' },
  { name: 'Guid', type: 'Guid', help: 'The same as long as the policy is there.' },
  { name: 'Identity', type: 'String', help: 'The name.' },
  { name: 'Workload', type: 'String', help: 'AuditAlerting.' },
  { name: 'Mode', type: 'String', help: 'Enforce.' },
  { name: 'Disabled', type: 'Boolean', help: 'True: no alert is raised.' },
  { name: 'Comment', type: 'String', help: 'What the policy is for.' },
  { name: 'Severity', type: 'String', help: 'Low, Medium, High or Informational.' },
  { name: 'Category', type: 'String', help: 'Under which heading the alert stands.' },
  { name: 'ThreatType', type: 'String', help: 'Activity.' },
  { name: 'NotifyUser', type: 'String[]', help: 'Who is told; TenantAdmins: the Global Administrators.' },
  { name: 'NotificationEnabled', type: 'Boolean', help: 'False: alerts are raised, and nobody is told.' },
  { name: 'NotifyUserThrottleThreshold', type: 'Int32', help: 'Notifications of a connector or user in a day.' },
  { name: 'NotifyUserThrottleWindow', type: 'Int32', help: 'Minutes of a day.' },
  { name: 'Operation', type: 'String[]', help: 'The activity on which the alert is raised.' },
  { name: 'Filter', type: 'String', help: 'Operation and conditions in OPATH; New-ProtectionAlert takes it as it is.' },
  {
    name: 'AggregationType',
    type: 'String',
    help: 'None: each activity raises the alert. SimpleAggregation: Threshold.',
  },
  { name: 'Threshold', type: 'Int32', help: 'So many activities raise the alert; empty: each.' },
  { name: 'TimeWindow', type: 'Int32', help: 'Minutes in which the threshold counts; empty: each activity.' },
  { name: 'IsSystemRule', type: 'Boolean', help: 'True: of it only status, recipients and limit can be changed.' },
  { name: 'IsValid', type: 'Boolean', help: 'True.' },
  { name: 'Activity', type: 'String', help: 'What Cordon calls it.' },
  { name: 'NotifiedAddresses', type: 'String[]', help: 'Whom NotifyUser stands for now; nobody: no mail is sent.' },
  { name: 'OrganizationId', type: 'Guid', help: 'Whose it is; empty: about the guard itself.' },
];

export function policyRow(policy: AlertPolicy, { ports }: Call): Row {
  const isCounting = policy.threshold > 1;
  return {
    Name: policy.name,
    Guid: policy.id,
    Identity: policy.name,
    Workload: 'AuditAlerting',
    Mode: 'Enforce',
    Disabled: !policy.enabled,
    Comment: policy.comment,
    Severity: policy.severity,
    Category: policy.category,
    ThreatType: 'Activity',
    NotifyUser: policy.recipients,
    NotificationEnabled: policy.notify,
    NotifyUserThrottleThreshold: policy.dailyLimit,
    NotifyUserThrottleWindow: MINUTES_OF_DAY,
    Operation: [operationOf(policy)],
    Filter: printAlertFilter(policy),
    AggregationType: isCounting ? 'SimpleAggregation' : 'None',
    Threshold: isCounting ? policy.threshold : null,
    TimeWindow: isCounting ? policy.windowMinutes : null,
    IsSystemRule: policy.type === 'System',
    IsValid: true,
    Activity: policy.activity,
    NotifiedAddresses: toldBy(policy, ports),
    OrganizationId: policy.organizationId ?? null,
  };
}
