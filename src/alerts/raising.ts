// How an activity becomes an alert: a new one, or one more of an alert that is open; and whether somebody is told of it. Decides in memory
// and collects what is to be written.
import { type Activity, subjectOf } from './activity.ts';
import type { Alert, AlertActivity, NotToldBecause } from './alert.ts';
import type { AlertPolicy } from './alert-policy.ts';
import type { AlertStore, AlertWrite, DayCount } from './alert-store.ts';
import type { NotificationEvent } from './notification-event.ts';

export interface RaisingOptions {
  readonly store: Pick<AlertStore, 'unresolved' | 'dayCounts'>;
  readonly now: () => number;
  readonly randomUUID: () => string;
}

/** A repeat goes onto the open alert where its last activity is not older than this. */
export const AGGREGATION_MS = 24 * 3_600_000;
/**
 * Custom policies that tell somebody of one activity; the system's come beside them. A hundred policies with a hundred recipients each would
 * make ten thousand mails of one edited connector.
 */
export const MOST_CUSTOM_NOTIFICATIONS = 20;
/** Alerts that are remembered for their repeats; of the one that had none for the longest time a repeat is an alert of its own. */
const MOST_OPEN = 10_000;
/** Entities times days whose counts are remembered; the others are read again. */
const MOST_DAYS = 10_000;

export class Raising {
  readonly #options: RaisingOptions;
  /** By policy and subject, the one without a repeat for the longest time first. */
  readonly #open = new Map<string, Alert>();
  /** By subject and day: how many notifications by policy. */
  readonly #days = new Map<string, Map<string, number>>();
  /** Of these the counts on disk could not be read. */
  readonly #unread = new Set<string>();
  // Until they are taken.
  #alerts = new Map<string, { alert: Alert; hits: number }>();
  #activities: AlertActivity[] = [];
  #told = new Map<string, DayCount>();
  #events: NotificationEvent[] = [];
  /** How many custom policies told of an activity. */
  readonly #customTold = new WeakMap<Activity, number>();

  constructor(options: RaisingOptions) {
    this.#options = options;
  }

  /** After a start. Rejects with the store's error. */
  async restore(): Promise<void> {
    const { store, now } = this.#options;
    const open = await store.unresolved(now() - AGGREGATION_MS, MOST_OPEN);
    for (const alert of [...open].reverse()) this.#open.set(keyOf(alert), alert);
  }

  /** Reads the counts of days that are not in memory. Never rejects: where they cannot be read, one notification too many is better than none. */
  async prepare(wanted: readonly { readonly subject: string; readonly day: string }[]): Promise<void> {
    const missing = wanted.filter(({ subject, day }) => this.#isMissing(dayKey(subject, day)));
    if (missing.length === 0) return;
    const days = [...new Set(missing.map(({ day }) => day))];
    const subjects = [...new Set(missing.map(({ subject }) => subject))];
    const found = await this.#options.store.dayCounts(subjects, days).catch(() => undefined);
    for (const { subject, day } of missing) {
      this.#countsOf(subject, day);
      if (found === undefined) this.#unread.add(dayKey(subject, day));
      else this.#unread.delete(dayKey(subject, day));
    }
    for (const { subject, day, policyId, count } of found ?? []) {
      const counts = this.#days.get(dayKey(subject, day));
      counts?.set(policyId, Math.max(count, counts.get(policyId) ?? 0));
    }
  }

  #isMissing(key: string): boolean {
    return !this.#days.has(key) || this.#unread.has(key);
  }

  #countsOf(subject: string, day: string): Map<string, number> {
    const key = dayKey(subject, day);
    let counts = this.#days.get(key);
    if (counts === undefined) {
      counts = new Map();
      if (this.#days.size >= MOST_DAYS) this.#forgetDay(this.#days.keys().next().value!);
      this.#days.set(key, counts);
    }
    return counts;
  }

