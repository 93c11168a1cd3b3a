// Sending limits of organizations and connectors.
import type { Kysely } from 'kysely';

export async function sendingLimits(db: Kysely<unknown>): Promise<void> {
  for (const table of ['organization', 'connector']) {
    await db.schema
      .alterTable(table)
      .addColumn('sending_limits', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute();
  }
}
