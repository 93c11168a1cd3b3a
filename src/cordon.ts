// Opens the store, lights the rooms and opens the doors: one running guard. Known by main.ts, the demo and the tests.
import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { ensureAdminToken } from './access/admin-token.ts';
import { type FirstAdministrator, openAccountability } from './accountability.ts';
import { MailPerMinute } from './activity/mail-per-minute.ts';
import { Probes } from './activity/probes.ts';
import type { MessageRecord } from './activity/record.ts';
import type { Alarm } from './alerts/alarm.ts';
import { NonDeliveryReports } from './alerts/non-delivery.ts';
import { Counters } from './api/counters.ts';
import { EventFeed, publishChanges } from './api/event-feed.ts';
import type { Readiness } from './api/ports.ts';
import { tellsEverybody } from './api/silent-policies.ts';
import { startApi } from './api/start.ts';
import type { Attribution } from './attribution/attribution.ts';
import { Directory } from './attribution/directory.ts';
import { Discovery } from './attribution/discovery.ts';
import { parseListenAddress } from './config/listen-address.ts';
import type { Config } from './config/schema.ts';
import type { GuardedFilter } from './content-filter/guarded-filter.ts';
import { openAskedFilter } from './content-filter/open.ts';
import { DetectorLog } from './detector-log.ts';
import { type Doors, doorGates, openDoors } from './doors.ts';
import { followPostfixLogs, type PostfixLogFeedback } from './feedback/postfix-log/follow.ts';
import { feedbackSources, mailServerName } from './feedback/postfix-log/mail-servers.ts';
import { RelayGuard } from './guard.ts';
import { detectorKey, pseudonymKey } from './keys.ts';
import { SendLimiter } from './limits/send-limiter.ts';
import { lingering } from './lingering-trouble.ts';
import { REPLIES } from './mail/replies.ts';
import type { Notifications } from './notifications/notifications.ts';
import { NOTIFICATIONS } from './open-notifications.ts';
import { AuditSessions } from './operations/audit-sessions.ts';
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
/** What `npm run build` makes. */
const PORTAL_FOLDER = resolve(import.meta.dirname, '../portal/dist');
/** The guard decides again when it had no fault for so long. */
const FAULTLESS_MS = 5 * 60_000;
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
  const mailPerMinute = new MailPerMinute();
  const events = new EventFeed();
  const troubles = new Map<string, string>();
  let alarm: Alarm | undefined;
  let feedback: PostfixLogFeedback | undefined;

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
  const restricted = await RestrictedEntities.open({
    store: store.restrictions,
    now,
    randomUUID,
    setTimer: (act, milliseconds) => void setTimeout(act, milliseconds).unref(),
    durableWithinMs: config.deadlines.durableMilliseconds,
  });
  let url: string | undefined;
  const apiUrl = () => url;
  const accountability = await openAccountability(
    { config, log, now, store, directory, restricted, counters, events, trouble, well, apiUrl },
    closers,
  );
  const { audit, access, tokens, alertPolicies, notifications } = accountability;
  alarm = accountability.alarm;
  for (const [part, what] of troubles) alarm.degraded(alertedPart(part), what);
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
    onAppended: (record) => {
      mailPerMinute.note(record);
      feedback?.note(record);
    },
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
  publishChanges(directory, events);
  const limiter = new SendLimiter((organizationId) => directory.limitPolicyOf(organizationId));
  connect(restricted, detectorLog, limiter, maps, alarm, { counters, events, trouble, well });
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
  const undecided = lingering({
    trouble: (what) => trouble('decisions', what),
    well: () => well('decisions'),
    setTimer: (act, milliseconds) => void setTimeout(act, milliseconds).unref(),
    quietMs: FAULTLESS_MS,
  });
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
      undecided(`a fault of the guard kept it from deciding (whenUncertain answered): ${String(error)}`);
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
  await guard.restoreLimits(store.journal, (record) => mailPerMinute.note(record));
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
    accounts: (organizationId) => access.accounts.list(organizationId),
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
    portalFolder: PORTAL_FOLDER,
    ports: {
      directory,
      discovery,
      restrictions: restricted,
      journal: store.journal,
      alerts: store.alerts,
      alarm,
      alertPolicies,
      administratorAddresses: accountability.administratorAddresses,
      audit,
      auditSessions: new AuditSessions(now),
      tokens,
      ...access,
      publicUrl: config.http.publicUrl,
      notices: accountability.notices,
      erasures,
      notifications,
      keeps,
      events,
      counters,
      mailPerMinute,
      probes,
      limitUse: (entity) => limiter.use(entity, now()),
      filterAnswers: askedFilter && (() => askedFilter.counts),
      mailLogAnswers: feedback && (() => ({ ...feedback?.counts })),
      standingOf: (entityId) => detectorLog.standingOf(entityId),
      attemptsOf: (entityId) => detectorLog.attemptsOf(entityId),
      gates: () => [
        ...doorGates(doors, (entityId) => guard.holdsBack(entityId)),
        { name: 'postfix-maps', letsPass: (entityId) => maps.letPass(entityId) },
      ],
      learntTraffic: (entityId) => detectorLog.learntTraffic(entityId),
      suspects: () => detectorLog.suspects(),
      readiness: () =>
        readiness(doors, troubles, askedFilter, tellsEverybody({ directory, alertPolicies, notifications })),
      troubles: () => troubles,
      now,
      monotonic: () => performance.now(),
      randomUUID,
      randomBytes,
      version: VERSION,
      url: () => url ?? '',
    },
  });
  url = api.url;
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
  // Last: whoever is told of it finds the guard at work.
  const first = onFirstAdministrator === undefined ? undefined : await accountability.firstAdministrator();
  if (first !== undefined) onFirstAdministrator?.(first);
  for (const { code, text } of accountability.notices(undefined)) log.warn({ code }, text);
  const { setAdministratorMail } = accountability;
  return { url, adminTokenFile, setAdministratorMail, ...doors, events, directory, restrictions: restricted };
}

/** One alert for all restrictions that cannot be written: with a full disk there may be a thousand. */
const alertedPart = (part: string): string => (part.startsWith('restriction of ') ? 'restrictions' : part);

const isOf =
  (organizationId: string | undefined) =>
  (thing: { readonly organizationId?: string | undefined }): boolean =>
    organizationId === undefined || thing.organizationId === organizationId;

/** There is always at least one organization; its domains from the configuration are added at each start. */
async function foundOrganization(directory: Directory, config: Config): Promise<void> {
  const [first = await directory.addOrganization(config.organization.name)] = directory.organizations();
  for (const domain of config.organization.acceptedDomains) await directory.addAcceptedDomain(first.id, domain);
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
  restricted.events.onRestricted = (restriction, isOwn) => {
    counters.restricted[restriction.entityKind][restriction.cause]++;
    detectorLog.restricted(restriction);
    void maps.update();
    alarm.restricted(restriction);
    events.publish({ type: 'restricted', restriction, isOwn });
  };
  restricted.events.onUnblocked = (restriction, epoch, isOwn) => {
    counters.unblocked[restriction.entityKind]++;
    detectorLog.unblocked(restriction, epoch);
    limiter.reset(restriction.entityId);
    void maps.update();
    events.publish({ type: 'unblocked', restriction, isOwn });
    well(part(restriction));
  };
  restricted.events.onNotDurable = (restriction, error) =>
    trouble(part(restriction), `cannot be written, its mail is deferred: ${String(error)}`);
  restricted.events.onDurableAgain = (restriction) => well(part(restriction));
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
