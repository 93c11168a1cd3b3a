// What sessions and the sign-in limiter ask of a store. Both are held in memory; the store is for the next start.
import type { Session } from './session.ts';

/** Everything is on disk when it resolves, or rejects with STORE_UNAVAILABLE. */
export interface SessionStore {
  sessions(): Promise<readonly Session[]>;
  addSession(session: Session): Promise<void>;
  noteSeen(id: string, at: number): Promise<void>;
  removeSessions(ids: readonly string[]): Promise<void>;
}

/** Failed sign-ins that are counted together. */
export interface SignInFailures {
  /** A keyed hash: it names nobody. */
  readonly key: string;
  readonly kind: 'pair' | 'address' | 'name' | 'device';
  readonly count: number;
  /** Of the last one, milliseconds since 1970. */
  readonly at: number;
}

/** Everything is on disk when it resolves, or rejects with STORE_UNAVAILABLE. */
export interface SignInFailureStore {
  failures(): Promise<readonly SignInFailures[]>;
  /** Writes and removes in one. */
  writeFailures(changed: readonly SignInFailures[], removedKeys: readonly string[]): Promise<void>;
}
