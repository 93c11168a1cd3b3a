// What the accounts ask of a store. There are few of them: they are read once and held in memory.
import type { Account } from './account.ts';

/** Everything is on disk when it resolves, or rejects with STORE_UNAVAILABLE. */
export interface AccountStore {
  /** Oldest first. */
  accounts(): Promise<readonly Account[]>;
  /** Rejects where there is one of that name, whatever its case. */
  addAccount(account: Account): Promise<void>;
  /** The account of that id as it is given. */
  replaceAccount(account: Account): Promise<void>;
  removeAccount(id: string): Promise<void>;
}
