// The chain of audit records: place and code of each, what an erasure needs to leave it whole, and where each chain begins. The codes need a key
// that is not here: records of before get theirs when the audit log is opened.
import type { Kysely } from 'kysely';

export async function auditChain(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('audit_record').addColumn('sequence', 'bigint').execute();
  for (const column of ['mac', 'salt', 'commitment', 'erasure_mac']) {
    await db.schema.alterTable('audit_record').addColumn(column, 'text').execute();
  }
  await db.schema
    .createTable('audit_chain')
    .addColumn('organization_id', 'text', (column) => column.primaryKey())
    .addColumn('base_sequence', 'bigint', (column) => column.notNull())
    .addColumn('base_mac', 'text', (column) => column.notNull())
    .addColumn('base_proof', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('audit_record_in_chain')
    .on('audit_record')
    .columns(['organization_id', 'sequence'])
    .unique()
    .execute();
  await indexes(db);
}

/** Each kind of filter finds the newest without looking at what it does not show. What is rare among all needs no organization before it. */
async function indexes(db: Kysely<unknown>): Promise<void> {
  const kinds = {
    audit_record_by_organization: ['organization_id', 'at'],
    audit_record_by_operation: ['organization_id', 'operation', 'at'],
    audit_record_by_user: ['organization_id', 'made_by', 'at'],
    audit_record_by_user_and_operation: ['organization_id', 'made_by', 'operation', 'at'],
    audit_record_by_object: ['object_id', 'at'],
    audit_record_by_address: ['client_address', 'at'],
  };
  for (const [name, columns] of Object.entries(kinds)) {
    await db.schema.createIndex(name).on('audit_record').columns(columns).execute();
  }
}
