// Alerts with their activities and comments, the counts of days, and the notifications that are to go out, as queries.
import { setImmediate } from 'node:timers/promises';
import { type Compilable, sql } from 'kysely';
import type { Alert, AlertComment } from '../alerts/alert.ts';
import type {
  AlertDetails,
  AlertHandling,
  AlertQuery,
  AlertStore,
  AlertWrite,
  DayCount,
} from '../alerts/alert-store.ts';
import { activityOf, alertOf, commentOf, rowOfActivity, rowOfAlert, rowOfComment } from './alert-rows.ts';
import type { ControlDatabase } from './control-database.ts';

/** As many activities of an alert are kept (`KEPT_ACTIVITIES`). */
const KEPT = 100;
/** SQLite takes 32 766 parameters in a statement, and an alert has 22; statements of few sizes are prepared once. */
const ROWS_AT_ONCE = 500;

export class Alerts implements AlertStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async write(write: AlertWrite): Promise<void> {
    const unit = [
      ...this.#putAlerts(write.alerts),
      ...this.#addActivities(write),
      ...this.#putDays(write.days),
      ...this.#addEvents(write.events),
      ...this.#noteIncidents(write.incidents),
    ];
    if (unit.length > 0) await this.#db.write(...unit);
  }

  #putAlerts(alerts: AlertWrite['alerts']): Compilable<unknown>[] {
    const rows = alerts.map(({ alert, hits }) => ({ ...rowOfAlert(alert), hit_count: hits }));
    return groupsOf(rows).map((group) =>
      this.#db.sql
        .insertInto('alert')
        .values(group)
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((eb) => ({
            entity_name: eb.ref('excluded.entity_name'),
            incident_id: eb.ref('excluded.incident_id'),
            summary: eb.ref('excluded.summary'),
            last_activity_at: eb.ref('excluded.last_activity_at'),
            hit_count: eb('alert.hit_count', '+', eb.ref('excluded.hit_count')),
            activity_count: eb.ref('excluded.activity_count'),
            notified: eb.ref('excluded.notified'),
          })),
        ),
    );
  }

  #addActivities({ activities, alerts }: AlertWrite): Compilable<unknown>[] {
    const { sql: db } = this.#db;
    const adds = groupsOf(activities.map(rowOfActivity)).map((group) =>
      db
        .insertInto('alert_activity')
        .values(group)
        .onConflict((conflict) => conflict.column('id').doNothing()),
    );
    const many = alerts.filter(({ alert }) => alert.activityCount > KEPT);
    const trims = many.map(({ alert }) =>
      db
        .deleteFrom('alert_activity')
        .where('alert_id', '=', alert.id)
        .where('number', '<=', alert.activityCount - KEPT),
    );
    return [...adds, ...trims];
  }

  #putDays(days: readonly DayCount[]): Compilable<unknown>[] {
    const rows = days.map(({ subject, policyId, day, organizationId, count, at }) => {
      return { subject, policy_id: policyId, day, organization_id: organizationId ?? null, count, at };
    });
    return groupsOf(rows).map((group) =>
      this.#db.sql
        .insertInto('alert_day')
        .values(group)
        .onConflict((conflict) =>
          conflict.columns(['subject', 'policy_id', 'day']).doUpdateSet((eb) => ({
            // Whoever counts from a memory that lost some must not let more through on the next day of the same name.
            count: sql<number>`case when ${eb.ref('alert_day.count')} > ${eb.ref('excluded.count')} then ${eb.ref('alert_day.count')} else ${eb.ref('excluded.count')} end`,
            at: eb.ref('excluded.at'),
          })),
        ),
    );
  }

  #addEvents(events: AlertWrite['events']): Compilable<unknown>[] {
    const rows = events.map((event) => {
      return {
        id: event.id,
        at: event.at,
        organization_id: event.organizationId ?? null,
        payload: JSON.stringify(event),
      };
    });
    return groupsOf(rows).map((group) =>
      this.#db.sql
        .insertInto('outbox_event')
        .values(group)
        .onConflict((conflict) => conflict.column('id').doNothing()),
    );
  }

  #noteIncidents(incidents: AlertWrite['incidents']): Compilable<unknown>[] {
    const rows = incidents.map(({ incidentId, organizationId, at }) => {
      return { incident_id: incidentId, organization_id: organizationId, at };
    });
    return groupsOf(rows).map((group) =>
      this.#db.sql
        .insertInto('alert_incident')
        .values(group)
        .onConflict((conflict) => conflict.column('incident_id').doNothing()),
    );
  }

  async addHits(hits: readonly { readonly incidentId: string; readonly count: number }[]): Promise<void> {
    const updates: Compilable<unknown>[] = [];
    for (const group of groupsOf(hits)) {
      // Here and not in `write`, which would make them all at once: mail is answered between them.
      const compiled = this.#addHitsOf(group).compile();
      updates.push({ compile: () => compiled });
      await setImmediate();
    }
    if (updates.length > 0) await this.#db.write(...updates);
  }

  #addHitsOf(hits: readonly { readonly incidentId: string; readonly count: number }[]): Compilable<unknown> {
    const cases = hits.map(({ incidentId, count }) => sql`when ${incidentId} then cast(${count} as integer)`);
    const count = sql<number>`hit_count + case incident_id ${sql.join(cases, sql` `)} end`;
    const incidents = hits.map(({ incidentId }) => incidentId);
    return this.#db.sql.updateTable('alert').set({ hit_count: count }).where('incident_id', 'in', incidents);
  }

  async unresolved(since: number, limit: number): Promise<readonly Alert[]> {
    const rows = await this.#db.read(
      this.#db.sql
        .selectFrom('alert')
        .selectAll()
        .where('status', '<>', 'Resolved')
        .where('last_activity_at', '>=', since)
        .orderBy('last_activity_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit),
    );
    return rows.map(alertOf);
  }

  async dayCounts(subjects: readonly string[], days: readonly string[]): Promise<readonly DayCount[]> {
    const rows = await this.#db.read(
      this.#db.sql.selectFrom('alert_day').selectAll().where('subject', 'in', subjects).where('day', 'in', days),
    );
    return rows.map(({ policy_id: policyId, organization_id: organizationId, ...row }) => {
      return { ...row, policyId, organizationId: organizationId ?? undefined };
    });
  }

  async seenIncidents(incidentIds: readonly string[]): Promise<readonly string[]> {
    const seen: string[] = [];
    for (const some of groupsOf(incidentIds)) {
      const select = this.#db.sql.selectFrom('alert_incident').select('incident_id').where('incident_id', 'in', some);
      for (const { incident_id: id } of await this.#db.read(select)) seen.push(id);
    }
    return seen;
  }

  async alerts(query: AlertQuery): Promise<readonly Alert[]> {
    const { organizationId, withGuards, after, from, until } = query;
    let select = this.#db.sql
      .selectFrom('alert')
      .selectAll()
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit);
    if (organizationId !== undefined) {
      select = select.where((eb) => {
        const own = eb('organization_id', '=', organizationId);
        return withGuards === true ? eb.or([own, eb('organization_id', 'is', null)]) : own;
      });
    }
    const equal = {
      status: query.status,
      severity: query.severity,
      policy: query.policy,
      entity_id: query.entityId,
      assignee: query.assignee,
    };
    for (const [column, value] of Object.entries(equal)) {
      if (value !== undefined) select = select.where(column as keyof typeof equal, '=', value);
    }
    if (from !== undefined) select = select.where('last_activity_at', '>=', from);
    if (until !== undefined) select = select.where('first_activity_at', '<', until);
    if (after !== undefined) {
      select = select.where((eb) =>
        eb.or([eb('at', '<', after.createdAt), eb.and([eb('at', '=', after.createdAt), eb('id', '<', after.id)])]),
      );
    }
    return (await this.#db.read(select)).map(alertOf);
  }

  async alert(id: string): Promise<AlertDetails | undefined> {
    const { sql: db } = this.#db;
    const [row] = await this.#db.read(db.selectFrom('alert').selectAll().where('id', '=', id));
    if (row === undefined) return undefined;
    const activities = db.selectFrom('alert_activity').selectAll().where('alert_id', '=', id);
    const comments = db.selectFrom('alert_comment').selectAll().where('alert_id', '=', id);
    return {
      alert: alertOf(row),
      activities: (await this.#db.read(activities.orderBy('number', 'desc').limit(KEPT))).map(activityOf),
      comments: (await this.#db.read(comments.orderBy('at').orderBy('id'))).map(commentOf),
    };
  }

  async alertsOf(incidentIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const some of groupsOf(incidentIds)) {
      const select = this.#db.sql
        .selectFrom('alert')
        .select(['id', 'incident_id'])
        .where('incident_id', 'in', some)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc');
      for (const { id, incident_id: incidentId } of await this.#db.read(select)) found.set(incidentId!, id);
    }
    return found;
  }

  async handle(id: string, { status, assignee, classification, resolvedAt }: AlertHandling): Promise<boolean> {
    const [found] = await this.#db.write(
      this.#db.sql
        .updateTable('alert')
        .set({
          status,
          assignee: assignee ?? null,
          classification: classification ?? null,
          resolved_at: resolvedAt ?? null,
        })
        .where('id', '=', id)
        .returning('id'),
    );
    return found.length > 0;
  }

  async addComment(comment: AlertComment): Promise<void> {
    await this.#db.write(this.#db.sql.insertInto('alert_comment').values(rowOfComment(comment)));
  }
}

function groupsOf<T>(all: readonly T[]): (readonly T[])[] {
  const groups: (readonly T[])[] = [];
  for (let from = 0; from < all.length; from += ROWS_AT_ONCE) groups.push(all.slice(from, from + ROWS_AT_ONCE));
  return groups;
}
