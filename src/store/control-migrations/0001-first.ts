// Directory, restrictions, alerts, audit log and API tokens.
import type { Kysely } from 'kysely';

export async function first(db: Kysely<unknown>): Promise<void> {
  await directory(db);
  await restrictions(db);
  await logs(db);
}

async function directory(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('organization')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('accepted_domain')
    .addColumn('domain', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('connector')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('sender_ip_addresses', 'text', (column) => column.notNull())
    .addColumn('tls_sender_certificate_name', 'text', (column) => column.notNull())
    .addColumn('client_certificate_fingerprints', 'text', (column) => column.notNull())
    .addColumn('sasl_usernames', 'text', (column) => column.notNull())
    .addColumn('associated_accepted_domains', 'text', (column) => column.notNull())
    .addColumn('comment', 'text', (column) => column.notNull())
    .addColumn('mode', 'text', (column) => column.notNull())
    .addColumn('bulk', 'integer', (column) => column.notNull())
    .addColumn('armed', 'integer', (column) => column.notNull())
    .addColumn('ndr', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('exception_window')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('connector_id', 'text', (column) => column.notNull())
    .addColumn('opens_at', 'bigint', (column) => column.notNull())
    .addColumn('closes_at', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull())
    .execute();
}

async function restrictions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('entity_epoch')
    .addColumn('entity_id', 'text', (column) => column.primaryKey())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('restriction')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('incident_id', 'text', (column) => column.notNull())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('entity_id', 'text', (column) => column.notNull())
    .addColumn('entity_kind', 'text', (column) => column.notNull())
    .addColumn('entity_name', 'text', (column) => column.notNull())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('restricted_at', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint')
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('evidence', 'text')
    .addColumn('restricted_by', 'text', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('ended_by', 'text')
    .addColumn('end_reason', 'text')
    .addColumn('grace_hours', 'integer')
    .addColumn('learn', 'integer')
    .execute();
  await db.schema
    .createIndex('restriction_in_force')
    .on('restriction')
    .column('entity_id')
    .unique()
    .where('ended_at' as never, 'is', null)
    .execute();
  await db.schema
    .createIndex('restriction_by_entity')
    .on('restriction')
    .columns(['entity_id', 'restricted_at'])
    .execute();
  await db.schema.createIndex('restriction_by_time').on('restriction').column('restricted_at').execute();
}

async function logs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('organization_id', 'text')
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('entity_id', 'text')
    .addColumn('incident_id', 'text')
    .addColumn('summary', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('alert_by_time').on('alert').column('at').execute();
  await db.schema
    .createTable('audit_record')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull())
    .addColumn('client_address', 'text', (column) => column.notNull())
    .addColumn('object_id', 'text', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('result', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('audit_record_by_time').on('audit_record').column('at').execute();
  await db.schema
    .createTable('api_token')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('organization_id', 'text')
    .addColumn('secret_hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .execute();
}
