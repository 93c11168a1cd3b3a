// One process per data directory. The lock is SQLite's own on a file of its own: the kernel lets go of it however the
// process ends, so a kill -9 leaves nothing behind that somebody would have to remove.
import { statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CordonError } from '../../errors.ts';
import { createPrivateFile } from './database-file.ts';

const SQLITE_BUSY = 5;

export interface DataLock {
  close(): void;
}

/** Throws DATA_IN_USE where another process, or another store of this one, has the directory. */
export function lockData(directory: string): DataLock {
  const file = path.join(directory, 'cordon.lock');
  createPrivateFile(file);
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    // Only an empty file would have to be written to be locked.
    if (statSync(file).size === 0) db.exec('pragma user_version = 1');
    db.exec('begin exclusive');
  } catch (error) {
    db.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new CordonError('DATA_IN_USE', `${directory} is in use by another Cordon`, { cause: error });
  }
  return db;
}
