// Counts since the start, for /metrics and the stats. Plain numbers, so that counting costs the hot path nothing; labels are
// doors, actions and outcomes, never an entity.
import type { Outcome } from '../activity/record.ts';
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
  /** Recipients or messages answered by `whenUncertain`. */
  uncertain = 0;
}
