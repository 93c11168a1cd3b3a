// How far searches of the audit log have come that go on call by call. In memory: after a restart each begins anew.
import type { AuditPosition } from '../audit/audit-store.ts';

/** Of what a page of the store has after a record (undefined: of all) so many are behind. */
export interface Place {
  readonly before: AuditPosition | undefined;
  readonly skip: number;
  /** Records of that page; undefined: as many as is good. */
  readonly limit?: number | undefined;
}

export interface AuditSession {
  /** What is searched for: whoever asks for something else under the same id begins another one. */
  readonly what: string;
  /** Where the next page begins; undefined: there is nothing more. */
  readonly place: Place | undefined;
  readonly given: number;
  readonly count: number;
  readonly isCut: boolean;
}

const VALID_MS = 3_600_000;
/** Of one principal: the one that was not asked for the longest goes first, and never somebody else's. */
const MOST_SESSIONS = 100;

export class AuditSessions {
  readonly #now: () => number;
  /** By principal, then by key; the one that was asked for last is at the end. */
  readonly #sessions = new Map<string, Map<string, { readonly session: AuditSession; readonly at: number }>>();

  /** By principal, the last search that was asked for; never rejects. */
  readonly #turns = new Map<string, Promise<void>>();

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * One search of a principal after another, so that a session gives nothing twice, and many large answers are not made at once. Rejects as `search`.
   */
  async inTurn<T>(principalId: string, search: () => Promise<T>): Promise<T> {
    const found = (this.#turns.get(principalId) ?? Promise.resolve()).then(search);
    const turn = found.then(
      () => {},
      () => {},
    );
    this.#turns.set(principalId, turn);
    try {
      return await found;
    } finally {
      if (this.#turns.get(principalId) === turn) this.#turns.delete(principalId);
    }
  }

  find(principalId: string, key: string, what: string): AuditSession | undefined {
    const kept = this.#sessions.get(principalId)?.get(key);
    if (kept === undefined || kept.session.what !== what || !this.#isValid(kept.at)) return undefined;
    return kept.session;
  }

  /** Undefined: it is over. */
  keep(principalId: string, key: string, session: AuditSession | undefined): void {
    this.#forgetOld();
    const own = this.#sessions.get(principalId) ?? new Map();
    own.delete(key);
    if (session !== undefined) own.set(key, { session, at: this.#now() });
    for (const [first] of own) {
      if (own.size <= MOST_SESSIONS) break;
      own.delete(first);
    }
    if (own.size === 0) this.#sessions.delete(principalId);
    else this.#sessions.set(principalId, own);
  }

  #forgetOld(): void {
    for (const [principalId, own] of this.#sessions) {
      for (const [key, { at }] of own) if (!this.#isValid(at)) own.delete(key);
      if (own.size === 0) this.#sessions.delete(principalId);
    }
  }

  #isValid(at: number): boolean {
    return Math.abs(this.#now() - at) < VALID_MS;
  }
}
