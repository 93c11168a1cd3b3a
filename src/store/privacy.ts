// Erasing an address from the control data, and its retention, as queries. Whether a row mentions an address is told here and not in SQL: a database's
// own comparison knows neither where an address ends nor how its domain is written in the other alphabet.
import type { Compilable } from 'kysely';
import type { NotificationEvent } from '../alerts/notification-event.ts';
import type { Reseal } from '../audit/chain.ts';
import type { Mention } from '../mail/mention.ts';
import type { ControlMentions, MentionQuery, PrivacyStore, Replacement } from '../privacy/privacy-store.ts';
import { storedOf } from './audit-rows.ts';
import type { ControlDatabase } from './control-database.ts';
import type { AuditRecordTable, ControlTables, OutboxDeliveryTable } from './tables.ts';

type Table =
  | 'restriction'
  | 'alert'
  | 'alert_activity'
  | 'alert_comment'
  | 'outbox_event'
  | 'exception_window'
  | 'audit_record';
type Columns = Readonly<Record<string, string | null>>;
type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** Texts in which people and Cordon write, and who did something. */
const TEXTS: { readonly [T in Table]: readonly (keyof ControlTables[T] & string)[] } = {
  restriction: ['entity_name', 'reason', 'restricted_by', 'ended_by', 'end_reason'],
  alert: ['summary', 'entity_name', 'assignee'],
  alert_activity: ['words', 'made_by', 'object'],
  alert_comment: ['text', 'made_by'],
  outbox_event: [],
  exception_window: ['reason', 'made_by'],
  audit_record: ['made_by', 'object_id'],
};
/** Structures as JSON text, where an address may be written with JSON's escapes. */
const STRUCTURES: { readonly [T in Table]: readonly (keyof ControlTables[T] & string)[] } = {
  restriction: ['evidence'],
  alert: [],
  alert_activity: [],
  alert_comment: [],
  outbox_event: ['payload'],
  exception_window: [],
  audit_record: ['parameters', 'changes'],
};

const ROWS_AT_ONCE = 500;

export class Privacy implements PrivacyStore {
  readonly #db: ControlDatabase;
  /** Of all database files. */
  readonly #purge: () => Promise<void>;

  constructor(db: ControlDatabase, purge: () => Promise<void>) {
    this.#db = db;
    this.#purge = purge;
  }

  async countMentions(query: MentionQuery): Promise<ControlMentions> {
    const found = await this.#eachTable((table) => this.#mentions(table, query, undefined));
    return { ...found, alerts: found.alerts + (await this.#deliveries(query, undefined)) };
  }

  async eraseMentions(query: MentionQuery, { erased, pseudonym, reseal }: Replacement): Promise<ControlMentions> {
    const found = await this.#eachTable((table) => {
      if (table !== 'audit_record') return this.#mentions(table, query, { by: erased });
      return this.#mentions(table, query, { by: pseudonym, also: (row, changed) => resealed(row, changed, reseal) });
    });
    // After the events, of which deliveries are made.
    return { ...found, alerts: found.alerts + (await this.#deliveries(query, erased)) };
  }

  async #eachTable(act: (table: Table) => Promise<number>): Promise<ControlMentions> {
    return {
      restrictions: await act('restriction'),
      alerts:
        (await act('alert')) +
        (await act('alert_activity')) +
        (await act('alert_comment')) +
        (await act('outbox_event')),
      exceptionWindows: await act('exception_window'),
      auditRecords: await act('audit_record'),
    };
  }

  /** How many rows mention the address; replaced there, where `instead` says by what. */
  async #mentions(
    table: Table,
    { mention, organizationId }: MentionQuery,
    instead: { readonly by: string; readonly also?: (row: Row, changed: Columns) => Columns } | undefined,
  ): Promise<number> {
    let found = 0;
    for await (const rows of this.#rows(table, organizationId)) {
      const changes = rows.flatMap((row) => {
        const changed = changesOf(table, row, mention, instead?.by ?? '');
        return Object.keys(changed).length === 0 ? [] : [{ row, changed }];
      });
      found += changes.length;
      if (instead === undefined || changes.length === 0) continue;
      const updates: Compilable<unknown>[] = changes.map(({ row, changed }) =>
        this.#db.sql
          .updateTable(table)
          .set({ ...changed, ...instead.also?.(row, changed) })
          .where('id', '=', row.id),
      );
      await this.#db.write(...updates);
    }
    return found;
  }

