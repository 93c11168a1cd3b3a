// The outbound spam policy of the product that Cordon follows, and what of an organization's sending limits it can say: three limits of each user,
// 0 for the service default, and one action for all of them.
import type { Organization } from '../attribution/entity.ts';
import {
  DEFAULT_POLICY,
  type Limit,
  type LimitAction,
  type LimitPolicy,
  MEASURES,
  type Measure,
  type SendingLimits,
} from '../attribution/sending-limits.ts';
import type { Property, Row } from './cmdlet.ts';
import { identified } from './identity.ts';

export const POLICY_NAME = 'Default';

/** By parameter. */
export const LIMITS = {
  RecipientLimitExternalPerHour: 'externalRecipientsPerHour',
  RecipientLimitInternalPerHour: 'internalRecipientsPerHour',
  RecipientLimitPerDay: 'recipientsPerDay',
} as const satisfies Readonly<Record<string, Measure>>;
type LimitName = keyof typeof LIMITS;
const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

export const THRESHOLD_ACTIONS = ['Alert', 'BlockUserForToday', 'BlockUser'] as const;
type ThresholdAction = (typeof THRESHOLD_ACTIONS)[number];
const ACTIONS: Readonly<Record<ThresholdAction, LimitAction>> = {
  Alert: 'alert',
  BlockUserForToday: 'restrictUntilTomorrow',
  BlockUser: 'restrict',
};

export const OUTPUT: readonly Property[] = [
  { name: 'AdminDisplayName', type: 'String', help: 'Empty.' },
  { name: 'IsDefault', type: 'Boolean', help: 'True: an organization has this one.' },
  { name: 'ConfigurationType', type: 'String', help: 'Empty.' },
  { name: 'Enabled', type: 'Boolean', help: 'True: it cannot be turned off.' },
  {
    name: 'RecipientLimitExternalPerHour',
    type: 'Int32',
    help: 'Recipients outside the accepted domains that a user may have in 60 minutes; 0: not limited.',
  },
  {
    name: 'RecipientLimitInternalPerHour',
    type: 'Int32',
    help: 'Recipients in the accepted domains that a user may have in 60 minutes; 0: not limited.',
  },
  {
    name: 'RecipientLimitPerDay',
    type: 'Int32',
    help: 'Recipients that a user may have in a day (UTC); 0: the service default, 10 000; empty: not limited.',
  },
  {
    name: 'ActionWhenThresholdReached',
    type: 'String',
    help: 'Alert, BlockUserForToday or BlockUser; empty where the three have different actions or others: see UserLimits.',
  },
  { name: 'NotifyOutboundSpam', type: 'Boolean', help: 'False: alert policies say who is told.' },
  { name: 'NotifyOutboundSpamRecipients', type: 'String[]', help: 'Empty.' },
  { name: 'BccSuspiciousOutboundMail', type: 'Boolean', help: 'False: Cordon copies no mail.' },
  { name: 'BccSuspiciousOutboundAdditionalRecipients', type: 'String[]', help: 'Empty.' },
  { name: 'RecommendedPolicyType', type: 'String', help: 'Custom.' },
  { name: 'AutoForwardingMode', type: 'String', help: 'On: Cordon treats forwarded mail as any other.' },
  { name: 'Name', type: 'String', help: 'Default.' },
  { name: 'Identity', type: 'String', help: 'What Set-HostedOutboundSpamFilterPolicy takes.' },
  { name: 'DistinguishedName', type: 'String', help: 'Empty.' },
  { name: 'WhenChangedUTC', type: 'DateTime', help: 'Empty: the audit log says when it was changed, and by whom.' },
  { name: 'ExchangeObjectId', type: 'Guid', help: 'The organization.' },
  { name: 'OrganizationId', type: 'String', help: "The organization's name." },
  { name: 'Id', type: 'String', help: 'As Identity.' },
  { name: 'Guid', type: 'Guid', help: 'The organization.' },
  { name: 'IsValid', type: 'Boolean', help: 'True.' },
  { name: 'UserLimits', type: 'String[]', help: 'All limits of each user: measure=most:action.' },
  {
    name: 'ConnectorLimits',
    type: 'String[]',
    help: 'Those of each connector that does not limit the measure itself.',
  },
  { name: 'LoginLimits', type: 'String[]', help: 'Those of single logins, in place of UserLimits.' },
];

