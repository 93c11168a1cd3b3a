// Sessions and failed sign-ins as queries. Of a cookie only its hash ever comes here.
import type { Compilable } from 'kysely';
import type { Session } from '../access/session.ts';
import type { SessionStore, SignInFailureStore, SignInFailures } from '../access/session-store.ts';
import type { ControlDatabase } from './control-database.ts';

/** SQLite takes 32 766 parameters in one statement, PostgreSQL 65 535. */
const AT_ONCE = 1_000;

export class StoredSessions implements SessionStore, SignInFailureStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async sessions(): Promise<readonly Session[]> {
    const { sql } = this.#db;
    const rows = await this.#db.read(sql.selectFrom('session').selectAll().orderBy('created_at').orderBy('id'));
    return rows.map((row) => ({
      id: row.id,
      accountId: row.account_id,
      secretHash: row.secret_hash,
      createdAt: row.created_at,
      seenAt: row.seen_at,
      clientAddress: row.client_address,
      userAgent: row.user_agent,
    }));
  }

  async addSession(session: Session): Promise<void> {
    await this.#db.write(
      this.#db.sql.insertInto('session').values({
        id: session.id,
        account_id: session.accountId,
        secret_hash: session.secretHash,
        created_at: session.createdAt,
        seen_at: session.seenAt,
        client_address: session.clientAddress,
        user_agent: session.userAgent,
      }),
    );
  }

  async noteSeen(id: string, at: number): Promise<void> {
    await this.#db.write(this.#db.sql.updateTable('session').set({ seen_at: at }).where('id', '=', id));
  }

  async removeSessions(ids: readonly string[]): Promise<void> {
    await this.#db.write(...inParts(ids).map((part) => this.#db.sql.deleteFrom('session').where('id', 'in', part)));
  }

  async failures(): Promise<readonly SignInFailures[]> {
    const { sql } = this.#db;
    const rows = await this.#db.read(sql.selectFrom('sign_in_failure').selectAll().orderBy('at').orderBy('key'));
    return rows.map((row) => ({ ...row, kind: row.kind as SignInFailures['kind'] }));
  }

  async writeFailures(changed: readonly SignInFailures[], removedKeys: readonly string[]): Promise<void> {
    const { sql } = this.#db;
    const unit: Compilable<unknown>[] = inParts(removedKeys).map((part) =>
      sql.deleteFrom('sign_in_failure').where('key', 'in', part),
    );
    for (const { key, kind, count, at } of changed) {
      const upsert = sql
        .insertInto('sign_in_failure')
        .values({ key, kind, count, at })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ count, at }));
      unit.push(upsert);
    }
    if (unit.length > 0) await this.#db.write(...unit);
  }
}

function inParts<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) => all.slice(i * AT_ONCE, (i + 1) * AT_ONCE));
}
