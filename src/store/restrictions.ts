// Restrictions and epochs as queries. Compare-and-set is said in SQL, inside one atomic unit, so that it holds for the threads
// of one database file as for the nodes of one PostgreSQL: each unit first locks the entity's row of epochs.
import type { EntityKind } from '../attribution/entity.ts';
import type { Evidence, Figures, Restriction, RestrictionCause, RestrictionEnd } from '../restrictions/restriction.ts';
import type { RestrictionQuery, RestrictionStore } from '../restrictions/restriction-store.ts';
import type { ControlDatabase } from './control-database.ts';
import type { RestrictionTable } from './tables.ts';

export class Restrictions implements RestrictionStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async active(): Promise<readonly Restriction[]> {
    const rows = await this.#db.read(
      this.#db.sql.selectFrom('restriction').selectAll().where('ended_at', 'is', null).orderBy('id'),
    );
    return rows.map(restrictionOf);
  }

  async epochs(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#db.read(this.#db.sql.selectFrom('entity_epoch').selectAll().where('epoch', '>', 0));
    return new Map(rows.map((row) => [row.entity_id, row.epoch]));
  }

  /** Asked again with the same restriction (an answer was lost), the answer is the same. */
  async restrict(restriction: Restriction): Promise<'restricted' | 'stale' | 'already'> {
    const { id, entityId } = restriction;
    const { sql } = this.#db;
    const currentEpoch = sql.selectFrom('entity_epoch').select('epoch').where('entity_id', '=', entityId);
    const [[current], , , [inForce]] = await this.#db.write(
      // Changes nothing but makes the row where there is none; in PostgreSQL it also locks it.
      sql
        .insertInto('entity_epoch')
        .values({ entity_id: entityId, epoch: 0 })
        .onConflict((conflict) =>
          conflict.column('entity_id').doUpdateSet({ epoch: (row) => row.ref('entity_epoch.epoch') }),
        )
        .returning('epoch'),
      // A unique index allows one restriction in force per entity.
      sql
        .insertInto('restriction')
        .values(rowOf(restriction))
        .onConflict((conflict) => conflict.doNothing()),
      sql
        .deleteFrom('restriction')
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .where('epoch', '<>', currentEpoch),
      sql.selectFrom('restriction').select('id').where('entity_id', '=', entityId).where('ended_at', 'is', null),
    );
    if (current?.epoch !== restriction.epoch) return 'stale';
    return inForce?.id === id ? 'restricted' : 'already';
  }

  async end(restrictionId: string, end: RestrictionEnd): Promise<number | undefined> {
    const { sql } = this.#db;
    const entityOf = sql.selectFrom('restriction').select('entity_id').where('id', '=', restrictionId);
    const [, [ended], [raised]] = await this.#db.write(
      // The lock again, in the same order as `restrict`, so that the two never wait for each other.
      sql
        .updateTable('entity_epoch')
        .set({ epoch: (row) => row.ref('entity_epoch.epoch') })
        .where('entity_id', '=', entityOf),
      sql
        .updateTable('restriction')
        .set({
          ended_at: end.at,
          ended_by: end.by,
          end_reason: end.reason,
          grace_hours: end.graceHours,
          learn: Number(end.learn),
        })
        .where('id', '=', restrictionId)
        .where('ended_at', 'is', null)
        .returning('id'),
      // The epoch is still the restriction's only where it was in force until now: a second end raises nothing.
      sql
        .updateTable('entity_epoch')
        .set((row) => ({ epoch: row('entity_epoch.epoch', '+', 1) }))
        .where('entity_id', '=', entityOf)
        .where('epoch', '=', sql.selectFrom('restriction').select('epoch').where('id', '=', restrictionId))
        .returning('epoch'),
    );
    return ended === undefined ? undefined : raised?.epoch;
  }

  async list(query: RestrictionQuery): Promise<readonly Restriction[]> {
    let select = this.#db.sql
      .selectFrom('restriction')
      .selectAll()
      .orderBy('restricted_at', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit);
    if (query.organizationId !== undefined) select = select.where('organization_id', '=', query.organizationId);
    if (query.entityId !== undefined) select = select.where('entity_id', '=', query.entityId);
    if (query.active !== undefined) select = select.where('ended_at', query.active ? 'is' : 'is not', null);
    const { after } = query;
    if (after !== undefined) {
      select = select.where((eb) =>
        eb.and([
          eb('restricted_at', '<=', after.since),
          eb.or([eb('restricted_at', '<', after.since), eb('id', '<', after.id)]),
        ]),
      );
    }
    return (await this.#db.read(select)).map(restrictionOf);
  }
}

function rowOf(restriction: Restriction): RestrictionTable {
  const { ended } = restriction;
  return {
    id: restriction.id,
    incident_id: restriction.incidentId,
    organization_id: restriction.organizationId,
    entity_id: restriction.entityId,
    entity_kind: restriction.entityKind,
    entity_name: restriction.entityName,
    epoch: restriction.epoch,
    restricted_at: restriction.since,
    until: restriction.until ?? null,
    cause: restriction.cause,
    reason: restriction.reason,
    evidence: evidenceText(restriction),
    restricted_by: restriction.restrictedBy,
    ended_at: ended?.at ?? null,
    ended_by: ended?.by ?? null,
    end_reason: ended?.reason ?? null,
    grace_hours: ended?.graceHours ?? null,
    learn: ended === undefined ? null : Number(ended.learn),
  };
}

function restrictionOf(row: RestrictionTable): Restriction {
  return {
    id: row.id,
    incidentId: row.incident_id,
    organizationId: row.organization_id,
    entityId: row.entity_id,
    entityKind: row.entity_kind as EntityKind,
    entityName: row.entity_name,
    epoch: row.epoch,
    since: row.restricted_at,
    until: row.until ?? undefined,
    cause: row.cause as RestrictionCause,
    reason: row.reason,
    ...evidenceIn(row.evidence),
    restrictedBy: row.restricted_by,
    ended: endOf(row),
  };
}

/** Evidence and figures are kept, erased and forgotten together; one without the other is as good. */
function evidenceText({ evidence, figures }: Restriction): string | null {
  return evidence === undefined && figures === undefined ? null : JSON.stringify({ ...evidence, figures });
}

function evidenceIn(text: string | null): Pick<Restriction, 'evidence' | 'figures'> {
  if (text === null) return { evidence: undefined, figures: undefined };
  const { figures, ...evidence } = JSON.parse(text) as Partial<Evidence> & { readonly figures?: Figures };
  return { evidence: isWhole(evidence) ? evidence : undefined, figures };
}

function isWhole(evidence: Partial<Evidence>): evidence is Evidence {
  return evidence.families !== undefined;
}

function endOf(row: RestrictionTable): RestrictionEnd | undefined {
  if (row.ended_at === null) return undefined;
  return {
    at: row.ended_at,
    by: row.ended_by ?? '',
    reason: row.end_reason ?? '',
    graceHours: row.grace_hours as RestrictionEnd['graceHours'],
    learn: row.learn === 1,
  };
}
