// The alarm: what happens comes in from the mail path, which it costs a place in a queue; soon after, off the caller's stack, the policies
// are asked, and alerts, day counts and notifications are written in batches. What cannot be written is kept and tried again.
import type { Entity } from '../attribution/entity.ts';
import type { Verdict } from '../detection/verdict.ts';
import { CordonError } from '../errors.ts';
import type { Restriction } from '../restrictions/restriction.ts';
import type { Activity, ConnectorChange } from './activity.ts';
import * as activities from './activity.ts';
import type { Alert, AlertComment } from './alert.ts';
import type { ActivityName, AlertPolicy } from './alert-policy.ts';
import type { AlertHandling, AlertStore, AlertWrite, SeenIncident } from './alert-store.ts';
import { halvesOf, merged, without } from './alert-write.ts';
import { calendarDay } from './calendar-day.ts';
import { holdAll } from './conditions.ts';
import type { NotificationEvent } from './notification-event.ts';
import { Raising } from './raising.ts';
import { Threshold } from './threshold.ts';

export interface AlarmOptions {
  readonly store: AlertStore;
  /** Of an organization, or (undefined) about the guard. From memory. */
  readonly policiesOf: (organizationId: string | undefined) => readonly AlertPolicy[];
  /** Undefined for one that is not there. */
  readonly organization: (id: string) => { readonly timeZone: string; readonly auditLog: boolean } | undefined;
  /** Whose calendar day counts for alerts about the guard. */
  readonly guardTimeZone: () => string;
  readonly now: () => number;
  readonly randomUUID: () => string;
  /** Calls back once after so many milliseconds. */
  readonly setTimer: (act: () => void, milliseconds: number) => void;
  /** Told once an activity, when its alert is known, whether or not it can be written. */
  readonly onAlert: (alert: Alert) => void;
  /** What people made of an alert is on disk. */
  readonly onChanged?: ((change: AlertChange) => void) | undefined;
  /** Told when the event is on disk. */
  readonly onEvent: (event: NotificationEvent) => void;
  /** Alerts cannot be written. They are tried again, unless so many activities had to be given up. */
  readonly onFailure: (error: unknown, lostActivities: number) => void;
  /** After one or more failures of whatever kind: they can, and none is lost any more. */
  readonly onWritten: () => void;
}

/** The alert as it is now, or a comment on one. */
export type AlertChange =
  | { readonly alert: Alert; readonly comment?: never }
  | { readonly comment: AlertComment; readonly alert?: never };

export type HandlingChanges = {
  readonly [K in 'status' | 'assignee' | 'classification']?: Alert[K] | null | undefined;
};

interface Queued {
  readonly activity: Activity;
  /** As they were when it happened. None where the audit log was off. */
  readonly policies: readonly AlertPolicy[];
  readonly day: string;
}

/** How long an activity waits for others before it is evaluated. */
const BATCH_MS = 250;
/** So many are evaluated before others get their turn. */
const BATCH_SIZE = 20;
const MOST_QUEUED = 10_000;
/** Activities. */
const MOST_UNWRITTEN = 10_000;
/** While the disk fails, what comes is put to the last write until that has so many. */
const MERGED_ACTIVITIES = 500;
/** Which are given up first, the oldest of them before the others; what is named nowhere here comes between, the last ones last. */
const GIVEN_UP_FIRST: readonly ActivityName[] = ['GuardDegraded', 'SuspiciousSending'];
const GIVEN_UP_LAST: readonly ActivityName[] = ['ConnectorRestricted', 'UserRestricted', 'ConnectorChanged'];
const RETRY_MS = 1_000;
/** How often attempts of those who are blocked are written. */
const ATTEMPTS_MS = 5_000;
const MOST_ATTEMPTS = 10_000;
const MOST_THRESHOLDS = 10_000;

