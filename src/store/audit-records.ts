// The audit log as queries: appended and read, never changed.
import type { AuditRecord } from '../audit/audit-record.ts';
import type { AuditStore } from '../audit/audit-store.ts';
import type { ControlDatabase } from './control-database.ts';
import type { AuditRecordTable } from './tables.ts';

export class AuditRecords implements AuditStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async append(record: AuditRecord): Promise<void> {
    await this.#db.write(
      this.#db.sql.insertInto('audit_record').values({
        id: record.id,
        at: record.at,
        organization_id: record.organizationId,
        operation: record.operation,
        made_by: record.by,
        client_address: record.clientAddress,
        object_id: record.objectId,
        parameters: JSON.stringify(record.parameters),
        result: record.result,
        user_type: record.userType,
        user_key: record.userKey,
        changes: record.changes === undefined ? null : JSON.stringify(record.changes),
      }),
    );
  }

  async list(query: Parameters<AuditStore['list']>[0]): Promise<readonly AuditRecord[]> {
    let select = this.#db.sql
      .selectFrom('audit_record')
      .selectAll()
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit);
    if (query.organizationId !== undefined) select = select.where('organization_id', '=', query.organizationId);
    return (await this.#db.read(select)).map(recordOf);
  }
}

function recordOf(row: AuditRecordTable): AuditRecord {
  return {
    id: row.id,
    at: row.at,
    organizationId: row.organization_id,
    operation: row.operation,
    userType: row.user_type as AuditRecord['userType'],
    userKey: row.user_key,
    by: row.made_by,
    clientAddress: row.client_address,
    objectId: row.object_id,
    parameters: JSON.parse(row.parameters),
    ...(row.changes === null ? {} : { changes: JSON.parse(row.changes) }),
    result: row.result as AuditRecord['result'],
  };
}