/** Null: not limited at all, which no number of the product says. */
function shown(measure: Measure, { users }: LimitPolicy): number | null {
  const usual = DEFAULT_POLICY.users[measure]?.most;
  const most = users[measure]?.most;
  if (most === usual) return 0;
  return most ?? null;
}

export function policyRow({ id, name, sendingLimits }: Organization): Row {
  const { users, connectors, logins } = sendingLimits;
  return {
    AdminDisplayName: null,
    IsDefault: true,
    ConfigurationType: null,
    Enabled: true,
    ...Object.fromEntries(LIMIT_NAMES.map((limit) => [limit, shown(LIMITS[limit], sendingLimits)])),
    ActionWhenThresholdReached: commonAction(users) ?? null,
    NotifyOutboundSpam: false,
    NotifyOutboundSpamRecipients: [],
    BccSuspiciousOutboundMail: false,
    BccSuspiciousOutboundAdditionalRecipients: [],
    RecommendedPolicyType: 'Custom',
    AutoForwardingMode: 'On',
    Name: POLICY_NAME,
    Identity: POLICY_NAME,
    DistinguishedName: null,
    WhenChangedUTC: null,
    ExchangeObjectId: id,
    OrganizationId: name,
    Id: POLICY_NAME,
    Guid: id,
    IsValid: true,
    UserLimits: written(users),
    ConnectorLimits: written(connectors),
    LoginLimits: Object.entries(logins).flatMap(([login, limits]) => written(limits).map((one) => `${login} ${one}`)),
  };
}

/** As `cordon limits set` takes them. */
function written(limits: SendingLimits): readonly string[] {
  return MEASURES.flatMap((measure) => {
    const limit = limits[measure];
    return limit === undefined ? [] : [`${measure}=${limit.most}:${limit.action}`];
  });
}

function threeOf(users: SendingLimits): readonly Limit[] {
  return LIMIT_NAMES.flatMap((limit) => users[LIMITS[limit]] ?? []);
}

/** Undefined where the three differ, have an action that the product has not, or are not there. */
function commonAction(users: SendingLimits): ThresholdAction | undefined {
  const actions = new Set(threeOf(users).map(({ action }) => action));
  return actions.size === 1 ? THRESHOLD_ACTIONS.find((action) => actions.has(ACTIONS[action])) : undefined;
}

export interface PolicyChanges extends Readonly<Partial<Record<LimitName, number | undefined>>> {
  readonly ActionWhenThresholdReached?: ThresholdAction | undefined;
}

/**
 * What is not given stays: also the limits of connectors and logins, those of messages, and the action of each limit. A limit that is new
 * gets the action that the others have, or else restricts until tomorrow.
 */
export function withChanges(policy: LimitPolicy, changes: PolicyChanges): LimitPolicy {
  const { ActionWhenThresholdReached: wanted } = changes;
  const others = commonAction(policy.users) ?? 'BlockUserForToday';
  const users: { [M in Measure]?: Limit | undefined } = { ...policy.users };
  for (const name of LIMIT_NAMES) {
    const measure = LIMITS[name];
    const most = mostOf(measure, changes[name], policy.users[measure]);
    const action = wanted === undefined ? (policy.users[measure]?.action ?? ACTIONS[others]) : ACTIONS[wanted];
    if (most === undefined) delete users[measure];
    else users[measure] = { most, action };
  }
  return { ...policy, users };
}

function mostOf(measure: Measure, given: number | undefined, before: Limit | undefined): number | undefined {
  if (given === undefined) return before?.most;
  return given === 0 ? DEFAULT_POLICY.users[measure]?.most : given;
}

/** Whether there is a limit of which the action could be kept. */
export function hasLimit({ users }: LimitPolicy): boolean {
  return threeOf(users).length > 0;
}

/** CmdletError for what is neither its name nor its GUID, the organization's. */
export function refuseOtherPolicy(identity: string, organizationId: string): void {
  identified(identity, [organizationId], { id: (id) => id, name: () => POLICY_NAME });
}
