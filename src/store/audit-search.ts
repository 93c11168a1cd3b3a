// Searching the audit log, newest first. Each kind of filter has an index that gives its records in that order, so that a page costs what it
// shows. For a text there is none: it is looked for in steps of some thousand records, and a search ends after so many with what it has found.
import { sql as raw, type SelectQueryBuilder } from 'kysely';
import type { AuditPage, AuditPosition, AuditSearch } from '../audit/audit-store.ts';
import { recordOf } from './audit-rows.ts';
import type { ControlDatabase } from './control-database.ts';
import type { AuditRecordTable, ControlTables } from './tables.ts';

/** Between two steps others are answered. */
const STEP = 5_000;
/** The most records that one page of a search for a text looks at. */
const LOOKED_AT = 20_000;
/** So many records are looked through at once without a second thought. */
const FEW = 2_000;
/** Queries that users may multiply a search to. Beyond that, users are looked for among all that the others find. */
const MOST_PARTS = 100;
/** Organizations that are asked one by one. Where there are more the records of all are gone through. */
const MOST_CHAINS = 500;

type Select = SelectQueryBuilder<ControlTables, 'audit_record', AuditRecordTable>;

export async function searchAudit(
  db: ControlDatabase,
  query: AuditSearch,
  chains: readonly string[],
): Promise<AuditPage> {
  const rare = await rareIn(db, query);
  if (rare !== undefined) return byRare(db, query, rare);
  return query.text === undefined ? byIndex(db, query, chains) : byText(db, query);
}

type Rare = readonly ['object_id' | 'client_address', readonly string[]];

/** The filter that so few records pass that all else can be looked for among them. */
async function rareIn(db: ControlDatabase, { objectIds, clientAddresses }: AuditSearch): Promise<Rare | undefined> {
  for (const [column, values] of [['object_id', objectIds] as const, ['client_address', clientAddresses] as const]) {
    if (values === undefined) continue;
    const many = db.sql.selectFrom('audit_record').select('id').where(column, 'in', values).limit(1).offset(FEW);
    if ((await db.read(many)).length === 0) return [column, values];
  }
  return undefined;
}

async function byRare(db: ControlDatabase, query: AuditSearch, [column, values]: Rare): Promise<AuditPage> {
  // Else the database would think that two equal columns of another index are better than one.
  const select = filtered(ordered(db).where(column, 'in', values), query, true);
  const rows = await db.read(older(select, query.before).limit(query.limit));
  return pageOf(rows, rows.length === query.limit ? positionOf(rows.at(-1)) : undefined);
}

/** One query for each organization, operation and user, each of which an index answers in order; merged here. */
async function byIndex(db: ControlDatabase, query: AuditSearch, chains: readonly string[]): Promise<AuditPage> {
  const { organizationId, operations, users, limit } = query;
  const isByOwner = operations !== undefined || users !== undefined;
  const isAsked = organizationId === undefined && isByOwner && chains.length <= MOST_CHAINS;
  const owners = isAsked ? chains : [organizationId];
  const byOperation = owners.flatMap((owner) =>
    eachOf(operations).map((one) => ({ organizationId: owner, operations: one })),
  );
  const byUser = byOperation.flatMap((part) => eachOf(users).map((one) => ({ ...part, users: one })));
  const parts = byUser.length <= MOST_PARTS ? byUser : byOperation;
  const found = await Promise.all(
    parts.map((part) => db.read(older(filtered(ordered(db), { ...query, ...part }), query.before).limit(limit))),
  );
  const rows = found.flat().sort(newestFirst).slice(0, limit);
  return pageOf(rows, rows.length === limit ? positionOf(rows.at(-1)) : undefined);
}

const eachOf = (values: readonly string[] | undefined): (readonly string[] | undefined)[] =>
  values?.map((value) => [value]) ?? [undefined];

