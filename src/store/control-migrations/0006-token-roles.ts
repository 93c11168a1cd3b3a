// What an API token may do, who made it, and when it was used last. Those that were made before there were roles keep what they
// could do: everything, in their organization or in all of them.
import type { Kysely } from 'kysely';

export async function tokenRoles(
  db: Kysely<{ api_token: { organization_id: string | null; roles: string } }>,
): Promise<void> {
  await db.schema
    .alterTable('api_token')
    .addColumn('roles', 'text', (column) => column.notNull().defaultTo('["Organization Management"]'))
    .execute();
  await db.schema.alterTable('api_token').addColumn('made_by', 'text').execute();
  await db.schema.alterTable('api_token').addColumn('last_used_at', 'bigint').execute();
  await db
    .updateTable('api_token')
    .set({ roles: '["Provider Administrator"]' })
    .where('organization_id', 'is', null)
    .execute();
}
