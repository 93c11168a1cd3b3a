// Brings a database file to the present shape, before any thread opens it.
import path from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from 'kysely/migration';
import { CordonError } from '../../errors.ts';
import { openForWriting } from './database-file.ts';

/**
 * The names of the steps that were taken. Throws STORE_NEWER, and leaves the file as it is, where a newer Cordon wrote it;
 * STORE_UNAVAILABLE where it cannot be read or written.
 */
export async function migrate(
  file: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<readonly string[]> {
  const database = openForWriting(file, 'FULL');
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: asKyselyKnowsIt(database) }) });
  try {
    const taken = refuseNewer(database, migrations, file);
    // Nothing to do is decided without a write, so that a guard starts also while its disk is full.
    if (taken.size === Object.keys(migrations).length) return [];
    const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    // Kysely closes only what it has used.
    await db.destroy();
    if (database.isOpen) database.close();
  }
}

function stepsTaken(database: DatabaseSync): ReadonlySet<string> {
  const table = database.prepare('select 1 from sqlite_master where name = ?').get(DEFAULT_MIGRATION_TABLE);
  if (table === undefined) return new Set();
  const rows = database.prepare(`select name from ${DEFAULT_MIGRATION_TABLE}`).all();
  return new Set(rows.map((row) => String(row.name)));
}

/** The names of the steps that were taken. Throws STORE_NEWER where this version does not know one. */
export function refuseNewer(
  database: DatabaseSync,
  migrations: Readonly<Record<string, Migration>>,
  file: string,
): ReadonlySet<string> {
  const taken = stepsTaken(database);
  const unknown = [...taken].filter((name) => !Object.hasOwn(migrations, name)).sort();
  if (unknown.length === 0) return taken;
  throw new CordonError('STORE_NEWER', `${path.basename(file)} was written by a newer Cordon (${unknown.join(', ')})`);
}

function asKyselyKnowsIt(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      const bound = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...bound(parameters)),
        run: (parameters) => statement.run(...bound(parameters)),
        iterate: (parameters) => statement.iterate(...bound(parameters)),
      };
    },
  };
}
