// The seam between the queries, written once, and a database that runs them. Queries are built and compiled on the calling
// thread; where they run is the database's business.
import type { Compilable, Kysely } from 'kysely';
import type { ControlTables } from './tables.ts';

/** The rows of each query of a unit, in its order; none for a query that returns nothing. */
export type RowsOf<Unit extends readonly Compilable<unknown>[]> = {
  readonly [Index in keyof Unit]: Unit[Index] extends Compilable<infer Row> ? readonly Row[] : never;
};

export interface ControlDatabase {
  /** Builds queries in this database's dialect. It runs none: hand them to `read` or `write`. */
  readonly sql: Kysely<ControlTables>;
  /** Sees every write that has resolved. Rejects with STORE_UNAVAILABLE. */
  read<Row>(query: Compilable<Row>): Promise<readonly Row[]>;
  /**
   * Runs the queries one after another as one atomic unit, on disk when it resolves. Rejects with STORE_UNAVAILABLE where the
   * disk does not take it, with another error where the data forbid it (a broken constraint); then nothing is changed.
   */
  write<const Unit extends readonly Compilable<unknown>[]>(...unit: Unit): Promise<RowsOf<Unit>>;
}
