// Audit records in the common schema: which kind of principal, his id, and before and after of what he changed.
import type { Kysely } from 'kysely';

export async function auditSchema(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('audit_record')
    .addColumn('user_type', 'text', (column) => column.notNull().defaultTo('Admin'))
    .execute();
  await db.schema
    .alterTable('audit_record')
    .addColumn('user_key', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await db.schema.alterTable('audit_record').addColumn('changes', 'text').execute();
}
