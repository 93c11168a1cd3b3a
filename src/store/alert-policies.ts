// Alert policies as queries: those that somebody changed or made.
import type { AlertPolicy } from '../alerts/alert-policy.ts';
import type { AlertPolicyStore } from '../alerts/alert-policy-store.ts';
import type { ControlDatabase } from './control-database.ts';
import type { AlertPolicyTable } from './tables.ts';

export class AlertPolicyRows implements AlertPolicyStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async alertPolicies(): Promise<readonly AlertPolicy[]> {
    const rows = await this.#db.read(this.#db.sql.selectFrom('alert_policy').selectAll().orderBy('id'));
    return rows.map(policyOf);
  }

  async putAlertPolicy(policy: AlertPolicy): Promise<void> {
    const { id, ...columns } = rowOf(policy);
    await this.#db.write(
      this.#db.sql
        .insertInto('alert_policy')
        .values({ id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns)),
    );
  }

  async removeAlertPolicy(id: string): Promise<boolean> {
    const [removed] = await this.#db.write(
      this.#db.sql.deleteFrom('alert_policy').where('id', '=', id).returning('id'),
    );
    return removed.length > 0;
  }
}

function rowOf(policy: AlertPolicy): AlertPolicyTable {
  return {
    id: policy.id,
    organization_id: policy.organizationId ?? null,
    name: policy.name,
    type: policy.type,
    activity: policy.activity,
    enabled: Number(policy.enabled),
    severity: policy.severity,
    category: policy.category,
    comment: policy.comment,
    conditions: JSON.stringify(policy.conditions),
    threshold: policy.threshold,
    window_minutes: policy.windowMinutes,
    notify: Number(policy.notify),
    recipients: JSON.stringify(policy.recipients),
    daily_limit: policy.dailyLimit,
  };
}

function policyOf(row: AlertPolicyTable): AlertPolicy {
  return {
    id: row.id,
    organizationId: row.organization_id ?? undefined,
    name: row.name,
    type: row.type as AlertPolicy['type'],
    activity: row.activity as AlertPolicy['activity'],
    enabled: row.enabled === 1,
    severity: row.severity as AlertPolicy['severity'],
    category: row.category as AlertPolicy['category'],
    comment: row.comment,
    conditions: JSON.parse(row.conditions),
    threshold: row.threshold,
    windowMinutes: row.window_minutes,
    notify: row.notify === 1,
    recipients: JSON.parse(row.recipients),
    dailyLimit: row.daily_limit,
  };
}
