// Alerts with status, repeats, activities and comments; alert policies; how often somebody was told in a day; and what is to be told.
import type { Kysely } from 'kysely';

interface Before {
  alert: { policy: string; activity: string; at: number; first_activity_at: number; last_activity_at: number };
  alert_incident: { incident_id: string; organization_id: string; at: number };
  restriction: { incident_id: string; organization_id: string; restricted_at: number };
}

export async function alerts(db: Kysely<Before>): Promise<void> {
  await widenAlert(db);
  await activitiesAndComments(db);
  await policies(db);
  await days(db);
  await incidents(db);
}

async function widenAlert(db: Kysely<Before>): Promise<void> {
  const texts = { policy_id: '', activity: 'ConnectorRestricted', category: 'ThreatManagement', status: 'New' };
  for (const [name, value] of Object.entries(texts)) {
    await db.schema
      .alterTable('alert')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(value))
      .execute();
  }
  for (const name of ['assignee', 'classification', 'entity_kind', 'entity_name']) {
    await db.schema.alterTable('alert').addColumn(name, 'text').execute();
  }
  for (const name of ['first_activity_at', 'last_activity_at']) {
    await db.schema
      .alterTable('alert')
      .addColumn(name, 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  }
  for (const [name, value] of Object.entries({ hit_count: 1, activity_count: 0, notified: 0 })) {
    await db.schema
      .alterTable('alert')
      .addColumn(name, 'integer', (column) => column.notNull().defaultTo(value))
      .execute();
  }
  await db.schema.alterTable('alert').addColumn('resolved_at', 'bigint').execute();
  await db
    .updateTable('alert')
    .set(({ ref }) => ({ first_activity_at: ref('at'), last_activity_at: ref('at') }))
    .execute();
  // By the names that policies had then. A connector's stays what the column begins with, a new one's that was held too.
  const activities = {
    'Guard degraded': 'GuardDegraded',
    'User restricted from sending email': 'UserRestricted',
    'Suspicious email sending patterns detected': 'SuspiciousSending',
    'Sending limit exceeded': 'SendingLimitExceeded',
  };
  for (const [policy, activity] of Object.entries(activities)) {
    await db.updateTable('alert').set({ activity }).where('policy', '=', policy).execute();
  }
  const renamed = {
    'Sending limit exceeded': 'Email sending limit exceeded',
    'Suspicious activity of a new connector': 'Suspicious connector activity',
  };
  for (const [old, name] of Object.entries(renamed)) {
    await db.updateTable('alert').set({ policy: name }).where('policy', '=', old).execute();
  }
  await db.schema.createIndex('alert_by_incident').on('alert').column('incident_id').execute();
  await db.schema.createIndex('alert_by_last_activity').on('alert').column('last_activity_at').execute();
}

async function activitiesAndComments(db: Kysely<Before>): Promise<void> {
  await db.schema
    .createTable('alert_activity')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('alert_id', 'text', (column) => column.notNull())
    .addColumn('organization_id', 'text')
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('activity', 'text', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull())
    .addColumn('object', 'text', (column) => column.notNull())
    .addColumn('client_address', 'text', (column) => column.notNull())
    .addColumn('words', 'text', (column) => column.notNull())
    .addColumn('incident_id', 'text')
    .addColumn('notified', 'integer', (column) => column.notNull())
    .addColumn('not_told_because', 'text')
    .execute();
  await db.schema.createIndex('alert_activity_by_alert').on('alert_activity').columns(['alert_id', 'number']).execute();
  await db.schema
    .createTable('alert_comment')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('alert_id', 'text', (column) => column.notNull())
    .addColumn('organization_id', 'text')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('alert_comment_by_alert').on('alert_comment').columns(['alert_id', 'at']).execute();
}

async function policies(db: Kysely<Before>): Promise<void> {
  await db.schema
    .createTable('alert_policy')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', 'text')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('activity', 'text', (column) => column.notNull())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('category', 'text', (column) => column.notNull())
    .addColumn('comment', 'text', (column) => column.notNull())
    .addColumn('conditions', 'text', (column) => column.notNull())
    .addColumn('threshold', 'integer', (column) => column.notNull())
    .addColumn('window_minutes', 'integer', (column) => column.notNull())
    .addColumn('notify', 'integer', (column) => column.notNull())
    .addColumn('recipients', 'text', (column) => column.notNull())
    .addColumn('daily_limit', 'integer', (column) => column.notNull())
    .execute();
}

async function days(db: Kysely<Before>): Promise<void> {
  await db.schema
    .createTable('alert_day')
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('policy_id', 'text', (column) => column.notNull())
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('organization_id', 'text')
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('alert_day_key', ['subject', 'policy_id', 'day'])
    .execute();
  await db.schema
    .createTable('outbox_event')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('organization_id', 'text')
    .addColumn('payload', 'text', (column) => column.notNull())
    .execute();
}

/** What was restricted before has had its alert. */
async function incidents(db: Kysely<Before>): Promise<void> {
  await db.schema
    .createTable('alert_incident')
    .addColumn('incident_id', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await db
    .insertInto('alert_incident')
    .columns(['incident_id', 'organization_id', 'at'])
    .expression(db.selectFrom('restriction').select(['incident_id', 'organization_id', 'restricted_at']))
    .execute();
}
