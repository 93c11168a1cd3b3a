// The sessions in force: begun at sign-in, looked up at every request, ended by their owner, an administrator or time. Held in
// memory, kept by the store as SHA-256 only.
import { createHash } from 'node:crypto';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import type { Principal } from './principal.ts';
import { type Action, actionsOf } from './roles.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

/** 256 bits. */
const SECRET_BYTES = 32;
/** So often at the most it is written when a session was seen. */
const NOTE_SEEN_MS = 60_000;
/** One more ends the one that was not seen for the longest time. */
const MOST_OF_ONE_ACCOUNT = 50;
const LONGEST_USER_AGENT = 200;

export interface SessionsOptions {
  readonly store: SessionStore;
  readonly accounts: Pick<Accounts, 'get'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomUUID: () => string;
  readonly randomBytes: (size: number) => Buffer;
  /** A session that is not used for so long is over, milliseconds. */
  readonly idleMs: number;
  /** A session that is so old is over, used or not, milliseconds. */
  readonly longestMs: number;
}

/** Where a session is used. */
export interface Visitor {
  readonly clientAddress: string;
  readonly userAgent: string;
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #byHash = new Map<string, Session>();
  /** When each was written last as seen. */
  readonly #written = new Map<string, number>();

  private constructor(options: SessionsOptions, sessions: readonly Session[]) {
    this.#options = options;
    for (const session of sessions) this.#hold(session);
  }

  /** Reads the sessions that there are. Rejects with STORE_UNAVAILABLE. */
  static async open(options: SessionsOptions): Promise<Sessions> {
    return new Sessions(options, await options.store.sessions());
  }

  /** A new session, on disk when it resolves. The secret is told here and never again. */
  async begin(accountId: string, { clientAddress, userAgent }: Visitor): Promise<{ session: Session; secret: string }> {
    const { store, now, randomUUID, randomBytes } = this.#options;
    await this.sweep();
    await this.#makeRoom(accountId);
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const session = {
      id: randomUUID(),
      accountId,
      secretHash: hashOf(secret),
      createdAt: now(),
      seenAt: now(),
      clientAddress,
      userAgent: userAgent.slice(0, LONGEST_USER_AGENT),
    };
    await store.addSession(session);
    this.#hold(session);
    return { session, secret };
  }

  /**
   * Whose session it is; undefined for an unknown or ended one, and where the account is gone or disabled. `isUse` false: nobody
   * does anything, and it grows idle.
   */
  verify(secret: string, isUse = true): { readonly session: Session; readonly account: Account } | undefined {
    const session = this.#byHash.get(hashOf(secret));
    if (session === undefined || this.#isOver(session)) return undefined;
    const account = this.#options.accounts.get(session.accountId);
    if (account === undefined || !account.enabled) return undefined;
    if (isUse) this.#noteSeen(session);
    return { session, account };
  }

  get(id: string): Session | undefined {
    return this.#inForce().find((session) => session.id === id);
  }

  /** Newest first; those of one account, or all. */
  list(accountId?: string): readonly Session[] {
    return this.#inForce()
      .filter((session) => accountId === undefined || session.accountId === accountId)
      .sort((a, b) => b.createdAt - a.createdAt || a.id.localeCompare(b.id));
  }

  /** It opens nothing any more at once; rejects with STORE_UNAVAILABLE where that would not outlast a restart. */
  async end(id: string): Promise<void> {
    await this.#remove([...this.#byHash.values()].filter((session) => session.id === id));
  }

  /** As `end`, for every session of the account but one. Returns how many. */
  async endAll(accountId: string, exceptId?: string): Promise<number> {
    const ended = [...this.#byHash.values()].filter(
      (session) => session.accountId === accountId && session.id !== exceptId,
    );
    await this.#remove(ended);
    return ended.length;
  }

  #inForce(): Session[] {
    return [...this.#byHash.values()].filter((session) => !this.#isOver(session));
  }

  /** A clock that was far ahead when the session began must not make it last until then. */
  #isOver({ createdAt, seenAt }: Session): boolean {
    const { now, idleMs, longestMs } = this.#options;
    const at = now();
    return at - seenAt >= idleMs || Math.abs(at - createdAt) >= longestMs;
  }

  /** Lets go of those that are over, on disk, too: they name addresses. Rejects with STORE_UNAVAILABLE. */
  async sweep(): Promise<void> {
    await this.#remove([...this.#byHash.values()].filter((session) => this.#isOver(session)));
  }

  async #makeRoom(accountId: string): Promise<void> {
    const surplus = this.list(accountId)
      .toSorted((a, b) => b.seenAt - a.seenAt)
      .slice(MOST_OF_ONE_ACCOUNT - 1);
    await this.#remove(surplus);
  }

  async #remove(sessions: readonly Session[]): Promise<void> {
    if (sessions.length === 0) return;
    for (const { id, secretHash } of sessions) {
      this.#byHash.delete(secretHash);
      this.#written.delete(id);
    }
    await this.#options.store.removeSessions(sessions.map(({ id }) => id));
  }

  #hold(session: Session): void {
    this.#byHash.set(session.secretHash, session);
    this.#written.set(session.id, session.seenAt);
  }

  /** That it could not be written is no reason to refuse the request. */
  #noteSeen(session: Session): void {
    const now = this.#options.now();
    this.#byHash.set(session.secretHash, { ...session, seenAt: now });
    if (Math.abs(now - this.#written.get(session.id)!) < NOTE_SEEN_MS) return;
    this.#written.set(session.id, now);
    this.#options.store.noteSeen(session.id, now).catch(() => {});
  }
}

const NOTHING: ReadonlySet<Action> = new Set();

/** What somebody who signed in may do at this moment; nothing as long as somebody else's password is his. */
export function principalOf({ id, name, organizationId, roles, mustChangePassword }: Account): Principal {
  return { id, kind: 'account', name, organizationId, roles, actions: mustChangePassword ? NOTHING : actionsOf(roles) };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}
