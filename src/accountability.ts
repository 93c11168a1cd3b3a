// Lights the rooms that make power accountable, and tells each what the others do: who may sign in, what is recorded, what is an
// alert, and who hears of it.
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Account } from './access/account.ts';
import type { Accounts } from './access/accounts.ts';
import { ensureFirstAdministrator, FIRST_ADMINISTRATOR } from './access/first-administrator.ts';
import type { OidcProvider } from './access/oidc.ts';
import { type Access, openAccess } from './access/open-access.ts';
import { Tokens } from './access/tokens.ts';
import { Alarm } from './alerts/alarm.ts';
import { AlertPolicies } from './alerts/policies.ts';
import type { Counters } from './api/counters.ts';
import type { EventFeed } from './api/event-feed.ts';
import { auditIsOff, type Notice, nobodyIsTold } from './api/notices.ts';
import type { Directory } from './attribution/directory.ts';
import { AuditLog } from './audit/audit-log.ts';
import { type AuditRecord, SERVICE } from './audit/audit-record.ts';
import type { ChainPoint } from './audit/chain.ts';
import { Heads, writeFirstHeads } from './audit/head-file.ts';
import type { Config } from './config/schema.ts';
import { CordonError } from './errors.ts';
import { hygieneEventOf } from './hygiene-events.ts';
import { auditKey, sessionKey, webhookKey } from './keys.ts';
import type { Notifications } from './notifications/notifications.ts';
import { openNotifications } from './open-notifications.ts';
import { OwnActs } from './own-acts.ts';
import type { RestrictedEntities } from './restrictions/restricted-entities.ts';
import type { Store } from './store/store.ts';

/** Of the restrictions that ended, the newest that a start looks for in the audit log. */
const ENDED_LOOKED_FOR = 1_000;

export interface AccountabilityParts {
  readonly config: Config;
  readonly log: Logger;
  readonly now: () => number;
  readonly store: Store;
  readonly directory: Directory;
  readonly restricted: RestrictedEntities;
  readonly counters: Counters;
  readonly events: EventFeed;
  readonly trouble: (part: string, what: string) => void;
  readonly well: (part: string) => void;
  /** Where the API answers, once it does. */
  readonly apiUrl: () => string | undefined;
  /** Does something each minute until the answer is called. Undefined: by the clock. */
  readonly everyMinute?: ((act: () => void) => () => void) | undefined;
}

export interface FirstAdministrator {
  readonly name: string;
  readonly oneTimePassword: string;
  readonly hasMail: boolean;
}