export class Alarm {
  readonly #options: AlarmOptions;
  readonly #raising: Raising;
  #queue: Queued[] = [];
  readonly #lost = new Map<ActivityName, number>();
  readonly #unwritten: AlertWrite[] = [];
  /** Activities in them. */
  #waiting = 0;
  #isFailing = false;
  /** Told of, and not yet that it is over. */
  #isInTrouble = false;
  #isDraining = false;
  #isClosed = false;
  /** By incident. */
  #attempts = new Map<string, number>();
  readonly #thresholds = new Map<string, Threshold>();
  /** Evaluations, writes and what people change run one after another. */
  #lastTurn: Promise<unknown> = Promise.resolve();

  private constructor(options: AlarmOptions) {
    this.#options = options;
    this.#raising = new Raising(options);
  }

  /** Reads the alerts that repeats are added to. Rejects with the store's error. */
  static async open(options: AlarmOptions): Promise<Alarm> {
    const alarm = new Alarm(options);
    await alarm.#raising.restore();
    return alarm;
  }

  // From the mail path. None of these waits or throws.

  restricted(restriction: Restriction): void {
    if (restriction.cause === 'manual') return;
    this.#take(activities.restricted(restriction, this.#options.now()));
  }

  /** Not restricted: new, observed, exempt or in its grace; or not yet beyond its threshold. */
  reported(entity: Entity, verdict: Verdict): void {
    this.#take(activities.reported(entity, verdict, this.#options.now()));
  }

  /** More than a limit of action `alert` allows, or than is usual. `words`: "10 001 recipients in a day, limit 10 000". */
  exceeded(entity: Entity, words: string): void {
    this.#take(activities.exceeded(entity, words, this.#options.now()));
  }

