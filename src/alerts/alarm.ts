// Raises alerts: what an admin must hear of. One sentence each, without subjects or message texts.
import type { Entity } from '../attribution/entity.ts';
import type { Verdict } from '../detection/verdict.ts';
import type { Restriction } from '../restrictions/restriction.ts';
import type { Alert, AlertStore } from './alert.ts';

export interface AlarmOptions {
  readonly store: AlertStore;
  readonly now: () => number;
  readonly randomUUID: () => string;
  /** Told at once, whether or not the alert can be written. */
  readonly onAlert: (alert: Alert) => void;
  readonly onFailure: (error: unknown) => void;
}

export class Alarm {
  readonly #options: AlarmOptions;

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  restricted(restriction: Restriction): void {
    if (restriction.cause === 'manual') return;
    const { entityKind, entityName, reason, organizationId, entityId, incidentId } = restriction;
    this.#raise({
      organizationId,
      policy: entityKind === 'connector' ? 'Suspicious connector activity' : 'User restricted from sending email',
      severity: 'High',
      entityId,
      incidentId,
      summary: `${entityKind} ${entityName} was restricted. ${reason}. Look at the evidence, secure it, then unblock it.`,
    });
  }

  /** Not restricted: new, observed, exempt or in its grace; or not yet beyond its threshold. */
  reported(entity: Entity, verdict: Verdict): void {
    if (verdict.action === 'warn') this.#warned(entity, verdict);
    else this.#wouldBeRestricted(entity, verdict);
  }

  #wouldBeRestricted(entity: Entity, verdict: Verdict): void {
    const held = verdict.action === 'hold';
    this.#raise({
      organizationId: entity.organizationId,
      policy: held ? 'Suspicious activity of a new connector' : 'Suspicious connector activity',
      severity: held ? 'High' : 'Medium',
      entityId: entity.id,
      summary: held
        ? `${entity.kind} ${entity.name} is new and sends what looks like an attack: its relaying is deferred. Restrict it, or arm it if this is right.`
        : `${entity.kind} ${entity.name} would have been restricted (sum ${verdict.sum.toFixed(1)} of ${verdict.threshold}), but is not enforced.`,
    });
  }

  /** Once a day and entity. */
  #warned(entity: Entity, { sum, threshold, families }: Verdict): void {
    const loudest = families.filter((family) => family.sum >= 1).sort((a, b) => b.sum - a.sum);
    const telling = loudest.length > 0 ? loudest : families.filter(({ family }) => family === 'recipients');
    const words = telling.map((family) => family.words).join('; ');
    this.#raise({
      organizationId: entity.organizationId,
      policy: 'Suspicious email sending patterns detected',
      severity: 'Medium',
      entityId: entity.id,
      summary: `${entity.kind} ${entity.name} sends unusual mail (sum ${sum.toFixed(1)} of ${threshold}): ${words}. Nothing was stopped; look at its message trace.`,
    });
  }

  /** More than a limit of action `alert` allows, or than is usual. `words`: "10 001 recipients in a day, limit 10 000". */
  exceeded(entity: Entity, words: string): void {
    this.#raise({
      organizationId: entity.organizationId,
      policy: 'Sending limit exceeded',
      severity: 'Medium',
      entityId: entity.id,
      summary: `${entity.kind} ${entity.name} sent ${words}. Nothing was stopped; look at its message trace.`,
    });
  }

  /** Something of the guard itself does not work; mail goes on as the sentence says. */
  degraded(summary: string): void {
    this.#raise({ policy: 'Guard degraded', severity: 'High', summary });
  }

  #raise(alert: Omit<Alert, 'id' | 'at'>): void {
    const { store, now, randomUUID, onAlert, onFailure } = this.#options;
    const raised: Alert = { ...alert, id: randomUUID(), at: now() };
    onAlert(raised);
    store.addAlert(raised).catch(onFailure);
  }
}
