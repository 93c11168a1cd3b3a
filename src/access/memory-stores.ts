// Test support: the stores of this room in memory, which can be opened again as after a restart, and can fail.
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { Session } from './session.ts';
import type { SessionStore, SignInFailureStore, SignInFailures } from './session-store.ts';

export class MemoryStore implements AccountStore, SessionStore, SignInFailureStore {
  readonly kept = {
    accounts: new Map<string, Account>(),
    sessions: new Map<string, Session>(),
    failures: new Map<string, SignInFailures>(),
  };
  /** How often something was written. */
  writes = 0;
  /** What the next writes are refused with. */
  failure: Error | undefined;

  async #write(act: () => void): Promise<void> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    this.writes++;
    act();
  }

  accounts = async () => [...this.kept.accounts.values()];
  addAccount = (account: Account) => this.#write(() => void this.kept.accounts.set(account.id, account));
  replaceAccount = (account: Account) => this.#write(() => void this.kept.accounts.set(account.id, account));
  removeAccount = (id: string) => this.#write(() => void this.kept.accounts.delete(id));

  sessions = async () => [...this.kept.sessions.values()];
  addSession = (session: Session) => this.#write(() => void this.kept.sessions.set(session.id, session));
  noteSeen = (id: string, seenAt: number) =>
    this.#write(() => void this.kept.sessions.set(id, { ...this.kept.sessions.get(id)!, seenAt }));
  removeSessions = (ids: readonly string[]) =>
    this.#write(() => {
      for (const id of ids) this.kept.sessions.delete(id);
    });

  failures = async () => [...this.kept.failures.values()];
  writeFailures = (changed: readonly SignInFailures[], removedKeys: readonly string[]) =>
    this.#write(() => {
      for (const key of removedKeys) this.kept.failures.delete(key);
      for (const each of changed) this.kept.failures.set(each.key, each);
    });
}
