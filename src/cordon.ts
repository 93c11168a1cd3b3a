// Opens the store, lights the rooms and opens the doors: one running guard. Known by main.ts, the demo and the tests.
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Account } from './access/account.ts';
import type { Accounts } from './access/accounts.ts';
import { ensureAdminToken } from './access/admin-token.ts';
import { ensureFirstAdministrator, FIRST_ADMINISTRATOR } from './access/first-administrator.ts';
import type { OidcProvider } from './access/oidc.ts';
import { openAccess } from './access/open-access.ts';
import { Tokens } from './access/tokens.ts';
import { Probes } from './activity/probes.ts';
import type { MessageRecord } from './activity/record.ts';
import { Alarm } from './alerts/alarm.ts';
import { NonDeliveryReports } from './alerts/non-delivery.ts';
import { AlertPolicies } from './alerts/policies.ts';
import { Counters } from './api/counters.ts';
import { EventFeed } from './api/event-feed.ts';
import { nobodyIsTold } from './api/notices.ts';
import type { Readiness } from './api/ports.ts';
import { startApi } from './api/start.ts';
import type { Attribution } from './attribution/attribution.ts';
import { Directory } from './attribution/directory.ts';
import { Discovery } from './attribution/discovery.ts';
import { AuditLog } from './audit/audit-log.ts';
import { type AuditRecord, SERVICE } from './audit/audit-record.ts';
import type { ChainPoint } from './audit/chain.ts';
import { Heads } from './audit/head-file.ts';
import { parseListenAddress } from './config/listen-address.ts';
import type { Config } from './config/schema.ts';
import type { GuardedFilter } from './content-filter/guarded-filter.ts';
import { openAskedFilter } from './content-filter/open.ts';
import { DetectorLog } from './detector-log.ts';
import { type Doors, openDoors } from './doors.ts';
import { CordonError } from './errors.ts';
import { followPostfixLogs, type PostfixLogFeedback } from './feedback/postfix-log/follow.ts';
import { feedbackSources, mailServerName } from './feedback/postfix-log/mail-servers.ts';
import { RelayGuard } from './guard.ts';
import { hygieneEventOf } from './hygiene-events.ts';
import { SendLimiter } from './limits/send-limiter.ts';
import { REPLIES } from './mail/replies.ts';
import type { Notifications } from './notifications/notifications.ts';
import { NOTIFICATIONS, openNotifications, tells, tellsEverybody } from './open-notifications.ts';
import { PostfixMapFiles } from './postfix-maps/postfix-maps.ts';
import { Erasures } from './privacy/erasures.ts';
import { type HousekeepingOptions, type Kept, keepHouse, keptOf } from './privacy/housekeeping.ts';
import { Pseudonyms } from './privacy/pseudonym.ts';
import { RestrictedEntities } from './restrictions/restricted-entities.ts';
import type { Restriction } from './restrictions/restriction.ts';
import { ERASED } from './store/erased-record.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import type { Store } from './store/store.ts';
import { VERSION } from './version.ts';

export interface CordonOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
  /** Told once, at the first start: without it there is no account, and nobody can sign in. */
  readonly onFirstAdministrator?: (administrator: FirstAdministrator) => void;
}

export interface FirstAdministrator {
  readonly name: string;
  readonly oneTimePassword: string;
  readonly hasMail: boolean;
}

/** A guard at work. */
export interface Cordon extends Doors {
  /** Where the API answers, with the real port. */
  readonly url: string;
  /** The file with the provider token for the local command line. */
  readonly adminTokenFile: string;
  /** Of the first administrator, as whoever started the guard gave it: where alerts go. INVALID_REQUEST, STORE_UNAVAILABLE. */
  setAdministratorMail(mail: string): Promise<void>;
  readonly events: EventFeed;
  readonly directory: Directory;
  readonly restrictions: RestrictedEntities;
  /** Closes the doors, settles what is under way, writes what is buffered. Twice is harmless. */
  close(): Promise<void>;
}

