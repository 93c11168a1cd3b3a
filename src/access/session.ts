// That somebody is signed in: an opaque cookie of which only the SHA-256 is kept.

export interface Session {
  /** GUID; by it a session is listed and ended, and opens nothing. */
  readonly id: string;
  readonly accountId: string;
  /** SHA-256 of the cookie's secret, 64 hexadecimal digits. */
  readonly secretHash: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970, written at most once a minute. */
  readonly seenAt: number;
  readonly clientAddress: string;
  readonly userAgent: string;
}
