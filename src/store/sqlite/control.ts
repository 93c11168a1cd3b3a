// The control data on SQLite: queries are compiled here; a thread of its own writes, and the reading thread reads.
import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { CordonError } from '../../errors.ts';
import type { ControlDatabase, RowsOf } from '../control-database.ts';
import type { ControlTables } from '../tables.ts';
import type { ControlWrite, Statement } from './control-writer.ts';
import type { Health } from './health.ts';
import type { Read } from './reader.ts';
import { DatabaseThread, type WriterSettings } from './thread.ts';

export class SqliteControlDatabase implements ControlDatabase {
  readonly sql = new Kysely<ControlTables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  readonly #writer: DatabaseThread<ControlWrite>;
  readonly #reader: DatabaseThread<Read>;
  readonly #health: Health;
  readonly #retryMs: number;
  #probing: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** The reading thread is the caller's, who closes it. */
  constructor(settings: WriterSettings, reader: DatabaseThread<Read>, health: Health, retryMs: number) {
    this.#writer = new DatabaseThread(new URL('./control-writer.ts', import.meta.url), 'cordon.db', settings);
    this.#reader = reader;
    this.#health = health;
    this.#retryMs = retryMs;
  }

  /** Rejects with STORE_UNAVAILABLE where the file cannot be read. That it cannot be written is trouble, and told as such. */
  async check(): Promise<void> {
    await this.read(this.sql.selectFrom('organization').select('id').limit(1));
    await this.#ask('probe').catch(() => {});
  }

  read<Row>(query: Compilable<Row>): Promise<readonly Row[]> {
    return this.#reader.call<readonly Row[]>({ kind: 'rows', ...statementOf(query) });
  }

  async write<const Unit extends readonly Compilable<unknown>[]>(...unit: Unit): Promise<RowsOf<Unit>> {
    return (await this.#ask(unit.map(statementOf))) as RowsOf<Unit>;
  }

  /** Rejects with STORE_UNAVAILABLE. That somebody is reading is no trouble with the disk. */
  async purge(): Promise<void> {
    await this.#writer.call('purge');
  }

  async #ask(write: ControlWrite): Promise<unknown> {
    try {
      const answer = await this.#writer.call(write);
      this.#wentWell();
      return answer;
    } catch (error) {
      if (error instanceof CordonError) this.#wentWrong(error);
      throw error;
    }
  }

  #wentWell(): void {
    clearTimeout(this.#probing);
    this.#probing = undefined;
    this.#health.recovered();
  }

  /** Callers try again what matters to them; that the disk is well again must be noticed also where nobody does. */
  #wentWrong(error: CordonError): void {
    this.#health.trouble(error);
    clearTimeout(this.#probing);
    if (this.#isClosed) return;
    this.#probing = setTimeout(() => void this.#ask('probe').catch(() => {}), this.#retryMs).unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#probing);
    await this.#writer.close();
  }
}

function statementOf(query: Compilable<unknown>): Statement {
  const { sql, parameters } = query.compile();
  return { sql, parameters };
}