/** The part of the guard that is in trouble while a filter does not answer. */
const CONTENT_FILTER = 'content filter';
const MINUTE_MS = 60_000;
/** Parts whose trouble is none with the data. */
const BESIDE_THE_STORE: ReadonlySet<string> = new Set([CONTENT_FILTER, NOTIFICATIONS]);
const HOUR_MS = 3_600_000;
/** A guard that is started anew every few minutes keeps house, too. */
const FIRST_ROUND_MS = 60_000;

/** Rejects with a coded error, and leaves nothing open, where any part cannot start. */
export async function startCordon(options: CordonOptions): Promise<Cordon> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    return { ...(await open(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  { config, log, now = Date.now, onFirstAdministrator }: CordonOptions,
  closers: (() => Promise<void> | void)[],
): Promise<Omit<Cordon, 'close'>> {
  const counters = new Counters();
  const events = new EventFeed();
  const troubles = new Map<string, string>();
  let alarm: Alarm | undefined;
  let feedback: PostfixLogFeedback | undefined;
  let notifications: Notifications | undefined;

  const trouble = (part: string, what: string) => {
    const isNew = !troubles.has(part);
    troubles.set(part, what);
    log.error({ part }, what);
    if (isNew) alarm?.degraded(alertedPart(part), what);
  };
  const well = (part: string) => {
    if (troubles.delete(part)) log.info({ part }, 'works again');
  };

  const store = await openSqliteStore({
    directory: config.dataDirectory,
    log,
    onTrouble: ({ part, error, lostRecords }) =>
      trouble(part, lostRecords === 0 ? error.message : `${error.message}; ${lostRecords} journal records are lost`),
    onRecovered: well,
  });
  closers.push(() => store.close());
  const directory = await Directory.open({ store: store.connectors, now, randomUUID });
  await foundOrganization(directory, config);
  const alertPolicies = await AlertPolicies.open({
    store: store.alertPolicies,
    organizations: () => directory.organizations().map(({ id }) => id),
    randomUUID,
  });
  alarm = await Alarm.open({
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
    onEvent: () => notifications?.wake(),
    onFailure: (error, lost) => trouble('alerts', lost === 0 ? String(error) : `${lost} activities are lost: ${error}`),
    onWritten: () => well('alerts'),
  });
  closers.push(() => alarm?.close());
  for (const [part, what] of troubles) alarm.degraded(alertedPart(part), what);
  tellConnectorChanges(directory, alarm);
  const audit = await AuditLog.open({
    store: store.audit,
    key: auditKey(config.dataDirectory),
    now,
    randomUUID,
    randomBytes,
    isOn: (organizationId) => directory.organization(organizationId)?.auditLog ?? true,
  });
  const heads = await Heads.open({
    file: join(config.dataDirectory, 'audit-heads.json'),
    key: auditKey(config.dataDirectory),
    audit,
    log,
    sendHead: (head) => witness(config.audit.headWebhook, head, notifications, log),
    onBroken: (what) => trouble('audit chain', what),
    onFailure: (error) => trouble('audit heads', `cannot be written: ${String(error)}`),
    onWritten: () => well('audit heads'),
  });
  closers.push(keepEvery(MINUTE_MS, () => heads.tell()));
  const restricted = await RestrictedEntities.open({
    store: store.restrictions,
    now,
    randomUUID,
    setTimer: (act, milliseconds) => void setTimeout(act, milliseconds).unref(),
    durableWithinMs: config.deadlines.durableMilliseconds,
  });
  const detectorLog = await DetectorLog.open({
    journal: store.journal,
    snapshots: store.snapshots,
    directory,
    restricted,
    now,
    key: detectorKey(config.dataDirectory).readUInt32BE(),
    tuning: config.detection,
    onSnapshotFailure: (error) => trouble('snapshots', String(error)),
    onSnapshotWritten: () => well('snapshots'),
    onAppended: (record) => feedback?.note(record),
  });
  closers.push(() => detectorLog.close());

  const maps = new PostfixMapFiles({
    directory: join(config.dataDirectory, 'postfix'),
    subject: () => ({
      restrictions: [...restricted.active.values()].map(({ restriction }) => restriction),
      connectors: directory.connectors(),
      acceptedDomains: directory.acceptedDomains().map(({ domain }) => domain),
    }),
    onFailure: (error) => trouble('Postfix maps', `restrictions of while the guard is away: ${String(error)}`),
    onWritten: () => well('Postfix maps'),
  });
  // Before the doors open: what is restricted by now may be less, or more, than what the tables say.
  await maps.update();
  directory.subscribe(() => void maps.update());
  const limiter = new SendLimiter((organizationId) => directory.limitPolicyOf(organizationId));
  connect(restricted, detectorLog, limiter, maps, alarm, { counters, events, trouble, well });
  await alarm.reconcile([...restricted.active.values()].map(({ restriction }) => restriction));
  recordOwnActs(events, audit, now, { trouble, well });
  let url = '';
  const access = await openAccess({
    accountStore: store.accounts,
    sessionStore: store.sessions,
    key: sessionKey(config.dataDirectory),
    now,
    randomUUID,
    randomBytes,
    idleMs: config.signIn.idleMinutes * 60_000,
    longestMs: config.signIn.sessionHours * HOUR_MS,
    assertionDays: config.signIn.assertionDays,
    providers: signInProviders(config, directory, log),
    redirectUri: () => `${config.http.publicUrl ?? url}/api/v1/sign-in/oidc/callback`,
  });
  const { accounts } = access;
  const sweeping = setInterval(() => {
    access.sweep().then(
      () => well('sign-in'),
      (error: unknown) => trouble('sign-in', String(error)),
    );
  }, HOUR_MS).unref();
  closers.push(() => clearInterval(sweeping));
  const rolesOf = (accountId: string) => accounts.rolesOf(accountId);
  const tokens = await Tokens.open({ store: store.tokens, rolesOf, now, randomUUID, randomBytes });
  notifications = await openNotifications({
    config,
    store,
    directory,
    restricted,
    counters,
    log,
    key: webhookKey(config.dataDirectory),
    administratorAddresses: (organizationId) => administratorAddresses(accounts, directory, organizationId),
    apiUrl: () => (url === '' ? undefined : url),
    trouble,
    well,
    now,
    randomUUID,
  });
  closers.push(() => notifications?.close());
  const reports = nonDeliveryReports(config, directory, notifications, log);
  const onMessage = (record: MessageRecord, attribution: Attribution) => {
    counters.messages[record.outcome]++;
    if (attribution.connector?.ndr !== true || (record.outcome !== 'restricted' && record.outcome !== 'tipped')) return;
    if (record.envelopeSender === '') return;
    reports.tell(record.organizationId, {
      to: record.envelopeSender,
      recipients: record.recipients.filter(({ relaying }) => relaying).map(({ address }) => address),
      reply: REPLIES.restrictedConnector,
      messageId: record.messageId,
      subject: record.subject,
      at: record.at,
    });
  };
  const discovery = new Discovery();
  const keeps: Kept = { ...config.retention, subjects: config.subjects };
  const guard = new RelayGuard({
    directory,
    discovery,
    restricted,
    log: detectorLog,
    limiter,
    now,
    subjects: (organizationId) => keptOf(directory.keepingOf(organizationId), keeps).subjects,
    whenUncertain: config.whenUncertain,
    onFault: (error) => {
      counters.uncertain++;
      log.error({ err: error }, 'bug: the guard could not decide');
      trouble('decisions', `a fault of the guard kept it from deciding (whenUncertain answered): ${String(error)}`);
    },
    appendix: appendixOf(config),
    onMessage,
    onDecision: (decision, listener) => {
      counters.decisions[listener][decision.action]++;
    },
    onReport: (entity, verdict) => alarm.reported(entity, verdict),
    onExceeded: (entity, words) => alarm.exceeded(entity, words),
    onRefused: (restriction) => alarm.attempted(restriction),
    feedbackFrom: feedbackSources(config.feedback.postfixLogs, config.listeners.smtpRelay.nextHop?.host),
  });
  await guard.restoreLimits(store.journal);
  feedback = followMailLogs(config, store, detectorLog, guard, { trouble, well }, closers);

  const { path: adminTokenFile } = await ensureAdminToken(config.dataDirectory, tokens);
  const probes = new Probes(now);
  const askedFilter = askedFilterOf(config, now, { trouble, well });
  const erasures = new Erasures({
    directory,
    discovery,
    restrictions: restricted,
    journal: store.journal,
    store: store.privacy,
    audit,
    pseudonyms: new Pseudonyms(pseudonymKey(config.dataDirectory)),
    erased: ERASED,
    tokens: (organizationId) => tokens.list(organizationId),
    accounts: (organizationId) => accounts.list(organizationId),
    alertPolicies: (organizationId) => alertPolicies.all().filter(isOf(organizationId)),
    rewriteAlerts: (organizationId, change) => alarm.rewrite(organizationId, change),
    saveStates: () => detectorLog.snapshot(),
    forgetDeliveries: feedback && ((address, organizationId) => feedback!.forget(address, organizationId)),
    now,
    randomUUID,
  });
  closers.push(() => erasures.close());
  const doors = await openDoors(config, { guard, probes, askedFilter, log, now }, closers);
  const api = await startApi({
    http: config.http,
    log,
    ports: {
      directory,
      discovery,
      restrictions: restricted,
      journal: store.journal,
      alerts: store.alerts,
      alarm,
      alertPolicies,
      administratorAddresses: (organizationId) => administratorAddresses(accounts, directory, organizationId),
      audit,
      tokens,
      ...access,
      publicUrl: config.http.publicUrl,
      notices: (organizationId) => nobodyIsTold(directory, (id) => tells(notifications, id), organizationId),
      erasures,
      notifications,
      keeps,
      events,
      counters,
      probes,
      limitUse: (entity) => limiter.use(entity, now()),
      filterAnswers: askedFilter && (() => askedFilter.counts),
      mailLogAnswers: feedback && (() => ({ ...feedback?.counts })),
      standingOf: (entityId) => detectorLog.standingOf(entityId),
      readiness: () => readiness(doors, troubles, askedFilter, tellsEverybody(notifications, directory)),
      now,
      randomUUID,
      randomBytes,
      version: VERSION,
    },
  });
  url = api.url;
  if (!tellsEverybody(notifications, directory))
    log.warn(
      'nobody would be told of an alert: set notifications.administrators in cordon.yaml (docs/notifications.md)',
    );
  closers.push(() => api.close());
  closers.push(
    keepHourly(
      {
        directory,
        journal: store.journal,
        store: store.privacy,
        audit,
        installation: keeps,
        now,
        randomUUID,
      },
      (error) => trouble('housekeeping', String(error)),
      () => well('housekeeping'),
    ),
  );
  const recordOwn = (operation: string, { id, name }: Account, parameters: AuditRecord['parameters']) =>
    audit.append({
      ...{ id: randomUUID(), at: now(), organizationId: '', operation, ...SERVICE, objectId: id },
      ...{ parameters: { name, ...parameters }, result: 'Succeeded' },
    });
  // Last: whoever is told of it finds the guard at work.
  if (onFirstAdministrator !== undefined) {
    const first = await ensureFirstAdministrator(accounts, config.organization.administrator, randomBytes);
    if (first !== undefined) {
      const { account, oneTimePassword } = first;
      await recordOwn('New-Account', account, { roles: account.roles });
      onFirstAdministrator({ name: account.name, oneTimePassword, hasMail: account.mail !== undefined });
    }
  }
  const setAdministratorMail = async (mail: string) => {
    const admin = accounts.named(FIRST_ADMINISTRATOR);
    if (admin === undefined) throw new CordonError('NOT_FOUND', `no account ${FIRST_ADMINISTRATOR}`);
    await recordOwn('Set-Account', await accounts.change(admin.id, { mail }, undefined), { mail });
  };
  return { url, adminTokenFile, setAdministratorMail, ...doors, events, directory, restrictions: restricted };
}

/** A head of the audit log goes to a witness elsewhere, where one is configured. What fails is sent again when the head has moved. */
function witness(
  url: string | undefined,
  head: ChainPoint,
  notifications: Notifications | undefined,
  log: Logger,
): void {
  if (url === undefined || notifications === undefined) return;
  void notifications.postJson(url, head).then((posted) => {
    if (posted.result !== 'taken')
      log.warn({ words: posted.words }, 'a head of the audit log did not reach its witness');
  });
}

/** Whom `TenantAdmins` means: of the provider, for what concerns the guard and no organization. */
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

/** One alert for all restrictions that cannot be written: with a full disk there may be a thousand. */
const alertedPart = (part: string): string => (part.startsWith('restriction of ') ? 'restrictions' : part);

const isOf =
  (organizationId: string | undefined) =>
  (thing: { readonly organizationId?: string | undefined }): boolean =>
    organizationId === undefined || thing.organizationId === organizationId;

function tellConnectorChanges(directory: Directory, alarm: Alarm): void {
  directory.subscribe((change) => {
    if (change.kind === 'removed') alarm.connectorChanged({ before: change.connector, by: change.by });
    if (change.kind !== 'connector') return;
    alarm.connectorChanged({ before: change.before, after: change.connector, by: change.by });
  });
}

/** There is always at least one organization; its domains from the configuration are added at each start. */
async function foundOrganization(directory: Directory, config: Config): Promise<void> {
  const [first = await directory.addOrganization(config.organization.name)] = directory.organizations();
  for (const domain of config.organization.acceptedDomains) await directory.addAcceptedDomain(first.id, domain);
}

/** 32 random bits that no sender knows: what addresses are hashed under. */
const detectorKey = (dataDirectory: string) => keyIn(join(dataDirectory, 'detector.key'), 4);
/** What the pseudonyms of forgotten addresses are made with. */
const pseudonymKey = (dataDirectory: string) => keyIn(join(dataDirectory, 'pseudonym.key'), 32);

/** What the chains of the audit log are made with. */
const auditKey = (dataDirectory: string) => keyIn(join(dataDirectory, 'audit.key'), 32);
/** What the secrets of webhooks are made with. */
const webhookKey = (dataDirectory: string) => keyIn(join(dataDirectory, 'webhook.key'), 32);
/** What the cookies of known browsers are signed with. */
const sessionKey = (dataDirectory: string) => keyIn(join(dataDirectory, 'session.key'), 32);

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

/** Made once for each data directory. */
function keyIn(file: string, bytes: number): Buffer {
  if (!existsSync(file)) writeFileSync(file, randomBytes(bytes).toString('hex'), { mode: 0o600, flush: true });
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
}

/** Undefined where no filter is asked. */
function askedFilterOf(
  { contentFilter }: Config,
  now: () => number,
  { trouble, well }: Pick<Ears, 'trouble' | 'well'>,
): GuardedFilter | undefined {
  const { kind, address, timeoutMilliseconds } = contentFilter;
  if (kind !== 'rspamd' && kind !== 'spamd') return undefined;
  return openAskedFilter({
    ...contentFilter,
    kind,
    address: address === undefined ? undefined : parseListenAddress(address),
    budgetMilliseconds: timeoutMilliseconds,
    now,
    onOpened: (why) => trouble(CONTENT_FILTER, `${why}; mail goes on without its word`),
    onClosed: () => well(CONTENT_FILTER),
  });
}

/** Undefined where no mail log is configured. */
function followMailLogs(
  { feedback: { postfixLogs }, dataDirectory }: Config,
  { journal }: Store,
  detectorLog: DetectorLog,
  guard: RelayGuard,
  { trouble, well }: Pick<Ears, 'trouble' | 'well'>,
  closers: (() => Promise<void> | void)[],
): PostfixLogFeedback | undefined {
  if (postfixLogs.length === 0) return undefined;
  const feedback = followPostfixLogs({
    logs: postfixLogs.map(({ file, mailServer }) => ({ file, mailServer: mailServerName(mailServer) })),
    checkpointFile: join(dataDirectory, 'postfix-logs.json'),
    journal,
    latestSeq: () => detectorLog.seq,
    onDelivery: (draft) => guard.tell(draft),
    onTrouble: trouble,
    onWell: well,
  });
  closers.push(() => feedback.close());
  return feedback;
}

interface Ears {
  readonly counters: Counters;
  readonly events: EventFeed;
  readonly trouble: (part: string, what: string) => void;
  readonly well: (part: string) => void;
}

/** What the other rooms hear of a restriction. */
function connect(
  restricted: RestrictedEntities,
  detectorLog: DetectorLog,
  limiter: SendLimiter,
  maps: PostfixMapFiles,
  alarm: Alarm,
  ears: Ears,
): void {
  const { counters, events, trouble, well } = ears;
  const part = (restriction: Restriction) => `restriction of ${restriction.entityName}`;
  restricted.events.onRestricted = (restriction) => {
    counters.restricted[restriction.entityKind][restriction.cause]++;
    detectorLog.restricted(restriction);
    void maps.update();
    alarm.restricted(restriction);
    events.publish({ type: 'restricted', restriction });
  };
  restricted.events.onUnblocked = (restriction, epoch) => {
    counters.unblocked[restriction.entityKind]++;
    detectorLog.unblocked(restriction, epoch);
    limiter.reset(restriction.entityId);
    void maps.update();
    events.publish({ type: 'unblocked', restriction });
    well(part(restriction));
  };
  restricted.events.onNotDurable = (restriction, error) =>
    trouble(part(restriction), `cannot be written, its mail is deferred: ${String(error)}`);
  restricted.events.onDurableAgain = (restriction) => well(part(restriction));
}

/** The service's own acts stand in the audit log beside those of people, which the API records. */
function recordOwnActs(
  events: EventFeed,
  audit: AuditLog,
  now: () => number,
  { trouble, well }: Pick<Ears, 'trouble' | 'well'>,
): void {
  const part = 'audit log';
  events.subscribe((event) => {
    if (event.type === 'alert') return;
    const record = hygieneEventOf(event.restriction, { id: randomUUID(), at: now() });
    if (record === undefined) return;
    audit.append(record).then(
      () => well(part),
      (error) => trouble(part, String(error)),
    );
  });
}

function nonDeliveryReports(
  config: Config,
  directory: Directory,
  { reports: path }: Notifications,
  log: Logger,
): NonDeliveryReports {
  return new NonDeliveryReports({
    path,
    hostName: config.listeners.smtpRelay.hostname ?? hostname(),
    onFailure: (error) => log.warn({ err: error }, 'a non-delivery report could not be written'),
    acceptedBy: (domain) => directory.acceptedBy(domain),
  });
}

function appendixOf({ replies }: Config): (restriction: Restriction) => string {
  return (restriction) =>
    [replies.incident ? `Incident ${restriction.incidentId}.` : '', replies.contact ?? ''].filter(Boolean).join(' ');
}

function readiness(
  doors: Doors,
  troubles: ReadonlyMap<string, string>,
  askedFilter: GuardedFilter | undefined,
  isTold: boolean,
): Readiness {
  const open = (address: Doors['milter']) => (address === undefined ? 'off' : 'listening');
  return {
    // Trouble with the disk does not stop the answers: the guard decides from memory and says so.
    isReady: true,
    parts: {
      postfixPolicy: open(doors.postfixPolicy),
      milter: open(doors.milter),
      smtpRelay: open(doors.smtpRelay),
      contentFilter: askedFilter === undefined ? 'not asked' : askedFilter.isAnswering ? 'ok' : 'not answering',
      notifications: !isTold ? 'nobody is told' : troubles.has(NOTIFICATIONS) ? 'not taken' : 'ok',
      store: [...troubles.keys()].every((part) => BESIDE_THE_STORE.has(part)) ? 'ok' : 'degraded',
    },
  };
}

/** And once more at the end. */
function keepEvery(milliseconds: number, act: () => void): () => void {
  const timer = setInterval(act, milliseconds).unref();
  return () => {
    clearInterval(timer);
    act();
  };
}

/** Retention, soon after the start and once an hour from then on. */
function keepHourly(
  options: HousekeepingOptions,
  onFailure: (error: unknown) => void,
  onDone: () => void,
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const keep = () => {
    running = running.then(() => keepHouse(options)).then(onDone, onFailure);
  };
  const first = setTimeout(keep, FIRST_ROUND_MS).unref();
  const timer = setInterval(keep, HOUR_MS).unref();
  return async () => {
    clearTimeout(first);
    clearInterval(timer);
    await running;
  };
}
