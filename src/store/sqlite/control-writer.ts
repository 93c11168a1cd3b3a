// The thread that writes the control data, with group commit: units that wait while one commit is on its way to the disk
// share the next one. A unit that fails, fails alone; a commit that fails, fails all units in it.
import { workerData } from 'node:worker_threads';
import { commit, openForWriting, purge, Statements } from './database-file.ts';
import { failureOf } from './failure.ts';
import { attempt, type Outcome, serve } from './serve.ts';
import type { WriterSettings } from './thread.ts';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Statements that hold together: all of them or none. The answer is the rows of each. */
export type Unit = readonly Statement[];

/**
 * A unit; the question whether the disk takes writes again, which changes nothing; or the order to fold the write-ahead log into the file, so
 * that nothing stands in either that was removed.
 */
export type ControlWrite = Unit | 'probe' | 'purge';

const { file, commitDelayMs } = workerData as WriterSettings;
const db = openForWriting(file, 'FULL');
const statements = new Statements(db);

function runGroup(units: readonly ControlWrite[]): readonly Outcome[] {
  db.exec('begin immediate');
  try {
    const outcomes = units.map(outcomeOf);
    commit(db, commitDelayMs);
    return outcomes;
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

function outcomeOf(unit: ControlWrite): Outcome {
  db.exec('savepoint unit');
  try {
    const value =
      typeof unit === 'string' ? probe() : unit.map(({ sql, parameters }) => statements.rows(sql, parameters));
    db.exec('release unit');
    return { value };
  } catch (error) {
    // A full disk can end the whole transaction; then the group's other units are gone with this one.
    if (!db.isTransaction) throw error;
    db.exec('rollback to unit; release unit');
    return { failure: failureOf(error) };
  }
}

/** Writes a page as it is. The number is not used: the names of the migrations tell the version. */
function probe(): void {
  db.exec('pragma user_version = 0');
}

/** Once the group is committed: a log with a transaction in it cannot be folded. */
function run(units: readonly ControlWrite[]): readonly Outcome[] {
  const outcomes = runGroup(units);
  return units.map((unit, i) => (unit === 'purge' ? attempt(() => purge(db)) : outcomes[i]!));
}

serve({ run, close: () => db.close() });
