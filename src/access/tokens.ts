// The API tokens in force: made, verified on every request, revoked. Held in memory, kept by the store as SHA-256 only.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiToken, Principal, TokenStore } from './token.ts';

const SECRET_PREFIX = 'cordon_';
const SECRET_BYTES = 32;

export interface TokensOptions {
  readonly store: TokenStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomUUID: () => string;
  readonly randomBytes: (size: number) => Buffer;
}

export interface NewToken {
  readonly name: string;
  /** Undefined: a provider token, which sees every organization. */
  readonly organizationId?: string | undefined;
  /** Milliseconds since 1970; undefined: until revoked. */
  readonly expiresAt?: number | undefined;
}

export class Tokens {
  readonly #options: TokensOptions;
  readonly #byHash = new Map<string, ApiToken>();

  private constructor(options: TokensOptions, tokens: readonly ApiToken[]) {
    this.#options = options;
    for (const token of tokens) this.#byHash.set(token.secretHash, token);
  }

  /** Reads the tokens that there are. Rejects with STORE_UNAVAILABLE. */
  static async open(options: TokensOptions): Promise<Tokens> {
    return new Tokens(options, await options.store.tokens());
  }

  /** A new token, on disk when it resolves. The secret is told here and never again. */
  async create({ name, organizationId, expiresAt }: NewToken): Promise<{ token: ApiToken; secret: string }> {
    const { store, now, randomUUID, randomBytes } = this.#options;
    const secret = `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const token = { id: randomUUID(), name, organizationId, secretHash: hashOf(secret), createdAt: now(), expiresAt };
    await store.addToken(token);
    this.#byHash.set(token.secretHash, token);
    return { token, secret };
  }

  /** Who has this secret; undefined for an unknown or expired one. */
  verify(secret: string): Principal | undefined {
    const hash = hashOf(secret);
    const token = this.#byHash.get(hash);
    // The map is asked for a hash that nobody can steer; the comparison in constant time is the belt to those braces.
    if (token === undefined || !timingSafeEqual(Buffer.from(token.secretHash), Buffer.from(hash))) return undefined;
    if (token.expiresAt !== undefined && token.expiresAt <= this.#options.now()) return undefined;
    return { name: token.name, organizationId: token.organizationId };
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
