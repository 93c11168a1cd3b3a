// Opens everything that lets people in: accounts, sessions, sign-in with a password and at a provider.
import type { AccountStore } from './account-store.ts';
import { Accounts } from './accounts.ts';
import { Devices } from './devices.ts';
import { type OidcProvider, OidcSignIn } from './oidc.ts';
import type { SessionStore, SignInFailureStore } from './session-store.ts';
import { Sessions } from './sessions.ts';
import { PasswordSignIn } from './sign-in.ts';
import { SignInLimiter } from './sign-in-limiter.ts';

export interface AccessOptions {
  readonly accountStore: AccountStore;
  readonly sessionStore: SessionStore & SignInFailureStore;
  /** 32 random bytes that outlast restarts. */
  readonly key: Buffer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomUUID: () => string;
  readonly randomBytes: (size: number) => Buffer;
  readonly idleMs: number;
  readonly longestMs: number;
  readonly assertionDays: number;
  readonly providers: readonly OidcProvider[];
  /** Where the provider of this name sends people back to. */
  readonly redirectUri: (name: string) => string;
}

export interface Access {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly signIn: PasswordSignIn;
  readonly oidc: OidcSignIn;
  /** To be called now and then: lets go of sessions and failures that are over. Rejects with STORE_UNAVAILABLE. */
  sweep(): Promise<void>;
}

/** Rejects with STORE_UNAVAILABLE. */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const { accountStore, sessionStore, key, now, randomBytes } = options;
  let shut: (accountId: string) => Promise<void> = async () => {};
  const accounts = await Accounts.open({ ...options, store: accountStore, onShut: (id) => shut(id) });
  const sessions = await Sessions.open({ ...options, store: sessionStore, accounts });
  shut = async (accountId) => void (await sessions.endAll(accountId));
  const limiter = await SignInLimiter.open({ store: sessionStore, key, now });
  const signIn = await PasswordSignIn.open({ accounts, sessions, devices: new Devices(key, randomBytes), limiter });
  const sweep = async () => {
    await sessions.sweep();
    await limiter.sweep();
  };
  return { accounts, sessions, signIn, oidc: new OidcSignIn(options), sweep };
}
