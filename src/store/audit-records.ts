// The audit log as queries: records are added to their chains, read, and removed at the old end.
import type { AuditRecord } from '../audit/audit-record.ts';
import type { AuditPage, AuditSearch, AuditStore } from '../audit/audit-store.ts';
import type { ChainBase, ChainedRecord, ChainPoint } from '../audit/chain.ts';
import { pointOf, recordOf, rowOf, storedOf } from './audit-rows.ts';
import { searchAudit } from './audit-search.ts';
import type { ControlDatabase } from './control-database.ts';

export class AuditRecords implements AuditStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async append(records: readonly ChainedRecord[]): Promise<void> {
    await this.#db.write(...records.map((record) => this.#insert(record)));
  }

  #insert(record: ChainedRecord) {
    return this.#db.sql.insertInto('audit_record').values(rowOf(record));
  }

  async list(query: Parameters<AuditStore['list']>[0]): Promise<readonly AuditRecord[]> {
    let select = this.#db.sql
      .selectFrom('audit_record')
      .selectAll()
      .orderBy('at', 'desc')
      .orderBy('sequence', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit);
    if (query.organizationId !== undefined) select = select.where('organization_id', '=', query.organizationId);
    return (await this.#db.read(select)).map(recordOf);
  }

  search(query: AuditSearch, chains: readonly string[]): Promise<AuditPage> {
    return searchAudit(this.#db, query, chains);
  }

  async heads(): Promise<readonly ChainPoint[]> {
    const { sql } = this.#db;
    const points = new Map<string, ChainPoint>();
    for (const base of await this.#db.read(sql.selectFrom('audit_chain').selectAll())) {
      const { organization_id: organizationId, base_sequence: sequence, base_mac: mac } = base;
      points.set(organizationId, { organizationId, sequence, mac });
    }
    for await (const organizationId of this.#owners()) {
      const point = await this.pointUpTo(organizationId, Number.MAX_SAFE_INTEGER);
      if (point !== undefined) points.set(organizationId, point);
    }
    return [...points.values()];
  }

  /** One after another: asked for all at once, the database would go through a million records. */
  async *#owners(): AsyncGenerator<string> {
    let last: string | undefined;
    do {
      const { sql } = this.#db;
      let next = sql.selectFrom('audit_record').select('organization_id').orderBy('organization_id').limit(1);
      if (last !== undefined) next = next.where('organization_id', '>', last);
      const [row] = await this.#db.read(next);
      last = row?.organization_id;
      if (last !== undefined) yield last;
    } while (last !== undefined);
  }

  async base(organizationId: string): Promise<ChainBase | undefined> {
    const [row] = await this.#db.read(
      this.#db.sql.selectFrom('audit_chain').selectAll().where('organization_id', '=', organizationId),
    );
    return row && { organizationId, sequence: row.base_sequence, mac: row.base_mac, proof: row.base_proof };
  }

  async pointUpTo(organizationId: string, sequence: number): Promise<ChainPoint | undefined> {
    const [row] = await this.#db.read(
      this.#db.sql
        .selectFrom('audit_record')
        .select(['organization_id', 'sequence', 'mac'])
        .where('organization_id', '=', organizationId)
        .where('sequence', '<=', sequence)
        .orderBy('sequence', 'desc')
        .limit(1),
    );
    return row && pointOf(row);
  }

  async firstSince(organizationId: string, before: number): Promise<number | undefined> {
    const [row] = await this.#db.read(
      this.#db.sql
        .selectFrom('audit_record')
        .select('sequence')
        .where('organization_id', '=', organizationId)
        .where('sequence', '>', 0)
        .where('at', '>=', before)
        .orderBy('sequence')
        .limit(1),
    );
    return row?.sequence ?? undefined;
  }

  async removeUpTo({ organizationId, sequence, mac, proof }: ChainBase): Promise<number> {
    const { sql } = this.#db;
    const base = { base_sequence: sequence, base_mac: mac, base_proof: proof };
    const [removed] = await this.#db.write(
      sql
        .deleteFrom('audit_record')
        .where('organization_id', '=', organizationId)
        .where('sequence', '<=', sequence)
        .returning('id'),
      sql
        .insertInto('audit_chain')
        .values({ organization_id: organizationId, ...base })
        .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(base)),
    );
    return removed.length;
  }

  async unchained(): Promise<readonly Omit<ChainedRecord, 'sequence' | 'mac'>[]> {
    const rows = await this.#db.read(
      this.#db.sql.selectFrom('audit_record').selectAll().where('sequence', 'is', null).orderBy('at').orderBy('id'),
    );
    return rows.map(storedOf);
  }

  async adopt(unchained: readonly ChainedRecord[], added: readonly ChainedRecord[]): Promise<void> {
    const updates = unchained.map(({ id, sequence, mac, salt }) =>
      this.#db.sql.updateTable('audit_record').set({ sequence, mac, salt }).where('id', '=', id),
    );
    await this.#db.write(...updates, ...added.map((record) => this.#insert(record)));
  }
}