async function byText(db: ControlDatabase, query: AuditSearch): Promise<AuditPage> {
  const found: AuditRecordTable[] = [];
  let before = query.before;
  for (let looked = 0; looked < LOOKED_AT; looked += STEP) {
    const end = await endOfStep(db, query, before);
    let select = filtered(ordered(db), query);
    if (end !== undefined) select = select.where(notOlder(end));
    found.push(...(await db.read(older(select, before).limit(query.limit - found.length))));
    if (found.length === query.limit) return pageOf(found, positionOf(found.at(-1)));
    if (end === undefined) return pageOf(found, undefined);
    before = end;
  }
  return pageOf(found, before);
}

/** The last record of the next step; undefined where it is the last step. */
async function endOfStep(
  db: ControlDatabase,
  { organizationId, from, until }: AuditSearch,
  before: AuditPosition | undefined,
): Promise<AuditPosition | undefined> {
  const all = filtered(ordered(db), { organizationId, from, until, limit: 1 });
  const [row] = await db.read(
    older(all, before)
      .limit(1)
      .offset(STEP - 1),
  );
  return positionOf(row);
}

function ordered({ sql }: ControlDatabase): Select {
  return sql
    .selectFrom('audit_record')
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .orderBy('id', 'desc');
}

/** `isUnindexed`: in words that no index answers. */
function filtered(select: Select, query: AuditSearch, isUnindexed = false): Select {
  const { organizationId, from, until, operations, users, objectIds, clientAddresses, text } = query;
  const column = (name: keyof AuditRecordTable & string) =>
    isUnindexed ? raw<string>`(${raw.ref(name)} || '')` : raw.ref<string>(name);
  let narrowed = select;
  if (organizationId !== undefined) narrowed = narrowed.where(column('organization_id'), '=', organizationId);
  if (from !== undefined) narrowed = narrowed.where('at', '>=', from);
  if (until !== undefined) narrowed = narrowed.where('at', '<', until);
  const any = { operation: operations, made_by: users, object_id: objectIds, client_address: clientAddresses };
  for (const [name, values] of Object.entries(any) as [keyof typeof any, readonly string[] | undefined][]) {
    if (values !== undefined) narrowed = narrowed.where(column(name), 'in', values);
  }
  return text === undefined ? narrowed : mentioning(narrowed, text);
}

const TEXTS = ['operation', 'made_by', 'object_id', 'client_address'] as const;
const STRUCTURES = ['parameters', 'changes'] as const;

function mentioning(select: Select, text: string): Select {
  const plain = patternOf(text);
  const inJson = patternOf(JSON.stringify(text).slice(1, -1));
  return select.where(({ or }) =>
    or([
      ...TEXTS.map((column) => raw<boolean>`lower(${raw.ref(column)}) like ${plain} escape '!'`),
      ...STRUCTURES.map((column) => raw<boolean>`lower(${raw.ref(column)}) like ${inJson} escape '!'`),
    ]),
  );
}

/** Folded as SQLite's lower() does it, A to Z only. */
function patternOf(text: string): string {
  const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return `%${folded.replace(/[!%_]/g, '!$&')}%`;
}

function older(select: Select, position: AuditPosition | undefined): Select {
  if (position === undefined) return select;
  const { at, sequence, id } = position;
  return select
    .where('at', '<=', at)
    .where(({ eb, or, and }) =>
      or([eb('at', '<', at), eb('sequence', '<', sequence), and([eb('sequence', '=', sequence), eb('id', '<', id)])]),
    );
}

function notOlder({ at, sequence, id }: AuditPosition) {
  return raw<boolean>`at >= ${at} and (at > ${at} or sequence > ${sequence} or (sequence = ${sequence} and id >= ${id}))`;
}

function newestFirst(a: AuditRecordTable, b: AuditRecordTable): number {
  return b.at - a.at || (b.sequence ?? 0) - (a.sequence ?? 0) || (a.id < b.id ? 1 : -1);
}

function positionOf(row: AuditRecordTable | undefined): AuditPosition | undefined {
  return row && { at: row.at, sequence: row.sequence ?? 0, id: row.id };
}

function pageOf(rows: readonly AuditRecordTable[], next: AuditPosition | undefined): AuditPage {
  return next === undefined ? { records: rows.map(recordOf) } : { records: rows.map(recordOf), next };
}
