// One SQLite file, opened the way that all of Cordon's are: write-ahead log, readable by its owner only.
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** How long a statement waits for a lock that another process holds (an admin's `sqlite3` shell), milliseconds. */
const BUSY_MS = 1_000;
const SQLITE_BUSY = 5;
/** A write-ahead log that grew in a busy hour shrinks again to this, bytes. */
const LARGEST_IDLE_LOG = 16 * 1024 * 1024;

/** Creates an empty file with mode 0600 where there is none; SQLite gives its log and index files the same mode. */
export function createPrivateFile(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
}

/** `sync` FULL: a commit survives a power cut. What is deleted or replaced is overwritten with zeros: it named people. */
export function openForWriting(file: string, sync: 'FULL' | 'NORMAL'): DatabaseSync {
  createPrivateFile(file);
  return opened(
    file,
    `pragma journal_mode = wal; pragma synchronous = ${sync}; pragma secure_delete = on;
     pragma journal_size_limit = ${LARGEST_IDLE_LOG}`,
  );
}

export function openForReading(file: string): DatabaseSync {
  return opened(file, 'pragma query_only = 1');
}

function opened(file: string, pragmas: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    db.exec(pragmas);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Statements are prepared once for each text; the texts are few, because values are always parameters. */
export class Statements {
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  prepare(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  /** The rows that the statement returns; none for one that returns nothing. */
  rows(sql: string, parameters: readonly unknown[]): Record<string, unknown>[] {
    return this.prepare(sql).all(...(parameters as readonly SQLInputValue[]));
  }
}

/**
 * Writes the whole write-ahead log into the file and empties it: older versions of a page stand in it. Throws where somebody reads an
 * older state for longer than a statement waits.
 */
export function purge(db: DatabaseSync): void {
  const answer = db.prepare('pragma wal_checkpoint(truncate)').get();
  if (answer?.busy === 0) return;
  throw Object.assign(new Error('somebody is reading an older state of the file'), { errcode: SQLITE_BUSY });
}

/** `delayMs` is for tests of a slow disk. */
export function commit(db: DatabaseSync, delayMs = 0): void {
  if (delayMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs);
  db.exec('commit');
}
