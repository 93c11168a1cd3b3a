// The pool: identities and domains that the provider assigned to organizations.
import type { Kysely } from 'kysely';

export async function identityPool(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('identity_assignment')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('assigned_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('identity_assignment_once')
    .unique()
    .on('identity_assignment')
    .columns(['kind', 'value'])
    .execute();
}
