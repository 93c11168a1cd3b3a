// Time zone and audit log switch of organizations.
import type { Kysely } from 'kysely';

export async function organizationSettings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('organization')
    .addColumn('time_zone', 'text', (column) => column.notNull().defaultTo('UTC'))
    .execute();
  await db.schema
    .alterTable('organization')
    .addColumn('audit_log', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
}
