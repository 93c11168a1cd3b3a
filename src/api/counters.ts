// Counts since the start, for /metrics and the stats. Plain numbers, so that counting costs the hot path nothing; labels are
// doors, actions and outcomes, never an entity.
import type { Outcome } from '../activity/record.ts';
import type { Alert } from '../alerts/alert.ts';
import type { EntityKind } from '../attribution/entity.ts';
import type { Decision } from '../decision/decision.ts';
import type { ListenerName } from '../mail/relay-request.ts';
import type { RestrictionCause } from '../restrictions/restriction.ts';

type Counts<Label extends string> = Record<Label, number>;

const nothing = <Label extends string>(...labels: Label[]): Counts<Label> =>
  Object.fromEntries(labels.map((label) => [label, 0])) as Counts<Label>;

const actions = () => nothing<Decision['action']>('accept', 'defer', 'reject');

const outcomes = () =>
  nothing<Outcome>('accepted', 'tipped', 'restricted', 'held', 'denied', 'deferred', 'rejected', 'aborted', 'repeated');

/** Names of policies that are labels; there are fewer system policies. */
const MOST_POLICIES = 20;

/** Increment the fields where the thing happens: `counters.decisions['milter'].reject++`. */
export class Counters {
  /** Answers to recipients and to ends of messages, by door. */
  readonly decisions: Readonly<Record<ListenerName, Counts<Decision['action']>>> = {
    'postfix-policy': actions(),
    milter: actions(),
    'smtp-relay': actions(),
  };
  /** Journaled messages by what became of them. */
  readonly messages: Counts<Outcome> = outcomes();
  readonly restricted: Readonly<Record<EntityKind, Counts<RestrictionCause>>> = {
    connector: nothing('detection', 'limit', 'manual'),
    user: nothing('detection', 'limit', 'manual'),
  };
  readonly unblocked: Counts<EntityKind> = nothing('connector', 'user');
  alerts = 0;
  /** By policy (a system policy's name, else `custom`) and severity. */
  readonly alertsRaised: Record<string, Counts<Alert['severity']>> = {};
  /** Tries to tell somebody. Channel `none`: events that nobody heard of, and deliveries that were thrown away because too many waited. */
  readonly notifications = {
    mail: nothing('taken', 'failed', 'given-up', 'void'),
    webhook: nothing('taken', 'failed', 'given-up', 'refused', 'void'),
    none: nothing('nobody', 'shed'),
  };
  /** Where people sign in with a password or a provider's word. */
  readonly signIns = nothing('succeeded', 'failed', 'limited');
  /** Audit records by whether the disk took them. */
  readonly auditRecords = nothing('written', 'failed');
  /** Recipients or messages answered by `whenUncertain`. */
  uncertain = 0;

  /** `policy`: a system policy's name; `custom` for every other. */
  alertRaised(policy: string, severity: Alert['severity']): void {
    this.alerts++;
    const isKnown = policy in this.alertsRaised || Object.keys(this.alertsRaised).length < MOST_POLICIES;
    const name = isKnown ? policy : 'custom';
    this.alertsRaised[name] ??= nothing('Informational', 'Low', 'Medium', 'High');
    this.alertsRaised[name][severity]++;
  }
}
