// API tokens as queries. Of a secret only its hash ever comes here.
import type { ApiToken, TokenStore } from '../access/token.ts';
import type { ControlDatabase } from './control-database.ts';
import type { ApiTokenTable } from './tables.ts';

export class ApiTokens implements TokenStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async tokens(): Promise<readonly ApiToken[]> {
    const rows = await this.#db.read(
      this.#db.sql.selectFrom('api_token').selectAll().orderBy('created_at').orderBy('id'),
    );
    return rows.map(tokenOf);
  }

  async addToken(token: ApiToken): Promise<void> {
    await this.#db.write(
      this.#db.sql.insertInto('api_token').values({
        id: token.id,
        name: token.name,
        organization_id: token.organizationId ?? null,
        roles: JSON.stringify(token.roles),
        made_by: token.madeBy ?? null,
        secret_hash: token.secretHash,
        created_at: token.createdAt,
        expires_at: token.expiresAt ?? null,
        last_used_at: token.lastUsedAt ?? null,
      }),
    );
  }

  async removeToken(id: string): Promise<boolean> {
    const [removed] = await this.#db.write(this.#db.sql.deleteFrom('api_token').where('id', '=', id).returning('id'));
    return removed.length > 0;
  }

  async noteUse(id: string, at: number): Promise<void> {
    await this.#db.write(this.#db.sql.updateTable('api_token').set({ last_used_at: at }).where('id', '=', id));
  }
}

function tokenOf(row: ApiTokenTable): ApiToken {
  return {
    id: row.id,
    name: row.name,
    organizationId: row.organization_id ?? undefined,
    roles: JSON.parse(row.roles),
    madeBy: row.made_by ?? undefined,
    secretHash: row.secret_hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
