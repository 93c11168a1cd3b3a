// What each organization keeps, and how long.
import type { Kysely } from 'kysely';

export async function keeping(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('organization')
    .addColumn('keeping', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
}
