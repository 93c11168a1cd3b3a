// The API tokens in force: made, verified on every request, revoked. Held in memory, kept by the store as SHA-256 only.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Principal } from './principal.ts';
import { actionsOf, type RoleName } from './roles.ts';
import type { ApiToken, TokenStore } from './token.ts';

const SECRET_PREFIX = 'cordon_';
const SECRET_BYTES = 32;
/** So often at the most the last use of a token is written. */
const NOTE_USE_MS = 60_000;

export interface TokensOptions {
  readonly store: TokenStore;
  /** The roles that an account has now; undefined: there is no such account, or it is disabled. */
  readonly rolesOf: (accountId: string) => readonly RoleName[] | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomUUID: () => string;
  readonly randomBytes: (size: number) => Buffer;
}

export interface NewToken {
  readonly name: string;
  /** Undefined: a provider token, which sees every organization. */
  readonly organizationId?: string | undefined;
  readonly roles: readonly RoleName[];
  /** Undefined: the local administrator. */
  readonly madeBy?: string | undefined;
  /** Milliseconds since 1970; undefined: until revoked. */
  readonly expiresAt?: number | undefined;
}

export class Tokens {
  readonly #options: TokensOptions;
  readonly #byHash = new Map<string, ApiToken>();
  /** The token in data/admin.token. */
  #localId: string | undefined;

  private constructor(options: TokensOptions, tokens: readonly ApiToken[]) {
    this.#options = options;
    for (const token of tokens) this.#byHash.set(token.secretHash, token);
  }

  /** Reads the tokens that there are. Rejects with STORE_UNAVAILABLE. */
  static async open(options: TokensOptions): Promise<Tokens> {
    return new Tokens(options, await options.store.tokens());
  }

  /** A new token, on disk when it resolves. The secret is told here and never again. */
  async create(order: NewToken): Promise<{ token: ApiToken; secret: string }> {
    const { store, now, randomUUID, randomBytes } = this.#options;
    const secret = `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const token = { ...order, id: randomUUID(), secretHash: hashOf(secret), createdAt: now() };
    await store.addToken(token);
    this.#byHash.set(token.secretHash, token);
    return { token, secret };
  }

  /** Who has this secret; undefined for an unknown or expired one, and where its maker is gone. */
  verify(secret: string): Principal | undefined {
    const hash = hashOf(secret);
    const token = this.#byHash.get(hash);
    // The map is asked for a hash that nobody can steer; the comparison in constant time is the belt to those braces.
    if (token === undefined || !timingSafeEqual(Buffer.from(token.secretHash), Buffer.from(hash))) return undefined;
    const now = this.#options.now();
    if (token.expiresAt !== undefined && token.expiresAt <= now) return undefined;
    const principal = this.#principalOf(token);
    if (principal !== undefined) this.#noteUse(token, now);
    return principal;
  }

  #principalOf({ id, name, organizationId, roles, madeBy }: ApiToken): Principal | undefined {
    const kind = id === this.#localId ? 'local' : 'token';
    let actions = actionsOf(roles);
    if (madeBy !== undefined) {
      const makersRoles = this.#options.rolesOf(madeBy);
      if (makersRoles === undefined) return undefined;
      actions = actions.intersection(actionsOf(makersRoles));
    }
    return { id, kind, name, organizationId, roles, actions };
  }

  /** That a use could not be written is no reason to refuse it. */
  #noteUse(token: ApiToken, now: number): void {
    if (token.lastUsedAt !== undefined && now - token.lastUsedAt < NOTE_USE_MS) return;
    this.#byHash.set(token.secretHash, { ...token, lastUsedAt: now });
    this.#options.store.noteUse(token.id, now).catch(() => {});
  }

  /** Whoever has this token is the local administrator. */
  declareLocal(id: string): void {
    this.#localId = id;
  }

  /** Whether it is the local administrator's. */
  isLocal(id: string): boolean {
    return id === this.#localId;
  }

  /** Newest first; those of one organization, or all of them for a provider. */
  list(organizationId?: string): readonly ApiToken[] {
    return [...this.#byHash.values()]
      .filter((token) => organizationId === undefined || token.organizationId === organizationId)
      .sort((a, b) => b.createdAt - a.createdAt || a.id.localeCompare(b.id));
  }

  get(id: string): ApiToken | undefined {
    return this.list().find((token) => token.id === id);
  }

  /** For an account that goes: its tokens open nothing any more when the promise resolves. How many there were. */
  async revokeOf(accountId: string): Promise<number> {
    const its = this.list().filter(({ madeBy }) => madeBy === accountId);
    for (const { id } of its) await this.revoke(id);
    return its.length;
  }

  /** It opens nothing any more when the promise resolves. False where there was none. */
  async revoke(id: string): Promise<boolean> {
    const token = this.get(id);
    if (token === undefined) return false;
    const removed = await this.#options.store.removeToken(id);
    this.#byHash.delete(token.secretHash);
    return removed;
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}
