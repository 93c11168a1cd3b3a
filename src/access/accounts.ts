// The accounts in force: held in memory, changed only through the store, one change after another, so that two requests which
// race cannot both take away the last administrator but one.
import { CordonError } from '../errors.ts';
import { type Account, nameKey, refuseBadName, toName } from './account.ts';
import { type Giver, refuseExcess, refuseForeignRole, refuseLast } from './account-rules.ts';
import type { AccountStore } from './account-store.ts';
import type { Installation } from './authorize.ts';
import type { RoleName } from './roles.ts';
import { isServiceName } from './service-name.ts';
import { spentStep } from './totp.ts';

const DAY_MS = 86_400_000;
/** Whose accounts belong to no organization. */
const PROVIDER = '';

export interface AccountsOptions {
  readonly store: AccountStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomUUID: () => string;
  /** So long after his last sign-in the API tokens of a federated account have its rights. */
  readonly assertionDays: number;
  /** Told, before the change resolves, when an account was deleted or disabled, or got a password from somebody else. */
  readonly onShut?: ((accountId: string) => Promise<void>) | undefined;
}

export interface NewAccount {
  readonly name: string;
  readonly mail?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly roles: readonly RoleName[];
  readonly passwordHash: string;
}

/** Undefined: as it is. A mail address of '' is taken away. */
export interface AccountChanges {
  readonly name?: string | undefined;
  readonly mail?: string | undefined;
  readonly roles?: readonly RoleName[] | undefined;
  readonly enabled?: boolean | undefined;
}

/** What a sign-in provider says of somebody. */
export interface Assertion {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly mail?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly roles: readonly RoleName[];
}

export interface AssertedChange {
  /** Undefined: it was made now. */
  readonly before: Account | undefined;
  readonly after: Account;
}

