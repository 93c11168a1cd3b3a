// Sign-in with a password: whether it is right is told alike for every reason why it is not, and after the same work.
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import type { Devices } from './devices.ts';
import { hashPassword, verifyPassword } from './password.ts';
import type { Session } from './session.ts';
import type { Sessions, Visitor } from './sessions.ts';
import type { SignInLimiter } from './sign-in-limiter.ts';

/** Each hash takes its time: more at once are not begun for whom we have never seen. */
const MOST_AT_ONCE = 32;
const SOON_MS = 1_000;

export interface SignInOptions {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly devices: Devices;
  readonly limiter: SignInLimiter;
}

export interface Credentials extends Visitor {
  readonly name: string;
  readonly password: string;
  /** Of an authenticator app. */
  readonly code?: string | undefined;
  /** What `Devices` issued to this browser, or somebody says so. */
  readonly deviceCookie?: string | undefined;
}

export interface SignedIn {
  readonly kind: 'signed in';
  readonly account: Account;
  readonly session: Session;
  /** For the session cookie. */
  readonly secret: string;
  readonly deviceCookie: string;
}

export type SignInOutcome =
  | SignedIn
  /** `account`: whose sign-in failed, for the audit log only. */
  | { readonly kind: 'failed'; readonly account?: Account | undefined }
  | { readonly kind: 'second factor needed' }
  | { readonly kind: 'limited'; readonly retryAfterMs: number };

export class PasswordSignIn {
  readonly #options: SignInOptions;
  readonly #dummyHash: string;
  #underWay = 0;

  private constructor(options: SignInOptions, dummyHash: string) {
    this.#options = options;
    this.#dummyHash = dummyHash;
  }

  static async open(options: SignInOptions): Promise<PasswordSignIn> {
    return new PasswordSignIn(options, await hashPassword('nobody has this password'));
  }

  /** Rejects with STORE_UNAVAILABLE where a session cannot be written. */
  async signIn(credentials: Credentials): Promise<SignInOutcome> {
    const { accounts, devices, limiter } = this.#options;
    const { name, clientAddress, deviceCookie } = credentials;
    const account = accounts.named(name);
    const deviceId = devices.idOf(deviceCookie, account?.id);
    if (deviceId === undefined && this.#underWay >= MOST_AT_ONCE) return { kind: 'limited', retryAfterMs: SOON_MS };
    const trial = limiter.begin({ name, clientAddress, deviceId });
    if (typeof trial === 'number') return { kind: 'limited', retryAfterMs: trial };
    const found = await this.#prove(account, credentials);
    if (found === 'second factor needed') trial.takeBack();
    else if (found === 'right') await trial.succeeded().catch(() => {});
    // That it could not be written down must not tell a wrong password from a right one.
    else await trial.failed().catch(() => {});
    if (found === 'wrong') return { kind: 'failed', account };
    return found === 'right' ? this.begin(account!, credentials) : { kind: found };
  }

  /** Whether somebody who is signed in knows his password; limited like a sign-in on a known device. */
  async confirm(account: Account, session: Session, password: string): Promise<boolean | { retryAfterMs: number }> {
    const { name } = account;
    const trial = this.#options.limiter.begin({ name, clientAddress: session.clientAddress, deviceId: session.id });
    if (typeof trial === 'number') return { retryAfterMs: trial };
    const isRight = await verifyPassword(password, account.passwordHash ?? this.#dummyHash);
    await (isRight ? trial.succeeded() : trial.failed()).catch(() => {});
    return isRight;
  }

  /** A session for whom has proved who he is, here or elsewhere. */
  async begin(
    account: Account,
    { clientAddress, userAgent, deviceCookie }: Visitor & { deviceCookie?: string | undefined },
  ): Promise<SignedIn> {
    const { accounts, sessions, devices } = this.#options;
    const signedIn = await accounts.noteSignIn(account.id);
    const { session, secret } = await sessions.begin(account.id, { clientAddress, userAgent });
    const isKnown = devices.idOf(deviceCookie, account.id) !== undefined;
    const device = isKnown ? deviceCookie! : devices.issue(account.id);
    return { kind: 'signed in', account: signedIn, session, secret, deviceCookie: device };
  }

  async #prove(
    account: Account | undefined,
    { password, code }: Credentials,
  ): Promise<'right' | 'wrong' | 'second factor needed'> {
    this.#underWay++;
    try {
      const isRight = await verifyPassword(password, account?.passwordHash ?? this.#dummyHash);
      if (account === undefined || !isRight) return 'wrong';
      // While that was worked out the password may have been changed, or the account disabled.
      const now = this.#options.accounts.get(account.id);
      if (now?.enabled !== true || now.passwordHash !== account.passwordHash) return 'wrong';
      if (account.passwordHash === undefined) return 'wrong';
      if (account.totpSecret === undefined) return 'right';
      if (code === undefined) return 'second factor needed';
      return (await this.#options.accounts.spendCode(account.id, code)) ? 'right' : 'wrong';
    } finally {
      this.#underWay--;
    }
  }
}
