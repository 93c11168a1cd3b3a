// The steps by which journal.db came to its present shape. A step that was released is never changed: add another.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const JOURNAL_MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': { up: first },
};

/**
 * A block holds the records of one batch as compressed JSON Lines: one row for up to thousands of records, so that a record
 * costs a tenth of what a row of its own would. `first_seq` names the block, also after its first records were removed.
 */
async function first(db: Kysely<unknown>): Promise<void> {
  await sql`create table block (
    first_seq integer primary key,
    last_seq integer not null,
    earliest integer not null,
    latest integer not null,
    records integer not null,
    body blob not null
  )`.execute(db);
  await sql`create index block_by_time on block (latest, earliest)`.execute(db);
  // Which organizations, connectors and users have a record in which block.
  await sql`create table mention (
    subject_id text not null,
    first_seq integer not null,
    primary key (subject_id, first_seq)
  ) without rowid`.execute(db);
  await sql`create table snapshot (
    entity_id text primary key,
    seq integer not null,
    detector_version integer not null,
    state blob not null
  )`.execute(db);
}