  /** What waits for the address itself is removed, where it is said what by; what speaks of it is rewritten. */
  async #deliveries({ mention, organizationId }: MentionQuery, by: string | undefined): Promise<number> {
    const { sql } = this.#db;
    let found = 0;
    for await (const rows of this.#rows('outbox_delivery', organizationId)) {
      const changes: Compilable<unknown>[] = [];
      for (const { id, channel, target, payload } of rows as unknown as readonly OutboxDeliveryTable[]) {
        const isToIt = channel === 'mail' && mention.isIn(target);
        const after = replacedInJson(payload, mention, by ?? '');
        if (!isToIt && after === payload) continue;
        changes.push(
          isToIt
            ? sql.deleteFrom('outbox_delivery').where('id', '=', id)
            : sql.updateTable('outbox_delivery').set({ payload: after }).where('id', '=', id),
        );
      }
      found += changes.length;
      if (by !== undefined && changes.length > 0) await this.#db.write(...changes);
    }
    return found;
  }

  async *#rows(table: Table | 'outbox_delivery', organizationId: string | undefined): AsyncGenerator<readonly Row[]> {
    for (let after = ''; ; ) {
      let select = this.#db.sql
        .selectFrom(table as Table)
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(ROWS_AT_ONCE);
      if (organizationId !== undefined) select = select.where('organization_id', '=', organizationId);
      const rows = (await this.#db.read(select)) as unknown as readonly Row[];
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      after = last.id;
    }
  }

  async removeEvidence(organizationId: string | undefined, before: number): Promise<number> {
    const { sql } = this.#db;
    const whose = organizationId === undefined ? 'is' : '=';
    const alerts = sql
      .selectFrom('alert')
      .select('id')
      .where('organization_id', whose, organizationId ?? null)
      .where('last_activity_at', '<', before)
      .orderBy('id')
      .limit(ROWS_AT_ONCE);
    const ended = sql
      .selectFrom('restriction')
      .select('id')
      .where('organization_id', '=', organizationId ?? '')
      .where('ended_at', '<', before)
      .where('evidence', 'is not', null)
      .limit(ROWS_AT_ONCE);
    await this.#db.write(
      sql
        .deleteFrom('alert_day')
        .where('organization_id', whose, organizationId ?? null)
        .where('at', '<', before),
      // While a restriction is in force, its incident must not be taken for one that nobody looked at.
      sql
        .deleteFrom('alert_incident')
        .where('organization_id', '=', organizationId ?? '')
        .where('at', '<', before)
        .where(
          'incident_id',
          'not in',
          sql.selectFrom('restriction').select('incident_id').where('ended_at', 'is', null),
        ),
    );
    return this.#inSteps(
      sql.deleteFrom('alert_activity').where('alert_id', 'in', alerts),
      sql.deleteFrom('alert_comment').where('alert_id', 'in', alerts),
      sql.deleteFrom('alert').where('id', 'in', alerts).returning('id'),
      sql.updateTable('restriction').set({ evidence: null }).where('id', 'in', ended).returning('id'),
    );
  }

  async removeEnded(organizationId: string | undefined, before: number): Promise<number> {
    const { sql } = this.#db;
    const ended = sql
      .selectFrom('restriction')
      .select('id')
      .where('organization_id', '=', organizationId ?? '')
      .where('ended_at', '<', before)
      .limit(ROWS_AT_ONCE);
    return this.#inSteps(sql.deleteFrom('restriction').where('id', 'in', ended).returning('id'));
  }

  /** Again and again, until a step finds nothing more; the number of rows. */
  async #inSteps(...step: Compilable<unknown>[]): Promise<number> {
    for (let found = 0; ; ) {
      const rows = (await this.#db.write(...step)).flat().length;
      if (rows === 0) return found;
      found += rows;
    }
  }

  purge(): Promise<void> {
    return this.#purge();
  }
}

/** The audit log's chain goes on to hold a record whose texts were replaced. */
function resealed(row: Row, changed: Columns, reseal: Reseal): Columns {
  const before = storedOf(row as unknown as AuditRecordTable);
  const after = storedOf({ ...row, ...changed } as unknown as AuditRecordTable);
  const { salt, commitment, erasureMac } = reseal(row.id, before, after);
  return { salt, commitment, erasure_mac: erasureMac };
}

function changesOf(table: Table, row: Row, mention: Mention, by: string): Columns {
  const isInForce = table === 'restriction' && row.ended_at === null;
  const texts = TEXTS[table].filter((column) => !(isInForce && column === 'entity_name'));
  return Object.fromEntries([
    ...changed(row, texts, (text) => mention.replacedIn(text, by)),
    ...changed(row, STRUCTURES[table], (text) =>
      replacedInJson(table === 'outbox_event' ? notToldTo(text, mention) : text, mention, by),
    ),
  ]);
}

function changed(row: Row, columns: readonly string[], replace: (text: string) => string): [string, string][] {
  return columns.flatMap((column): [string, string][] => {
    const before = row[column];
    if (typeof before !== 'string') return [];
    const after = replace(before);
    return after === before ? [] : [[column, after]];
  });
}

function replacedInJson(text: string, mention: Mention, by: string): string {
  if (!mention.mayBeIn(text.toLowerCase())) return text;
  const before: unknown = JSON.parse(text);
  const after = mention.replacedInAll(before, by);
  return after === before ? text : JSON.stringify(after);
}

/** A notification event that the address is no recipient of: what stands in its place would be told. */
function notToldTo(text: string, mention: Mention): string {
  if (!mention.mayBeIn(text.toLowerCase())) return text;
  const event = JSON.parse(text) as NotificationEvent;
  const recipients = event.recipients.filter((recipient) => !mention.isIn(recipient));
  return recipients.length === event.recipients.length ? text : JSON.stringify({ ...event, recipients });
}
