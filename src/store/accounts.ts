// Accounts as queries. Of a password only its hash ever comes here.
import type { Account } from '../access/account.ts';
import type { AccountStore } from '../access/account-store.ts';
import type { ControlDatabase } from './control-database.ts';
import type { AccountTable } from './tables.ts';

export class StoredAccounts implements AccountStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async accounts(): Promise<readonly Account[]> {
    const { sql } = this.#db;
    const rows = await this.#db.read(sql.selectFrom('account').selectAll().orderBy('created_at').orderBy('id'));
    return rows.map(accountOf);
  }

  async addAccount(account: Account): Promise<void> {
    await this.#db.write(this.#db.sql.insertInto('account').values(rowOf(account)));
  }

  async replaceAccount(account: Account): Promise<void> {
    const { id, ...columns } = rowOf(account);
    await this.#db.write(this.#db.sql.updateTable('account').set(columns).where('id', '=', id));
  }

  async removeAccount(id: string): Promise<void> {
    await this.#db.write(this.#db.sql.deleteFrom('account').where('id', '=', id));
  }
}

function rowOf(account: Account): AccountTable {
  return {
    id: account.id,
    name: account.name,
    // Spelled as access/account.ts spells it: only the database can say no to a second process.
    name_key: account.name.normalize('NFKC').toLowerCase(),
    mail: account.mail ?? null,
    organization_id: account.organizationId ?? null,
    roles: JSON.stringify(account.roles),
    kind: account.kind,
    issuer: account.issuer ?? null,
    subject: account.subject ?? null,
    password_hash: account.passwordHash ?? null,
    must_change_password: account.mustChangePassword ? 1 : 0,
    totp_secret: account.totpSecret ?? null,
    totp_step: account.totpStep ?? null,
    enabled: account.enabled ? 1 : 0,
    created_at: account.createdAt,
    last_sign_in_at: account.lastSignInAt ?? null,
  };
}

function accountOf(row: AccountTable): Account {
  return {
    id: row.id,
    name: row.name,
    mail: row.mail ?? undefined,
    organizationId: row.organization_id ?? undefined,
    roles: JSON.parse(row.roles),
    kind: row.kind as Account['kind'],
    issuer: row.issuer ?? undefined,
    subject: row.subject ?? undefined,
    passwordHash: row.password_hash ?? undefined,
    mustChangePassword: row.must_change_password === 1,
    totpSecret: row.totp_secret ?? undefined,
    totpStep: row.totp_step ?? undefined,
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at ?? undefined,
  };
}