export interface Accountability {
  readonly audit: AuditLog;
  readonly access: Access;
  readonly tokens: Tokens;
  readonly alarm: Alarm;
  readonly alertPolicies: AlertPolicies;
  readonly notifications: Notifications;
  /** Mail addresses that *TenantAdmins* means; undefined: for what concerns the guard and no organization. */
  administratorAddresses(organizationId: string | undefined): readonly string[];
  /** What everybody who looks at the organization must be told; undefined: at all of them. */
  notices(organizationId: string | undefined): readonly Notice[];
  /** The account `admin` where there is none at all; undefined where there is one. */
  firstAdministrator(): Promise<FirstAdministrator | undefined>;
  /** Of the account `admin`. Rejects with NOT_FOUND, INVALID_REQUEST or STORE_UNAVAILABLE. */
  setAdministratorMail(mail: string): Promise<void>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const CUT_WHILE_RUNNING = 'the audit log does not hold records any more that it held while the guard ran';

/** Rejects with a coded error where one of them cannot be opened; `closers` then close what is open. */
export async function openAccountability(
  parts: AccountabilityParts,
  closers: (() => Promise<void> | void)[],
): Promise<Accountability> {
  const { config, now, store, directory } = parts;
  let notifications: Notifications | undefined;
  const { headWebhook } = config.audit;
  const sendHead = (url: string) => (head: ChainPoint) => witness(url, head, notifications, parts.log);
  const audit = await openAudit(parts, headWebhook === undefined ? undefined : sendHead(headWebhook), closers);
  const acts = await openOwnActs(parts, audit, closers);
  const alertPolicies = await AlertPolicies.open({
    store: store.alertPolicies,
    organizations: () => directory.organizations().map(({ id }) => id),
    randomUUID,
  });
  const alarm = await openAlarm(parts, alertPolicies, () => notifications?.wake());
  closers.push(() => alarm.close());
  const access = await openSignIn(parts, closers);
  const { accounts } = access;
  const rolesOf = (accountId: string) => accounts.rolesOf(accountId);
  const tokens = await Tokens.open({ store: store.tokens, rolesOf, now, randomUUID, randomBytes });
  const addresses = (organizationId: string | undefined) => administratorAddresses(accounts, directory, organizationId);
  const key = webhookKey(config.dataDirectory);
  const opened = await openNotifications({ ...parts, key, administratorAddresses: addresses, randomUUID });
  notifications = opened;
  closers.push(() => opened.close());
  return {
    ...{ audit, access, tokens, alarm, alertPolicies, notifications, administratorAddresses: addresses },
    notices: (organizationId) => [
      ...nobodyIsTold({ directory, alertPolicies, notifications: opened }, organizationId),
      ...auditIsOff(directory, organizationId),
    ],
    ...firstAdministratorOf(accounts, { audit, acts }, config.organization.administrator, now),
  };
}

async function openAudit(
  parts: AccountabilityParts,
  sendHead: ((head: ChainPoint) => Promise<boolean>) | undefined,
  closers: (() => Promise<void> | void)[],
): Promise<AuditLog> {
  const { config, log, now, store, directory, counters, trouble, well, everyMinute = byTheClock } = parts;
  const file = join(config.dataDirectory, 'audit-heads.json');
  const key = auditKey(config.dataDirectory, (made) => writeFirstHeads(file, made));
  let heads: Heads | undefined;
  const audit = await AuditLog.open({
    ...{ store: store.audit, key, now, randomUUID, randomBytes },
    isOn: (organizationId) => directory.organization(organizationId)?.auditLog ?? true,
    onBroken: (lost) => {
      heads?.lose(lost);
      trouble('audit chain', `${CUT_WHILE_RUNNING}: run \`cordon audit verify\``);
    },
    onAppended: (isWritten) => counters.auditRecords[isWritten ? 'written' : 'failed']++,
  });
  const opened = await Heads.open({
    ...{ file, key, audit, log, sendHead },
    onBroken: (what) => trouble('audit chain', what),
    onFailure: (error) => trouble('audit heads', `cannot be written: ${String(error)}`),
    onWritten: () => well('audit heads'),
  });
  heads = opened;
  const stop = everyMinute(() => void opened.tell());
  closers.push(() => {
    stop();
    return opened.close();
  });
  return audit;
}

function byTheClock(act: () => void): () => void {
  const timer = setInterval(act, MINUTE_MS).unref();
  return () => clearInterval(timer);
}

/** A head of the audit log goes to a witness elsewhere. Resolves to whether it was taken; never rejects. */
async function witness(
  url: string,
  head: ChainPoint,
  notifications: Notifications | undefined,
  log: Logger,
): Promise<boolean> {
  if (notifications === undefined) return false;
  const posted = await notifications.postJson(url, head);
  if (posted.result === 'taken') return true;
  log.warn({ words: posted.words }, 'a head of the audit log did not reach its witness');
  return false;
}

/** The service's own acts stand in the audit log beside those of people, which the API records. */
async function openOwnActs(
  { store, now, restricted, events, trouble, well }: AccountabilityParts,
  audit: AuditLog,
  closers: (() => Promise<void> | void)[],
): Promise<OwnActs> {
  const part = 'audit log';
  const acts = new OwnActs({
    ...{ audit, now, randomUUID },
    setTimer: (act, milliseconds) => void setTimeout(act, milliseconds).unref(),
    trouble: (what) => trouble(part, what),
    well: () => well(part),
  });
  closers.push(() => acts.close());
  events.subscribe((event) => {
    if (event.type !== 'restricted' && event.type !== 'unblocked') return;
    const record = hygieneEventOf(event, { id: randomUUID(), at: now() });
    if (record !== undefined) acts.record(record);
  });
  const inForce = [...restricted.active.values()].map(({ restriction }) => restriction);
  const ended = await store.restrictions.list({ active: false, limit: ENDED_LOOKED_FOR });
  await acts.recordMissing([...inForce, ...ended]);
  return acts;
}

async function openAlarm(
  { store, now, directory, restricted, counters, events, trouble, well }: AccountabilityParts,
  alertPolicies: AlertPolicies,
  onEvent: () => void,
): Promise<Alarm> {
  const alarm = await Alarm.open({
    store: store.alerts,
    policiesOf: (organizationId) => alertPolicies.of(organizationId),
    organization: (id) => directory.organization(id),
    guardTimeZone: () => directory.organizations()[0]?.timeZone ?? 'UTC',
    now,
    randomUUID,
    setTimer: (act, milliseconds) => void setTimeout(act, milliseconds).unref(),
    onAlert: (alert) => {
      counters.alertRaised(alert.policy, alert.severity);
      events.publish({ type: 'alert', alert });
    },
    onChanged: (change) => events.publish({ type: 'alert-changed', ...change }),
    onEvent,
    onFailure: (error, lost) => trouble('alerts', lost === 0 ? String(error) : `${lost} activities are lost: ${error}`),
    onWritten: () => well('alerts'),
  });
  directory.subscribe((change) => {
    if (change.kind === 'removed') alarm.connectorChanged({ before: change.connector, by: change.by });
    if (change.kind !== 'connector') return;
    alarm.connectorChanged({ before: change.before, after: change.connector, by: change.by });
  });
  // What was restricted just before a crash, and nobody was told of.
  await alarm.reconcile([...restricted.active.values()].map(({ restriction }) => restriction));
  return alarm;
}

async function openSignIn(
  { config, log, now, store, directory, apiUrl, trouble, well }: AccountabilityParts,
  closers: (() => Promise<void> | void)[],
): Promise<Access> {
  const { idleMinutes, sessionHours, assertionDays } = config.signIn;
  const access = await openAccess({
    accountStore: store.accounts,
    sessionStore: store.sessions,
    key: sessionKey(config.dataDirectory),
    ...{ now, randomUUID, randomBytes, assertionDays },
    idleMs: idleMinutes * MINUTE_MS,
    longestMs: sessionHours * HOUR_MS,
    providers: signInProviders(config, directory, log),
    redirectUri: (name) => `${config.http.publicUrl ?? apiUrl() ?? ''}/api/v1/sign-in/oidc/${name}/callback`,
  });
  const sweeping = setInterval(() => {
    access.sweep().then(
      () => well('sign-in'),
      (error: unknown) => trouble('sign-in', String(error)),
    );
  }, HOUR_MS).unref();
  closers.push(() => clearInterval(sweeping));
  return access;
}

/** One whose organization is not there (any more) is left out: that must not keep the guard from its mail. */
function signInProviders({ signIn }: Config, directory: Directory, log: Logger): readonly OidcProvider[] {
  return signIn.oidc.flatMap(({ organization, ...provider }) => {
    if (organization === 'provider') return [provider];
    const named = directory.organizations().find(({ name }) => name.toLowerCase() === organization.toLowerCase());
    if (named !== undefined) return [{ ...provider, organizationId: named.id }];
    log.error({ provider: provider.name, organization }, 'signIn.oidc: there is no organization of this name');
    return [];
  });
}

function administratorAddresses(
  accounts: Accounts,
  directory: Directory,
  organizationId: string | undefined,
): readonly string[] {
  const all = directory.organizations();
  const installation = { organizations: all.length };
  const whose = organizationId ?? (all.length === 1 ? all[0]!.id : undefined);
  return whose === undefined ? accounts.providerAddresses() : accounts.administratorAddresses(whose, installation);
}

function firstAdministratorOf(
  accounts: Accounts,
  { audit, acts }: { readonly audit: AuditLog; readonly acts: OwnActs },
  address: string | undefined,
  now: () => number,
): Pick<Accountability, 'firstAdministrator' | 'setAdministratorMail'> {
  const recordOf = (operation: string, { id, name }: Account, parameters: AuditRecord['parameters']): AuditRecord => ({
    ...{ id: randomUUID(), at: now(), organizationId: '', operation, ...SERVICE, objectId: id },
    ...{ parameters: { name, ...parameters }, result: 'Succeeded' },
  });
  return {
    firstAdministrator: async () => {
      const before = accounts.named(FIRST_ADMINISTRATOR);
      const made = await ensureFirstAdministrator(accounts, address, randomBytes);
      const after = accounts.named(FIRST_ADMINISTRATOR);
      if (made === undefined) {
        // Its address came from the configuration.
        if (after !== undefined && after.mail !== before?.mail) {
          acts.record(recordOf('Set-Account', after, { mail: after.mail }));
        }
        return undefined;
      }
      const { account, oneTimePassword } = made;
      // Not waited for: the account is there, and nobody would ever be told its password.
      acts.record(recordOf('New-Account', account, { roles: account.roles }));
      return { name: account.name, oneTimePassword, hasMail: account.mail !== undefined };
    },
    setAdministratorMail: async (mail) => {
      const admin = accounts.named(FIRST_ADMINISTRATOR);
      if (admin === undefined) throw new CordonError('NOT_FOUND', `no account ${FIRST_ADMINISTRATOR}`);
      await audit.append(recordOf('Set-Account', await accounts.change(admin.id, { mail }, undefined), { mail }));
    },
  };
}
