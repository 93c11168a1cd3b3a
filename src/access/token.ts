// API tokens: opaque bearer secrets, kept as SHA-256 only.
import type { RoleName } from './roles.ts';

export interface ApiToken {
  /** GUID. */
  readonly id: string;
  readonly name: string;
  /** Undefined: a provider token, which sees every organization. */
  readonly organizationId?: string | undefined;
  readonly roles: readonly RoleName[];
  /** GUID of the account that made it; undefined: made by the local administrator, and bound to nobody's rights. */
  readonly madeBy?: string | undefined;
  /** SHA-256 of the secret, 64 hexadecimal digits. */
  readonly secretHash: string;
  readonly createdAt: number;
  readonly expiresAt?: number | undefined;
  /** Milliseconds since 1970, written at most once a minute. */
  readonly lastUsedAt?: number | undefined;
}

export interface TokenStore {
  tokens(): Promise<readonly ApiToken[]>;
  /** On disk when it resolves. */
  addToken(token: ApiToken): Promise<void>;
  removeToken(id: string): Promise<boolean>;
  /** Rejects with STORE_UNAVAILABLE. */
  noteUse(id: string, at: number): Promise<void>;
}
