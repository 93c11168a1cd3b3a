// The audit log as queries: records are added to their chains, read, and removed at the old end.
import { sql as raw } from 'kysely';
import type { AuditRecord } from '../audit/audit-record.ts';
import type { AuditPage, AuditSearch, AuditStore } from '../audit/audit-store.ts';
import type { ChainBase, ChainedRecord, ChainPoint } from '../audit/chain.ts';
import { pointOf, recordOf, rowOf, storedOf } from './audit-rows.ts';
import { searchAudit } from './audit-search.ts';
import type { ControlDatabase } from './control-database.ts';
import type { AuditChainTable } from './tables.ts';

/** Few enough for the values that one statement may have. */
const ROWS_AT_ONCE = 1_000;

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
    return row && baseOf(row);
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

  async unchainedOwners(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const organizationId of this.#owners()) {
      const one = this.#unchainedOf(organizationId).select('id').limit(1);
      if ((await this.#db.read(one)).length > 0) found.push(organizationId);
    }
    return found;
  }

  #unchainedOf(organizationId: string) {
    const all = this.#db.sql.selectFrom('audit_record').where('organization_id', '=', organizationId);
    return all.where('sequence', 'is', null);
  }

  async unchained({ organizationId, after, limit }: Parameters<AuditStore['unchained']>[0]) {
    const { sql } = this.#db;
    let select = sql.selectFrom('audit_record').selectAll().where('organization_id', '=', organizationId);
    // In words that no index answers: the database would sort all that are left for each page, instead of going on by time.
    select = select.where(raw<boolean>`sequence + 0 is null`).orderBy('at').orderBy('id').limit(limit);
    if (after !== undefined) {
      const { at, id } = after;
      select = select.where('at', '>=', at).where(({ eb, or }) => or([eb('at', '>', at), eb('id', '>', id)]));
    }
    return (await this.#db.read(select)).map(storedOf);
  }

  async beginAdoptions(marks: readonly ChainBase[]): Promise<void> {
    const rows = marks.map(baseRowOf);
    const inserts = [];
    for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
      inserts.push(this.#db.sql.insertInto('audit_chain').values(rows.slice(first, first + ROWS_AT_ONCE)));
    }
    if (inserts.length > 0) await this.#db.write(...inserts);
  }

  async adoptions(): Promise<readonly ChainBase[]> {
    const rows = await this.#db.read(
      this.#db.sql.selectFrom('audit_chain').selectAll().where('base_sequence', '=', 0).orderBy('organization_id'),
    );
    return rows.map(baseOf);
  }

  async adopt(unchained: readonly ChainedRecord[], ended?: ChainedRecord): Promise<void> {
    const { sql } = this.#db;
    const updates = unchained.map(({ id, sequence, mac, salt }) =>
      sql.updateTable('audit_record').set({ sequence, mac, salt }).where('id', '=', id),
    );
    if (ended === undefined) await this.#db.write(...updates);
    else {
      const marks = sql.deleteFrom('audit_chain').where('base_sequence', '=', 0);
      const unmark = marks.where('organization_id', '=', ended.organizationId);
      await this.#db.write(...updates, this.#insert(ended), unmark);
    }
  }
}

function baseOf(row: AuditChainTable): ChainBase {
  return {
    organizationId: row.organization_id,
    sequence: row.base_sequence,
    mac: row.base_mac,
    proof: row.base_proof,
  };
}

function baseRowOf({ organizationId, sequence, mac, proof }: ChainBase): AuditChainTable {
  return { organization_id: organizationId, base_sequence: sequence, base_mac: mac, base_proof: proof };
}
