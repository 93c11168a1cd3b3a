// API tokens: opaque bearer secrets, kept as SHA-256 only.

export interface ApiToken {
  /** GUID. */
  readonly id: string;
  readonly name: string;
  /** Undefined: a provider token, which sees every organization. */
  readonly organizationId?: string | undefined;
  /** SHA-256 of the secret, 64 hexadecimal digits. */
  readonly secretHash: string;
  readonly createdAt: number;
  readonly expiresAt?: number | undefined;
}

/** Who asks. */
export interface Principal {
  readonly name: string;
  readonly organizationId?: string | undefined;
}

export interface TokenStore {
  tokens(): Promise<readonly ApiToken[]>;
  /** On disk when it resolves. */
  addToken(token: ApiToken): Promise<void>;
  removeToken(id: string): Promise<boolean>;
}
