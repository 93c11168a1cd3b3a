// SMTP AUTH (RFC 4954) with the mechanisms PLAIN (RFC 4616) and LOGIN, against the accounts of the configuration.
import { isUtf8 } from 'node:buffer';

export interface Account {
  readonly login: string;
  /** PHC string, argon2id. */
  readonly passwordHash: string;
}

/** Whether this is the password of that hash. Costs tens of milliseconds, off the main thread. */
export type VerifyPassword = (password: string, passwordHash: string) => Promise<boolean>;

/** Checks that may wait in all sessions together; beyond it the client is asked to come back. */
const MOST_WAITING = 16;

/** The logins that may authenticate, in any case of letters. */
export class Accounts {
  readonly #hashes = new Map<string, string>();
  readonly #anyHash: string | undefined;
  readonly #verify: VerifyPassword;
  #waiting = 0;

  constructor(accounts: readonly Account[], verify: VerifyPassword) {
    for (const { login, passwordHash } of accounts) this.#hashes.set(login.toLowerCase(), passwordHash);
    this.#anyHash = accounts[0]?.passwordHash;
    this.#verify = verify;
  }

  get isEmpty(): boolean {
    return this.#hashes.size === 0;
  }

  /** An unknown login costs as much time as a wrong password, so that nobody learns which logins there are. */
  async check(login: string, password: string): Promise<'right' | 'wrong' | 'busy'> {
    if (this.#waiting >= MOST_WAITING) return 'busy';
    const hash = this.#hashes.get(login);
    this.#waiting++;
    try {
      const isRight = await this.#verify(password, hash ?? this.#anyHash ?? '');
      return isRight && hash !== undefined ? 'right' : 'wrong';
    } catch {
      return 'busy';
    } finally {
      this.#waiting--;
    }
  }
}

/** How an attempt ended. */
export interface AuthResult {
  readonly answer: string;
  /** Lower case; set where the answer is 235. */
  readonly saslUsername?: string;
}

interface Credentials {
  readonly login: string;
  readonly password: string;
}

const NOT_BASE64 = '501 5.5.2 Cannot decode base64';
const WRONG = '535 5.7.8 Authentication credentials invalid';

/**
 * The dialogue behind `AUTH argument`. `ask` sends a challenge (its words in clear) and gives the client's next line; undefined
 * where he is gone, and then the result is, too.
 */
export async function authenticate(
  argument: string,
  accounts: Accounts,
  ask: (challenge: string) => Promise<string | undefined>,
): Promise<AuthResult | undefined> {
  const [mechanism, initial, ...more] = argument.split(' ').filter((word) => word !== '');
  if (mechanism === undefined || more.length > 0) return { answer: '501 5.5.4 Syntax: AUTH mechanism' };
  const dialogue = { PLAIN: askPlain, LOGIN: askLogin }[mechanism.toUpperCase()];
  if (dialogue === undefined) return { answer: '504 5.5.4 Mechanism not supported' };
  const credentials = await dialogue(initial, ask);
  if (credentials === undefined) return undefined;
  if (typeof credentials === 'string') return { answer: credentials };
  const login = credentials.login.toLowerCase();
  switch (await accounts.check(login, credentials.password)) {
    case 'right':
      return { answer: '235 2.7.0 Authentication successful', saslUsername: login };
    case 'busy':
      return { answer: '454 4.7.0 Temporary authentication failure, try again later' };
    case 'wrong':
      return { answer: WRONG };
  }
}

type Dialogue = (
  initial: string | undefined,
  ask: (challenge: string) => Promise<string | undefined>,
) => Promise<Credentials | string | undefined>;

/** authzid NUL login NUL password. Acting for somebody else is not offered. */
const askPlain: Dialogue = async (initial, ask) => {
  const response = await decoded(initial, () => ask(''));
  if (response === undefined) return undefined;
  if (response.problem !== undefined) return response.problem;
  const parts = response.text.split('\0');
  if (parts.length !== 3) return NOT_BASE64;
  const [authzid, login, password] = parts as [string, string, string];
  if (login === '' || (authzid !== '' && authzid !== login)) return WRONG;
  return { login, password };
};

const askLogin: Dialogue = async (initial, ask) => {
  const login = await decoded(initial, () => ask('Username:'));
  if (login === undefined) return undefined;
  if (login.problem !== undefined) return login.problem;
  const password = await decoded(undefined, () => ask('Password:'));
  if (password === undefined) return undefined;
  if (password.problem !== undefined) return password.problem;
  return { login: login.text, password: password.text };
};

type Response = { readonly text: string; readonly problem?: undefined } | { readonly problem: string };

async function decoded(
  initial: string | undefined,
  ask: () => Promise<string | undefined>,
): Promise<Response | undefined> {
  const line = initial ?? (await ask());
  if (line === undefined) return undefined;
  // RFC 4954 4: `*` cancels, `=` is an empty initial response.
  if (line === '*') return { problem: '501 5.7.0 Authentication cancelled' };
  if (initial === '=') return { text: '' };
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(line)) return { problem: NOT_BASE64 };
  const bytes = Buffer.from(line, 'base64');
  return isUtf8(bytes) ? { text: bytes.toString() } : { problem: WRONG };
}