  #forgetDay(key: string): void {
    this.#days.delete(key);
    this.#unread.delete(key);
  }

  /** The alert as it is after the activity. `day` is the calendar day of the activity. */
  raise(policy: AlertPolicy, activity: Activity, day: string): Alert {
    const notToldBecause = this.#whyNot(policy, activity, day);
    const before = this.#openAlert(policy, activity);
    const alert = next(before ?? this.#fresh(policy, activity), activity, notToldBecause === undefined);
    this.#remember(alert);
    const written = this.#alerts.get(alert.id);
    this.#alerts.set(alert.id, { alert, hits: (written?.hits ?? 0) + 1 });
    this.#activities.push(this.#activityOf(alert, activity, notToldBecause));
    if (notToldBecause === undefined) this.#tell(policy, activity, alert, day);
    return alert;
  }

  #whyNot({ notify, dailyLimit, id, type }: AlertPolicy, activity: Activity, day: string): NotToldBecause | undefined {
    if (!notify) return 'notifications off';
    const count = this.#countsOf(subjectOf(activity), day).get(id) ?? 0;
    if (count >= dailyLimit) return 'daily limit';
    const told = this.#customTold.get(activity) ?? 0;
    return type === 'Custom' && told >= MOST_CUSTOM_NOTIFICATIONS ? 'too many policies' : undefined;
  }

  #openAlert({ id }: AlertPolicy, activity: Activity): Alert | undefined {
    const open = this.#open.get(`${id} ${subjectOf(activity)}`);
    return open !== undefined && activity.at - open.lastActivityAt < AGGREGATION_MS ? open : undefined;
  }

  #fresh(
    { id, name, severity, category, activity: on }: AlertPolicy,
    { organizationId, at, ...activity }: Activity,
  ): Alert {
    return {
      id: this.#options.randomUUID(),
      organizationId,
      policyId: id,
      policy: name,
      activity: on,
      severity,
      category,
      status: 'New',
      entityId: activity.entity?.id,
      entityKind: activity.entity?.kind,
      entityName: activity.entity?.name ?? activity.part,
      summary: activity.summary,
      createdAt: at,
      firstActivityAt: at,
      lastActivityAt: at,
      hitCount: 0,
      activityCount: 0,
      notified: 0,
    };
  }

  #activityOf(alert: Alert, activity: Activity, notToldBecause: NotToldBecause | undefined): AlertActivity {
    return {
      id: this.#options.randomUUID(),
      alertId: alert.id,
      organizationId: alert.organizationId,
      number: alert.activityCount,
      at: activity.at,
      activity: activity.name,
      cause: activity.cause,
      operation: activity.operation,
      by: activity.by,
      object: activity.entity?.name ?? activity.part,
      clientAddress: activity.clientAddress,
      words: activity.words,
      incidentId: activity.incidentId,
      notified: notToldBecause === undefined,
      notToldBecause,
    };
  }

  #tell(policy: AlertPolicy, activity: Activity, alert: Alert, day: string): void {
    const subject = subjectOf(activity);
    const counts = this.#countsOf(subject, day);
    const count = (counts.get(policy.id) ?? 0) + 1;
    counts.set(policy.id, count);
    if (policy.type === 'Custom') this.#customTold.set(activity, (this.#customTold.get(activity) ?? 0) + 1);
    const { organizationId, at } = activity;
    this.#told.set(`${policy.id} ${dayKey(subject, day)}`, {
      subject,
      policyId: policy.id,
      day,
      organizationId,
      count,
      at,
    });
    this.#events.push({
      id: this.#options.randomUUID(),
      at,
      organizationId,
      alertId: alert.id,
      policyName: policy.name,
      severity: alert.severity,
      summary: alert.summary,
      entity: activity.entity,
      incidentId: alert.incidentId,
      hitCount: alert.hitCount,
      recipients: policy.recipients,
      notificationsLeftToday: policy.dailyLimit - count,
    });
  }

  /** What is to be written since the last time. */
  take(): Omit<AlertWrite, 'incidents'> {
    const write = {
      alerts: [...this.#alerts.values()],
      activities: this.#activities,
      days: [...this.#told.values()],
      events: this.#events,
    };
    this.#alerts = new Map();
    this.#activities = [];
    this.#told = new Map();
    this.#events = [];
    return write;
  }

  #remember(alert: Alert): void {
    const key = keyOf(alert);
    this.#open.delete(key);
    if (this.#open.size >= MOST_OPEN) this.#open.delete(this.#open.keys().next().value!);
    this.#open.set(key, alert);
  }

  /** Attempts by incident, which are on disk. */
  addHits(attempts: ReadonlyMap<string, number>): void {
    for (const [key, alert] of this.#open) {
      const count = attempts.get(alert.incidentId ?? '');
      if (count !== undefined) this.#open.set(key, { ...alert, hitCount: alert.hitCount + count });
    }
  }

  /** Changes the words of what is in memory, of one organization or of all. */
  rewrite(organizationId: string | undefined, change: (alert: Alert) => Alert): void {
    for (const [key, alert] of this.#open) {
      if (organizationId === undefined || alert.organizationId === organizationId) this.#open.set(key, change(alert));
    }
  }

  /** Somebody changed it: a resolved alert gets no repeats, one that is opened again does. */
  handled(alert: Alert): void {
    const open = this.#open.get(keyOf(alert));
    if (open !== undefined && open.id !== alert.id) return;
    if (alert.status === 'Resolved') this.#open.delete(keyOf(alert));
    else if (open === undefined) this.#remember(alert);
    else {
      const { status, assignee, classification, resolvedAt } = alert;
      this.#open.set(keyOf(alert), { ...open, status, assignee, classification, resolvedAt });
    }
  }
}

function next(alert: Alert, activity: Activity, isTold: boolean): Alert {
  return {
    ...alert,
    entityName: activity.entity?.name ?? activity.part,
    incidentId: activity.incidentId ?? alert.incidentId,
    summary: activity.summary,
    lastActivityAt: Math.max(alert.lastActivityAt, activity.at),
    hitCount: alert.hitCount + 1,
    activityCount: alert.activityCount + 1,
    notified: alert.notified + Number(isTold),
  };
}

const keyOf = ({ policyId, entityId, entityName }: Alert): string => `${policyId} ${entityId ?? entityName ?? ''}`;
const dayKey = (subject: string, day: string): string => `${subject} ${day}`;
