// How often a sign-in may fail. Failures are counted for each name at each address, for each address, and for each name at all
// addresses together; but those of a device where the account signed in before are counted by themselves. Past some free ones
// the next attempt must wait: 1 second, then twice as long each time, up to 15 minutes. An attempt that comes too early is
// answered without a look at its password, and is not counted.
//
// What this chooses: who guesses one password from many addresses ends at one guess in 15 minutes, and as long as he goes on
// the owner cannot sign in on a device that is new to Cordon. On one that he used before he always can.
import { createHmac } from 'node:crypto';
import { networkOf, normalizeIp } from '../mail/ip-address.ts';
import { nameKey } from './account.ts';
import type { SignInFailureStore, SignInFailures } from './session-store.ts';

type Kind = SignInFailures['kind'];

/** So many failures cost nothing. */
const FREE: Readonly<Record<Kind, number>> = { pair: 5, address: 30, name: 100, device: 10 };
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 15 * 60_000;
/** After so long without another one failures are forgotten. */
const FORGET_MS = 24 * 3_600_000;
/** Of each kind, in memory and on disk; beyond it those go whose last failure is the oldest. */
const MOST = 10_000;

export interface Attempt {
  readonly name: string;
  readonly clientAddress: string;
  /** Of a browser where the account signed in before. */
  readonly deviceId?: string | undefined;
}

/** An attempt that may go on. It counts as failed until it is told otherwise. */
export interface Trial {
  /** On disk when it resolves. */
  failed(): Promise<void>;
  /** It was no failure, and proves too little to forget others. */
  takeBack(): void;
  succeeded(): Promise<void>;
}

export interface SignInLimiterOptions {
  readonly store: SignInFailureStore;
  /** 32 random bytes that outlast restarts: what is counted is kept under a keyed hash, which names nobody. */
  readonly key: Buffer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class SignInLimiter {
  readonly #options: SignInLimiterOptions;
  /** By key, the one that failed last at the end. */
  readonly #counts: Readonly<Record<Kind, Map<string, SignInFailures>>> = {
    pair: new Map(),
    address: new Map(),
    name: new Map(),
    device: new Map(),
  };
  #removed: string[] = [];

  private constructor(options: SignInLimiterOptions, failures: readonly SignInFailures[]) {
    this.#options = options;
    const since = options.now() - FORGET_MS;
    for (const each of failures) {
      if (each.at > since) this.#hold(each);
      else this.#removed.push(each.key);
    }
  }

  /** Reads what failed before the start. Rejects with STORE_UNAVAILABLE. */
  static async open(options: SignInLimiterOptions): Promise<SignInLimiter> {
    return new SignInLimiter(options, await options.store.failures());
  }

  /** The attempt, counted at once so that a hundred in parallel are a hundred; or how long it must wait, milliseconds. */
  begin(attempt: Attempt): Trial | number {
    const now = this.#options.now();
    const keys = this.#keysOf(attempt);
    const wait = Math.max(...keys.map(([kind, key]) => this.#waitOf(kind, key, now)));
    if (wait > 0) return wait;
    const before = new Map(keys.map(([kind, key]) => [key, this.#counts[kind].get(key)]));
    for (const [kind, key] of keys) this.#hold({ kind, key, count: (before.get(key)?.count ?? 0) + 1, at: now });
    const takeBack = (those: typeof keys) => {
      for (const [kind, key] of those) this.#lower(kind, key, now, before.get(key)?.at);
    };
    return {
      failed: () => this.#write(keys),
      takeBack: () => takeBack(keys),
      succeeded: async () => {
        const own = keys.filter(([kind]) => kind === 'pair' || kind === 'device');
        takeBack(keys.filter((each) => !own.includes(each)));
        for (const [kind, key] of own) this.#forget(kind, key);
        await this.#write(keys);
      },
    };
  }

  #keysOf({ name, clientAddress, deviceId }: Attempt): readonly (readonly [Kind, string])[] {
    if (deviceId !== undefined) return [['device', this.#hashOf('device', deviceId)]];
    const address = normalizeIp(clientAddress) ?? clientAddress;
    const network = address.includes(':') ? networkOf(address, 64) : address;
    return [
      ['pair', this.#hashOf('pair', nameKey(name), network)],
      ['address', this.#hashOf('address', network)],
      ['name', this.#hashOf('name', nameKey(name))],
    ];
  }

  #hashOf(...parts: readonly string[]): string {
    return createHmac('sha256', this.#options.key).update(JSON.stringify(parts)).digest('base64url');
  }

  #waitOf(kind: Kind, key: string, now: number): number {
    const failures = this.#counts[kind].get(key);
    if (failures === undefined) return 0;
    // The clock was set back: nobody waits until it is again as late as it was.
    if (failures.at > now) this.#counts[kind].set(key, { ...failures, at: now });
    const at = Math.min(failures.at, now);
    if (now - at >= FORGET_MS) this.#forget(kind, key);
    const surplus = failures.count - FREE[kind];
    return surplus < 0 ? 0 : at + Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(surplus, 20)) - now;
  }

  #hold(failures: SignInFailures): void {
    const counts = this.#counts[failures.kind];
    counts.delete(failures.key);
    counts.set(failures.key, failures);
    const [oldest] = counts.keys();
    if (counts.size > MOST && oldest !== undefined) this.#forget(failures.kind, oldest);
  }

  #forget(kind: Kind, key: string): void {
    this.#counts[kind].delete(key);
    this.#removed.push(key);
  }

  /** One less, and as long ago as it was `before`, if nothing failed since the attempt `at`. */
  #lower(kind: Kind, key: string, at: number, before: number | undefined): void {
    const failures = this.#counts[kind].get(key);
    if (failures === undefined) return;
    const last = failures.at === at ? (before ?? at) : failures.at;
    if (failures.count <= 1) this.#forget(kind, key);
    else this.#counts[kind].set(key, { ...failures, count: failures.count - 1, at: last });
  }

  /** As the counts are by now. */
  async #write(keys: readonly (readonly [Kind, string])[]): Promise<void> {
    const changed = keys.flatMap(([kind, key]) => this.#counts[kind].get(key) ?? []);
    const removed = this.#removed;
    this.#removed = [];
    try {
      await this.#options.store.writeFailures(changed, removed);
    } catch (error) {
      this.#removed = [...removed, ...this.#removed].slice(-4 * MOST);
      throw error;
    }
  }
}
