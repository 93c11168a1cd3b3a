// Sending limits as an admin chooses them: how much of what a connector or a user may send, and what happens beyond it.
import { CordonError } from '../errors.ts';

/** What is counted. External recipients are relaying, internal ones are in the organization's accepted domains. */
export const MEASURES = [
  'externalRecipientsPerHour',
  'internalRecipientsPerHour',
  'recipientsPerDay',
  'messagesPerMinute',
  'recipientsPerMessage',
] as const;
export type Measure = (typeof MEASURES)[number];

/**
 * What happens to the recipient that would exceed the limit.
 * alert                  it passes, and an alert is raised, at most one a day
 * defer                  451, or 452 for too many recipients of one message: the client tries again later
 * refuse                 550 5.1.90
 * restrictUntilTomorrow  the entity is restricted until the following day, 00:00 UTC
 * restrict               the entity is restricted until an admin unblocks it
 */
export const LIMIT_ACTIONS = ['alert', 'defer', 'refuse', 'restrictUntilTomorrow', 'restrict'] as const;
export type LimitAction = (typeof LIMIT_ACTIONS)[number];

export interface Limit {
  /** So many are let pass; 1 to 10 000 000. */
  readonly most: number;
  readonly action: LimitAction;
}

/** A measure that is missing is not limited. */
export type SendingLimits = { readonly [M in Measure]?: Limit | undefined };

/** Of an organization. */
export interface LimitPolicy {
  /** Of each user that has none of his own. */
  readonly users: SendingLimits;
  /** Of each connector: a measure that the connector limits itself is its own. */
  readonly connectors: SendingLimits;
  /** By login, lower case: in place of `users`, measure by measure; at most 10 000 logins. */
  readonly logins: Readonly<Record<string, SendingLimits>>;
}

/** What Exchange Online does with a mailbox that nobody has configured (Exchange Online limits, sending limits). */
export const DEFAULT_POLICY: LimitPolicy = {
  users: {
    recipientsPerDay: { most: 10_000, action: 'restrictUntilTomorrow' },
    messagesPerMinute: { most: 30, action: 'defer' },
    // Deferred, not refused: RFC 5321 4.5.3.1.10 has the client send the rest in another message.
    recipientsPerMessage: { most: 1_000, action: 'defer' },
  },
  connectors: {},
  logins: {},
};

const HIGHEST = 10_000_000;
const MOST_LOGINS = 10_000;

/** Throws INVALID_REQUEST naming every wrong field below `path`. */
export function checkLimits(limits: SendingLimits, path: string): SendingLimits {
  const fields = MEASURES.flatMap((measure) => {
    const limit = limits[measure];
    const isGood = limit === undefined || (Number.isInteger(limit.most) && limit.most >= 1 && limit.most <= HIGHEST);
    return isGood ? [] : [{ path: `${path}.${measure}.most`, message: `give a whole number from 1 to ${HIGHEST}` }];
  });
  if (fields.length === 0) return limits;
  throw new CordonError('INVALID_REQUEST', fields.map((f) => `${f.path}: ${f.message}`).join('; '), { fields });
}

/** The policy with logins in lower case. Throws INVALID_REQUEST. */
export function checkPolicy(policy: LimitPolicy): LimitPolicy {
  const logins = Object.entries(policy.logins);
  if (logins.length > MOST_LOGINS) {
    const fields = [{ path: 'logins', message: `at most ${MOST_LOGINS}` }];
    throw new CordonError('INVALID_REQUEST', `logins: at most ${MOST_LOGINS}`, { fields });
  }
  return {
    users: checkLimits(policy.users, 'users'),
    connectors: checkLimits(policy.connectors, 'connectors'),
    logins: Object.fromEntries(
      logins.map(([login, limits]) => [login.toLowerCase(), checkLimits(limits, `logins.${login}`)]),
    ),
  };
}
