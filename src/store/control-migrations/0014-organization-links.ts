// Where each organization sends its administrators to regain control of a user.
import type { Kysely } from 'kysely';

export async function organizationLinks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('organization')
    .addColumn('links', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
}
