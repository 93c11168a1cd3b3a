// The outbox as queries.
import type { NotificationEvent } from '../alerts/notification-event.ts';
import type { Channel, Delivery, OutboxStore } from '../notifications/outbox-store.ts';
import type { ControlDatabase } from './control-database.ts';
import type { OutboxDeliveryTable } from './tables.ts';

export class OutboxRows implements OutboxStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async addEvent(event: NotificationEvent): Promise<void> {
    const { id, at, organizationId } = event;
    const row = { id, at, organization_id: organizationId ?? null, payload: JSON.stringify(event) };
    await this.#db.write(this.#db.sql.insertInto('outbox_event').values(row));
  }

  async events(limit: number): Promise<readonly NotificationEvent[]> {
    const { sql } = this.#db;
    const turns = sql.selectFrom('outbox_event').select(({ fn }) => [
      'payload',
      'at',
      'id',
      fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy('organization_id').orderBy('at').orderBy('id'))
        .as('turn'),
    ]);
    const rows = await this.#db.read(
      sql.selectFrom(turns.as('turns')).select('payload').orderBy('turn').orderBy('at').orderBy('id').limit(limit),
    );
    return rows.map(({ payload }) => JSON.parse(payload));
  }

  async expand(eventId: string, deliveries: readonly Delivery[]): Promise<void> {
    const { sql } = this.#db;
    // Each row is selected from the event's own, so that an event that is gone already gives none.
    const rows = deliveries.map((delivery) =>
      sql
        .insertInto('outbox_delivery')
        .columns([
          'id',
          'event_id',
          'organization_id',
          'channel',
          'target',
          'payload',
          'attempts',
          'next_at',
          'created_at',
        ])
        .expression((from) =>
          from
            .selectFrom('outbox_event')
            .where('id', '=', eventId)
            .select(({ val, cast }) => [
              cast<string>(val(delivery.id), 'text').as('id'),
              cast<string>(val(eventId), 'text').as('event_id'),
              cast<string>(val(delivery.organizationId), 'text').as('organization_id'),
              cast<string>(val(delivery.channel), 'text').as('channel'),
              cast<string>(val(delivery.target), 'text').as('target'),
              cast<string>(val(delivery.payload), 'text').as('payload'),
              cast<number>(val(delivery.attempts), 'integer').as('attempts'),
              cast<number>(val(delivery.nextAt), 'bigint').as('next_at'),
              cast<number>(val(delivery.createdAt), 'bigint').as('created_at'),
            ]),
        ),
    );
    await this.#db.write(...rows, sql.deleteFrom('outbox_event').where('id', '=', eventId));
  }

  async dueOrganizations(channel: Channel, now: number, latest: number): Promise<readonly string[]> {
    const rows = await this.#db.read(
      this.#db.sql
        .selectFrom('outbox_delivery')
        .select('organization_id')
        .distinct()
        .where('channel', '=', channel)
        .where(({ or, eb }) => or([eb('next_at', '<=', now), eb('next_at', '>', latest)])),
    );
    return rows.map(({ organization_id }) => organization_id);
  }

  async due(
    channel: Channel,
    organizationId: string,
    now: number,
    latest: number,
    limit: number,
  ): Promise<readonly Delivery[]> {
    const rows = await this.#db.read(
      this.#db.sql
        .selectFrom('outbox_delivery')
        .selectAll()
        .where('channel', '=', channel)
        .where('organization_id', '=', organizationId)
        .where(({ or, eb }) => or([eb('next_at', '<=', now), eb('next_at', '>', latest)]))
        .orderBy('next_at')
        .orderBy('id')
        .limit(limit),
    );
    return rows.map(deliveryOf);
  }

  async nextAt(now: number): Promise<number | undefined> {
    const [row] = await this.#db.read(
      this.#db.sql
        .selectFrom('outbox_delivery')
        .select(({ fn }) => fn.min('next_at').as('at'))
        .where('next_at', '>', now),
    );
    return row?.at === null || row === undefined ? undefined : Number(row.at);
  }

  async postpone(id: string, attempts: number, nextAt: number): Promise<void> {
    await this.#db.write(
      this.#db.sql.updateTable('outbox_delivery').set({ attempts, next_at: nextAt }).where('id', '=', id),
    );
  }

  async remove(id: string): Promise<boolean> {
    const [gone] = await this.#db.write(
      this.#db.sql.deleteFrom('outbox_delivery').where('id', '=', id).returning('id'),
    );
    return gone.length > 0;
  }

  async count(): Promise<number> {
    const [row] = await this.#db.read(
      this.#db.sql.selectFrom('outbox_delivery').select(({ fn }) => fn.countAll().as('rows')),
    );
    return Number(row!.rows);
  }

  async waiting(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#db.read(
      this.#db.sql
        .selectFrom('outbox_delivery')
        .select(({ fn }) => ['organization_id', fn.countAll().as('rows')])
        .groupBy('organization_id'),
    );
    return new Map(rows.map(({ organization_id, rows }) => [organization_id, Number(rows)]));
  }

  async shed(organizationId: string, most: number): Promise<number> {
    const { sql } = this.#db;
    const kept = sql
      .selectFrom('outbox_delivery')
      .select('id')
      .where('organization_id', '=', organizationId)
      .orderBy('attempts')
      .orderBy('created_at')
      .orderBy('channel', 'desc')
      .orderBy('id')
      .limit(most);
    const [gone] = await this.#db.write(
      sql
        .deleteFrom('outbox_delivery')
        .where('organization_id', '=', organizationId)
        .where('id', 'not in', kept)
        .returning('id'),
    );
    return gone.length;
  }
}

function deliveryOf(row: OutboxDeliveryTable): Delivery {
  return {
    id: row.id,
    eventId: row.event_id,
    organizationId: row.organization_id,
    channel: row.channel as Channel,
    target: row.target,
    payload: row.payload,
    attempts: row.attempts,
    nextAt: row.next_at,
    createdAt: row.created_at,
  };
}
