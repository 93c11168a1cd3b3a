// Alerts as queries.
import type { Alert, AlertStore } from '../alerts/alert.ts';
import type { ControlDatabase } from './control-database.ts';
import type { AlertTable } from './tables.ts';

export class Alerts implements AlertStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async addAlert(alert: Alert): Promise<void> {
    await this.#db.write(
      this.#db.sql.insertInto('alert').values({
        id: alert.id,
        at: alert.at,
        organization_id: alert.organizationId ?? null,
        policy: alert.policy,
        severity: alert.severity,
        entity_id: alert.entityId ?? null,
        incident_id: alert.incidentId ?? null,
        summary: alert.summary,
      }),
    );
  }

  async alerts(query: Parameters<AlertStore['alerts']>[0]): Promise<readonly Alert[]> {
    let select = this.#db.sql
      .selectFrom('alert')
      .selectAll()
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit);
    if (query.organizationId !== undefined) select = select.where('organization_id', '=', query.organizationId);
    return (await this.#db.read(select)).map(alertOf);
  }
}

function alertOf(row: AlertTable): Alert {
  return {
    id: row.id,
    at: row.at,
    organizationId: row.organization_id ?? undefined,
    policy: row.policy as Alert['policy'],
    severity: row.severity as Alert['severity'],
    entityId: row.entity_id ?? undefined,
    incidentId: row.incident_id ?? undefined,
    summary: row.summary,
  };
}
