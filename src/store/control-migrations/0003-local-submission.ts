// Connectors of mail that is handed in on the mail server itself.
import type { Kysely } from 'kysely';

export async function localSubmission(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('connector')
    .addColumn('local_submission', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