/** Whatever changes an account is on disk when it resolves, or rejects with STORE_UNAVAILABLE and has changed nothing. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #byId = new Map<string, Account>();
  #addresses: ReadonlyMap<string, readonly string[]> | undefined;
  /** Ids by `nameKey`: a sign-in asks on the thread that judges mail. */
  readonly #idByName = new Map<string, string>();
  #line: Promise<unknown> = Promise.resolve();

  private constructor(options: AccountsOptions, accounts: readonly Account[]) {
    this.#options = options;
    for (const account of accounts) this.#hold(account);
  }

  /** Reads the accounts that there are. Rejects with STORE_UNAVAILABLE. */
  static async open(options: AccountsOptions): Promise<Accounts> {
    return new Accounts(options, await options.store.accounts());
  }

  get(id: string): Account | undefined {
    return this.#byId.get(id);
  }

  /** The account that somebody signs in to with this name. */
  named(name: string): Account | undefined {
    const id = this.#idByName.get(nameKey(name));
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** By name; those of one organization, or all. */
  list(organizationId?: string): readonly Account[] {
    return [...this.#byId.values()]
      .filter((account) => organizationId === undefined || account.organizationId === organizationId)
      .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
  }

  /**
   * What the API tokens of an account may be given at most now; undefined where it is gone or disabled. There are none as long
   * as its password is one that somebody else gave it, nor where nobody asserts a federated account's roles any more, because
   * it has not signed in for long.
   */
  rolesOf(accountId: string): readonly RoleName[] | undefined {
    const account = this.#byId.get(accountId);
    if (account === undefined || !account.enabled) return undefined;
    const lasts = this.#options.assertionDays * DAY_MS;
    const isLapsed = account.kind === 'federated' && this.#options.now() - (account.lastSignInAt ?? 0) > lasts;
    return isLapsed || account.mustChangePassword ? [] : account.roles;
  }

  /** Whom `TenantAdmins` means: in an installation with one organization its provider's administrators, too. */
  administratorAddresses(organizationId: string, { organizations }: Installation): readonly string[] {
    const addresses = this.#administrators().get(organizationId) ?? [];
    return organizations === 1 ? distinct([...addresses, ...this.providerAddresses()]) : addresses;
  }

  /** Whom the provider's own notifications go to. */
  providerAddresses(): readonly string[] {
    return this.#administrators().get(PROVIDER) ?? [];
  }

  /** Asked for each organization by whoever polls /readyz: gathered once after each change. */
  #administrators(): ReadonlyMap<string, readonly string[]> {
    this.#addresses ??= gatherAddresses(this.list());
    return this.#addresses;
  }

  /** A local account, whose password must be changed. INVALID_REQUEST, NAME_TAKEN, or FORBIDDEN where `by` may less. */
  add({ name, mail, organizationId, roles, passwordHash }: NewAccount, by: Giver): Promise<Account> {
    return this.#inLine(async () => {
      refuseBadName(name);
      const { now, randomUUID } = this.#options;
      const local = { kind: 'local', passwordHash, mustChangePassword: true, enabled: true } as const;
      const of = { mail: mail === '' ? undefined : mail, organizationId, roles: distinct(roles) };
      return this.#put(undefined, { id: randomUUID(), name, ...of, ...local, createdAt: now() }, by);
    });
  }

  /** NOT_FOUND, NAME_TAKEN, LAST_ADMINISTRATOR, FORBIDDEN, or INVALID_REQUEST for roles that a provider asserts. */
  change(id: string, { name, mail, roles, enabled }: AccountChanges, by: Giver): Promise<Account> {
    return this.#edit(id, by, (account) => {
      if (name !== undefined) refuseBadName(name);
      if (roles !== undefined) refuseAsserted(account);
      return {
        ...account,
        name: name ?? account.name,
        mail: mail === '' ? undefined : (mail ?? account.mail),
        roles: distinct(roles ?? account.roles),
        enabled: enabled ?? account.enabled,
      };
    });
  }

  /** One more role, whatever becomes of the others meanwhile; twice is harmless. Errors as `change`. */
  giveRole(id: string, role: RoleName, by: Giver): Promise<Account> {
    return this.#edit(id, by, (account) => {
      refuseAsserted(account);
      return { ...account, roles: distinct([...account.roles, role]) };
    });
  }

  /** One role less, whatever becomes of the others meanwhile; twice is harmless. Errors as `change`. */
  takeRole(id: string, role: RoleName, by: Giver): Promise<Account> {
    return this.#edit(id, by, (account) => {
      refuseAsserted(account);
      return { ...account, roles: account.roles.filter((one) => one !== role) };
    });
  }

  /** NOT_FOUND, LAST_ADMINISTRATOR or FORBIDDEN. */
  remove(id: string, by: Giver): Promise<void> {
    return this.#inLine(async () => {
      const account = this.#existing(id);
      refuseExcess(by, account.roles);
      refuseLast(account, undefined, this.list());
      await this.#options.store.removeAccount(id);
      this.#letGo(account);
      await this.#options.onShut?.(id);
    });
  }

  /** His own new one, or one that somebody else gave him and he must change; the latter ends his sessions. */
  async setPassword(id: string, passwordHash: string, by: Giver | 'himself'): Promise<Account> {
    const isHis = by === 'himself';
    const changed = await this.#edit(id, isHis ? undefined : by, (account) => ({
      ...localOnly(account),
      passwordHash,
      mustChangePassword: !isHis,
    }));
    if (!isHis) await this.#options.onShut?.(id);
    return changed;
  }

  /** Base32; undefined takes the second factor away. */
  setTotp(id: string, totpSecret: string | undefined, by: Giver): Promise<Account> {
    return this.#edit(id, by, (account) => ({ ...localOnly(account), totpSecret, totpStep: undefined }));
  }

  /** Whether the code of his second factor is right, and has not been used. It has been, then. */
  spendCode(id: string, code: string): Promise<boolean> {
    return this.#inLine(async () => {
      const account = this.#existing(id);
      const { totpSecret, totpStep } = account;
      const step = totpSecret === undefined ? undefined : spentStep(totpSecret, code, this.#options.now(), totpStep);
      if (step === undefined) return false;
      await this.#put(account, { ...account, totpStep: step }, undefined);
      return true;
    });
  }

  noteSignIn(id: string): Promise<Account> {
    return this.#edit(id, undefined, (account) => ({ ...account, lastSignInAt: this.#options.now() }));
  }

  /** The account of whom a provider vouches for, made where there is none, with the roles as asserted now. */
  asserted({ issuer, subject, name, mail, organizationId, roles }: Assertion): Promise<AssertedChange> {
    return this.#inLine(async () => {
      const { now, randomUUID } = this.#options;
      const known = this.#federated(issuer, subject, organizationId);
      const fresh = { id: randomUUID(), name: this.#freeName(toName(name)), kind: 'federated', enabled: true } as const;
      const first = { ...fresh, issuer, subject, organizationId, mustChangePassword: false, createdAt: now() };
      const asserted = { ...(known ?? first), mail: mail ?? known?.mail, roles: distinct(roles) };
      return { before: known, after: await this.#put(known, asserted, undefined) };
    });
  }

  /** Where its provider gives somebody no role any more: his account has none, and is signed out. Undefined: he has no account. */
  retracted({ issuer, subject, organizationId }: Assertion): Promise<AssertedChange | undefined> {
    return this.#inLine(async () => {
      const known = this.#federated(issuer, subject, organizationId);
      if (known === undefined) return undefined;
      const after = await this.#put(known, { ...known, roles: [] }, undefined);
      await this.#options.onShut?.(known.id);
      return { before: known, after };
    });
  }

  #federated(issuer: string, subject: string, organizationId: string | undefined): Account | undefined {
    return this.list(organizationId).find(
      (one) => one.issuer === issuer && one.subject === subject && one.organizationId === organizationId,
    );
  }

  /** A provider's users do not push anybody off his name, nor take the service's. */
  #freeName(wanted: string): string {
    const base = wanted.slice(0, 80);
    const candidates = [wanted, ...Array.from({ length: 100 }, (_, i) => `${base}-${i + 2}`)];
    return (
      candidates.find((name) => !isServiceName(name) && this.named(name) === undefined) ??
      `${base}-${this.#options.randomUUID().slice(0, 8)}`
    );
  }

  #edit(id: string, by: Giver, edit: (account: Account) => Account): Promise<Account> {
    return this.#inLine(async () => {
      const account = this.#existing(id);
      refuseExcess(by, account.roles);
      return this.#put(account, edit(account), by);
    });
  }

  async #put(before: Account | undefined, after: Account, by: Giver): Promise<Account> {
    refuseForeignRole(after);
    if (before?.roles.join() !== after.roles.join()) refuseExcess(by, after.roles);
    refuseLast(before, after, this.list());
    const namesake = this.named(after.name);
    if (namesake !== undefined && namesake.id !== after.id) {
      throw new CordonError('NAME_TAKEN', `the name ${after.name} is taken`);
    }
    const { store, onShut } = this.#options;
    await (before === undefined ? store.addAccount(after) : store.replaceAccount(after));
    if (before !== undefined) this.#letGo(before);
    this.#hold(after);
    if (before?.enabled === true && !after.enabled) await onShut?.(after.id);
    return after;
  }

  #hold(account: Account): void {
    this.#byId.set(account.id, account);
    this.#addresses = undefined;
    this.#idByName.set(nameKey(account.name), account.id);
  }

  #letGo({ id, name }: Account): void {
    this.#byId.delete(id);
    this.#addresses = undefined;
    this.#idByName.delete(nameKey(name));
  }

  #existing(id: string): Account {
    const account = this.#byId.get(id);
    if (account === undefined) throw new CordonError('NOT_FOUND', `no account ${id}`);
    return account;
  }

  #inLine<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#line.then(act);
    this.#line = done.catch(() => {});
    return done;
  }
}

function distinct<T extends string>(values: readonly T[]): readonly T[] {
  return [...new Set(values)].sort();
}

function refuseAsserted({ kind, name }: Account): void {
  if (kind !== 'federated') return;
  throw new CordonError('INVALID_REQUEST', `the roles of ${name} come from its sign-in provider`);
}

function localOnly(account: Account): Account {
  if (account.kind === 'local') return account;
  throw new CordonError('INVALID_REQUEST', `${account.name} signs in at its provider, and has no password here`);
}

/** Mail addresses of enabled administrators by organization, the provider's under PROVIDER. */
function gatherAddresses(accounts: readonly Account[]): ReadonlyMap<string, readonly string[]> {
  const byOwner = Map.groupBy(accounts.filter(isTold), ({ organizationId }) => organizationId ?? PROVIDER);
  return new Map([...byOwner].map(([owner, told]) => [owner, distinct(told.map(({ mail }) => mail!))]));
}

function isTold({ enabled, mail, organizationId, roles }: Account): boolean {
  const administers =
    roles.includes('Global Administrator') ||
    (organizationId === undefined && roles.includes('Provider Administrator'));
  return enabled && mail !== undefined && administers;
}