  /** Created, deleted, or edited in what it is recognized by or called; other edits are no activity. */
  connectorChanged(change: ConnectorChange): void {
    const activity = activities.connectorChanged(change, this.#options.now());
    if (activity !== undefined) this.#take(activity);
  }

  /** Something of the guard itself does not work; mail goes on as `what` says. */
  degraded(part: string, what: string): void {
    this.#take(activities.degraded(part, what, this.#options.now()));
  }

  /** A recipient or message of a restricted entity was refused: raises the hit count of its alert, some seconds later. */
  attempted({ incidentId, organizationId }: Pick<Restriction, 'incidentId' | 'organizationId'>): void {
    const count = this.#attempts.get(incidentId);
    if (count === undefined && (this.#attempts.size >= MOST_ATTEMPTS || !this.#isOn(organizationId))) return;
    if (this.#attempts.size === 0) this.#options.setTimer(() => void this.#writeAttempts(), ATTEMPTS_MS);
    this.#attempts.set(incidentId, (count ?? 0) + 1);
  }

  #isOn(organizationId: string | undefined): boolean {
    return organizationId === undefined || this.#options.organization(organizationId)?.auditLog !== false;
  }

  #take(activity: Activity): void {
    if (this.#queue.length >= MOST_QUEUED) {
      this.#lose(activity.name);
      return;
    }
    const { organizationId, at } = activity;
    const zone = organizationId === undefined ? undefined : this.#options.organization(organizationId)?.timeZone;
    const policies = this.#isOn(organizationId) ? this.#options.policiesOf(organizationId) : [];
    this.#queue.push({ activity, policies, day: calendarDay(at, zone ?? this.#options.guardTimeZone()) });
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#options.setTimer(() => void this.settled(), BATCH_MS);
  }

  // Off the mail path.

  /** Everything that came in is evaluated and, as far as the disk takes it, written. Never rejects. */
  settled(): Promise<void> {
    return this.#inTurn(() => this.#drain());
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#lastTurn.then(act);
    this.#lastTurn = result.catch(() => {});
    return result;
  }

  async #drain(): Promise<void> {
    for (;;) {
      const batch = this.#queue.splice(0, BATCH_SIZE);
      if (batch.length === 0) break;
      await this.#raise(batch);
      if (!this.#isFailing) await this.#writeUnwritten();
    }
    this.#isDraining = false;
    this.#tellLost();
  }

  async #raise(batch: readonly Queued[]): Promise<void> {
    try {
      await this.#raising.prepare(batch.map(({ activity, day }) => ({ subject: activities.subjectOf(activity), day })));
      this.#keep(this.#evaluate(batch));
    } catch (error) {
      // A fault of our own must not end the alarm.
      this.#tellTrouble(error, batch.length);
    }
  }

  #evaluate(batch: readonly Queued[]): AlertWrite {
    const incidents: SeenIncident[] = [];
    for (const { activity, policies, day } of batch) {
      for (const policy of policies) {
        if (!this.#fires(policy, activity)) continue;
        this.#options.onAlert(this.#raising.raise(policy, activity, day));
      }
      const { incidentId, organizationId, at } = activity;
      if (incidentId !== undefined && organizationId !== undefined) incidents.push({ incidentId, organizationId, at });
    }
    return { ...this.#raising.take(), incidents };
  }

  #fires(policy: AlertPolicy, activity: Activity): boolean {
    if (!policy.enabled || policy.activity !== activity.name || !holdAll(policy.conditions, activity)) return false;
    if (policy.threshold === 1) return true;
    return this.#thresholdOf(policy).reached(activity.at);
  }

  /** Counting begins anew where threshold or window are changed. */
  #thresholdOf({ id, threshold, windowMinutes }: AlertPolicy): Threshold {
    const key = `${id} ${threshold} ${windowMinutes}`;
    let found = this.#thresholds.get(key);
    if (found === undefined) {
      if (this.#thresholds.size >= MOST_THRESHOLDS) this.#thresholds.clear();
      found = new Threshold(threshold, windowMinutes * 60_000);
      this.#thresholds.set(key, found);
    }
    return found;
  }

  #keep(write: AlertWrite): void {
    const last = this.#unwritten.at(-1);
    if (this.#isFailing && last !== undefined && last.activities.length < MERGED_ACTIVITIES) {
      this.#unwritten[this.#unwritten.length - 1] = merged(last, write);
    } else this.#unwritten.push(write);
    this.#waiting += write.activities.length;
    if (this.#waiting > MOST_UNWRITTEN) this.#giveUp(this.#waiting - MOST_UNWRITTEN);
  }

  #giveUp(count: number): void {
    const all = this.#unwritten.flatMap(({ activities: each }) => each);
    const byRank = [0, 1, 2].flatMap((rank) => all.filter(({ activity }) => rankOf(activity) === rank));
    const gone = new Set(byRank.slice(0, count));
    for (const { activity } of gone) this.#lose(activity);
    this.#unwritten.forEach((write, i) => {
      if (write.activities.some((activity) => gone.has(activity))) this.#unwritten[i] = without(write, gone);
    });
    this.#waiting -= gone.size;
  }

  #lose(name: ActivityName): void {
    this.#lost.set(name, (this.#lost.get(name) ?? 0) + 1);
  }

  async #writeUnwritten(): Promise<void> {
    const { store, onEvent, onWritten, setTimer } = this.#options;
    let hasWritten = false;
    for (let first = this.#unwritten[0]; first !== undefined; first = this.#unwritten[0]) {
      try {
        await store.write(first);
      } catch (error) {
        if (!(error instanceof CordonError)) {
          this.#part(first, error);
          continue;
        }
        this.#tellTrouble(error, 0);
        this.#isFailing = true;
        if (!this.#isClosed) setTimer(() => void this.#inTurn(() => this.#writeUnwritten()), RETRY_MS);
        return;
      }
      hasWritten = true;
      this.#unwritten.shift();
      this.#waiting -= first.activities.length;
      for (const event of first.events) onEvent(event);
    }
    this.#isFailing = false;
    // What is lost in the same turn is told after it.
    if (!hasWritten || !this.#isInTrouble || this.#lost.size > 0) return;
    this.#isInTrouble = false;
    onWritten();
  }

  /** What the data forbid would be forbidden again, and hold up everything else: it is looked for by halves, and given up alone. */
  #part(first: AlertWrite, error: unknown): void {
    const parts = halvesOf(first);
    this.#unwritten.splice(0, 1, ...parts);
    if (parts.length > 0) return;
    this.#tellTrouble(error, 0);
    this.#waiting -= first.activities.length;
    for (const { activity } of first.activities) this.#lose(activity);
  }

  #tellTrouble(error: unknown, lostActivities: number): void {
    this.#isInTrouble = true;
    this.#options.onFailure(error, lostActivities);
  }

  #tellLost(): void {
    if (this.#lost.size === 0) return;
    const count = [...this.#lost.values()].reduce((sum, each) => sum + each, 0);
    const which = [...this.#lost].map(([name, each]) => `${each} ${name}`).join(', ');
    this.#lost.clear();
    this.#tellTrouble(new Error(`too many alerts at once, or the disk takes none (${which})`), count);
  }

  /** Never rejects: what cannot be written is counted again with the next ones. */
  #writeAttempts(): Promise<void> {
    return this.#inTurn(async () => {
      // The alerts that they belong to come first.
      await this.#drain();
      const attempts = this.#attempts;
      this.#attempts = new Map();
      if (attempts.size === 0) return;
      try {
        await this.#options.store.addHits([...attempts].map(([incidentId, count]) => ({ incidentId, count })));
        this.#raising.addHits(attempts);
      } catch {
        this.#takeBack(attempts);
      }
    });
  }

  #takeBack(attempts: ReadonlyMap<string, number>): void {
    if (this.#attempts.size === 0) this.#options.setTimer(() => void this.#writeAttempts(), ATTEMPTS_MS);
    for (const [incidentId, count] of attempts) {
      this.#attempts.set(incidentId, (this.#attempts.get(incidentId) ?? 0) + count);
    }
  }

  /**
   * After a start: restrictions in force whose incident nobody looked at are raised now, because the guard ended between restriction and
   * alert. What was restricted while the audit log was off was looked at.
   */
  async reconcile(inForce: readonly Restriction[]): Promise<void> {
    const own = inForce.filter(({ cause }) => cause !== 'manual');
    if (own.length === 0) return;
    const seen = new Set(await this.#options.store.seenIncidents(own.map(({ incidentId }) => incidentId)));
    for (const restriction of own) if (!seen.has(restriction.incidentId)) this.restricted(restriction);
    await this.settled();
  }

  // What people make of an alert.

  /** What is undefined stays, null takes away. NOT_FOUND is the caller's to tell: undefined where there is none. Rejects with the store's error. */
  handle(id: string, changes: HandlingChanges): Promise<{ before: Alert; after: Alert } | undefined> {
    return this.#inTurn(async () => {
      await this.#drain();
      const { store, now } = this.#options;
      const before = (await store.alert(id))?.alert;
      if (before === undefined) return undefined;
      const handling = handled(before, changes, now());
      await store.handle(id, handling);
      const after = { ...before, ...handling };
      this.#raising.handled(after);
      this.#options.onChanged?.({ alert: after });
      return { before, after };
    });
  }

  /** Changes the words of open alerts in memory, of one organization or of all: those on disk are the store's to change. */
  async rewrite(organizationId: string | undefined, change: (alert: Alert) => Alert): Promise<void> {
    await this.settled();
    this.#raising.rewrite(organizationId, change);
  }

  /** Rejects with the store's error. */
  async comment(comment: Omit<AlertComment, 'id' | 'at'>): Promise<AlertComment> {
    const { store, now, randomUUID, onChanged } = this.#options;
    const made = { ...comment, id: randomUUID(), at: now() };
    await store.addComment(made);
    onChanged?.({ comment: made });
    return made;
  }

  /** Writes what is under way, as far as the disk takes it. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // What could not be written before is tried a last time.
    await this.#inTurn(() => this.#writeUnwritten());
    await this.settled();
    await this.#writeAttempts();
  }
}

function handled(alert: Alert, { status = alert.status, ...rest }: HandlingChanges, now: number): AlertHandling {
  const wanted = status ?? alert.status;
  const resolvedAt = wanted !== 'Resolved' ? undefined : alert.status === 'Resolved' ? alert.resolvedAt : now;
  return {
    status: wanted,
    assignee: rest.assignee === undefined ? alert.assignee : (rest.assignee ?? undefined),
    classification: rest.classification === undefined ? alert.classification : (rest.classification ?? undefined),
    resolvedAt,
  };
}

function rankOf(name: ActivityName): number {
  if (GIVEN_UP_FIRST.includes(name)) return 0;
  return GIVEN_UP_LAST.includes(name) ? 2 : 1;
}
