// A small world for tests of the API and of the commands: the real rooms on a real store in a temporary folder, two
// organizations, tokens of several roles, people who have signed in, and a clock that stands still.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { openAccess } from '../src/access/open-access.ts';
import type { Principal } from '../src/access/principal.ts';
import { actionsOf, type RoleName } from '../src/access/roles.ts';
import { Tokens } from '../src/access/tokens.ts';
import { MailPerMinute } from '../src/activity/mail-per-minute.ts';
import { Probes } from '../src/activity/probes.ts';
import type { DeliveryRecord, DeliveryStatus, MessageRecord } from '../src/activity/record.ts';
import { Alarm } from '../src/alerts/alarm.ts';
import type { NotificationEvent } from '../src/alerts/notification-event.ts';
import { AlertPolicies } from '../src/alerts/policies.ts';
import { buildApi } from '../src/api/build.ts';
import { Counters } from '../src/api/counters.ts';
import { EventFeed, publishChanges } from '../src/api/event-feed.ts';
import { auditIsOff, nobodyIsTold } from '../src/api/notices.ts';
import type { ApiPorts } from '../src/api/ports.ts';
import type { WhoIsTold } from '../src/api/silent-policies.ts';
import { EMPTY_DRAFT } from '../src/attribution/connector-draft.ts';
import { Directory } from '../src/attribution/directory.ts';
import { Discovery } from '../src/attribution/discovery.ts';
import type { Connector, Entity, Organization } from '../src/attribution/entity.ts';
import type { AuditLog } from '../src/audit/audit-log.ts';
import type { AuditRecord } from '../src/audit/audit-record.ts';
import type { AuditPosition } from '../src/audit/audit-store.ts';
import { SendLimiter } from '../src/limits/send-limiter.ts';
import { Notifications, type NotificationsOptions } from '../src/notifications/notifications.ts';
import { AuditSessions } from '../src/operations/audit-sessions.ts';
import { Erasures } from '../src/privacy/erasures.ts';
import { Pseudonyms } from '../src/privacy/pseudonym.ts';
import { RestrictedEntities } from '../src/restrictions/restricted-entities.ts';
import type { Evidence } from '../src/restrictions/restriction.ts';
import { anAuditLog } from '../src/store/audit-log-in-test.ts';
import { ERASED } from '../src/store/erased-record.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import type { Store } from '../src/store/store.ts';

export const NOW = Date.parse('2026-11-22T08:00:00Z');

export interface ApiWorld {
  readonly folder: string;
  readonly store: Store;
  readonly ports: ApiPorts & { readonly events: EventFeed; readonly audit: AuditLog; readonly alarm: Alarm };
  /** What the alerts asked to be told, in order. */
  readonly asked: readonly NotificationEvent[];
  readonly clock: { now: number };
  readonly ours: Organization;
  readonly theirs: Organization;
  readonly ourConnector: Connector;
  readonly theirConnector: Connector;
  /** Secrets of bearer tokens: the administrator of each organization; of `ours` also who guards it and who only reads. */
  readonly secrets: Readonly<Record<'provider' | 'ours' | 'security' | 'reader' | 'theirs', string>>;
  /** A token with these roles, made by nobody. Undefined: over all organizations. */
  tokenOf(roles: readonly RoleName[], organizationId?: string): Promise<Secret>;
  /** Somebody with an account of these roles, and a session. */
  signIn(roles: readonly RoleName[], organizationId?: string): Person;
  /** The audit records of an operation, newest first. */
  audit(operation: string): Promise<readonly AuditRecord[]>;
  close(): Promise<void>;
}

/** What is shown as a bearer token. */
export interface Secret {
  readonly secret: string;
}

export interface Person extends Secret {
  readonly accountId: string;
  /** From now on; undefined: the account is gone. */
  become(roles: readonly RoleName[] | undefined): void;
}

export const EVIDENCE: Evidence = {
  detectorVersion: 1,
  sum: 14.25,
  threshold: 13,
  tippedBy: { messageId: '<9@ours.example>', queueId: '4XAB', at: NOW - 60_000 },
  families: [
    {
      family: 'recipients',
      sum: 8.5,
      words: 'new recipients 97 % against 21 % usual',
      messages: [{ messageId: '<8@ours.example>', at: NOW - 61_000, term: 3.2 }],
    },
    { family: 'content', sum: 5.75, words: 'spam 80 % against 1 % usual', messages: [] },
  ],
};

/** What a test chooses of its notifications. */
export interface NotificationWorld {
  /** Of a mail server on 127.0.0.1; without one nobody takes mail. */
  readonly mailPort?: number;
  readonly targets?: NotificationsOptions['targets'];
  /** Whom TenantAdmins means, of an organization by its name. */
  readonly administrators?: Readonly<Record<string, readonly string[]>>;
}

export async function anApiWorld(told: NotificationWorld = {}): Promise<ApiWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-api-'));
  const clock = { now: NOW };
  const now = () => clock.now;
  const store = await openSqliteStore({
    directory: folder,
    log: { info: () => {} },
    onTrouble: () => {},
    onRecovered: () => {},
    batchMs: 60_000,
  });
  const directory = await Directory.open({ store: store.connectors, now, randomUUID });
  const ours = await directory.addOrganization('Ours');
  const theirs = await directory.addOrganization('Theirs');
  await directory.addAcceptedDomain(ours.id, 'ours.example');
  await directory.addAcceptedDomain(theirs.id, 'theirs.example');
  const draft = { ...EMPTY_DRAFT, armed: true };
  const ourConnector = await directory.addConnector(ours.id, {
    ...draft,
    name: 'branch office',
    senderIpAddresses: ['192.0.2.0/24'],
    saslUsernames: ['scanner'],
  });
  const theirConnector = await directory.addConnector(theirs.id, {
    ...draft,
    name: 'shop',
    senderIpAddresses: ['198.51.100.0/24'],
    saslUsernames: ['shop-login'],
  });
  const restrictions = await RestrictedEntities.open({
    store: store.restrictions,
    now,
    randomUUID,
    setTimer: (act, milliseconds) => void setTimeout(act, milliseconds).unref(),
    durableWithinMs: 10_000,
  });
  const access = await openAccess({
    accountStore: store.accounts,
    sessionStore: store.sessions,
    key: Buffer.alloc(32, 5),
    now,
    randomUUID,
    randomBytes,
    idleMs: 3_600_000,
    longestMs: 12 * 3_600_000,
    assertionDays: 30,
    providers: [],
    redirectUri: (name) => `http://localhost/api/v1/sign-in/oidc/${name}/callback`,
  });
  const people = new People();
  const rolesOf = (accountId: string) => people.rolesOf(accountId) ?? access.accounts.rolesOf(accountId);
  const tokens = await Tokens.open({ store: store.tokens, rolesOf, now, randomUUID, randomBytes });
  const secretOf = async (name: string, organizationId: string, role: RoleName = 'Organization Management') =>
    (await tokens.create({ name, organizationId, roles: [role] })).secret;
  const local = await tokens.create({ name: 'provider', roles: ['Provider Administrator'] });
  tokens.declareLocal(local.token.id);
  const secrets = {
    provider: local.secret,
    ours: await secretOf('our admin', ours.id),
    security: await secretOf('our guard', ours.id, 'Security Administrator'),
    reader: await secretOf('our reader', ours.id, 'Global Reader'),
    theirs: await secretOf('their admin', theirs.id),
  };
  const events = new EventFeed();
  publishChanges(directory, events);
  const asked: NotificationEvent[] = [];
  const alertPolicies = await AlertPolicies.open({
    store: store.alertPolicies,
    organizations: () => directory.organizations().map(({ id }) => id),
    randomUUID,
  });
  const alarm = await Alarm.open({
    store: store.alerts,
    policiesOf: (organizationId) => alertPolicies.of(organizationId),
    organization: (id) => directory.organization(id),
    guardTimeZone: () => 'UTC',
    now,
    randomUUID,
    setTimer: () => {},
    onAlert: (alert) => events.publish({ type: 'alert', alert }),
    onChanged: (change) => events.publish({ type: 'alert-changed', ...change }),
    onEvent: (event) => asked.push(event),
    onFailure: () => {},
    onWritten: () => {},
  });
  const limiter = new SendLimiter((organizationId) => directory.limitPolicyOf(organizationId));
  const audit = await anAuditLog(store.audit, {
    now,
    isOn: (organizationId) => directory.organization(organizationId)?.auditLog ?? true,
  });
  const discovery = new Discovery();
  const erasures = new Erasures({
    directory,
    discovery,
    restrictions,
    journal: store.journal,
    store: store.privacy,
    audit,
    pseudonyms: new Pseudonyms(Buffer.alloc(32, 7)),
    erased: ERASED,
    tokens: (organizationId) => tokens.list(organizationId),
    accounts: (organizationId) => access.accounts.list(organizationId),
    alertPolicies: (organizationId) =>
      alertPolicies.all().filter((policy) => organizationId === undefined || policy.organizationId === organizationId),
    rewriteAlerts: (organizationId, change) => alarm.rewrite(organizationId, change),
    saveStates: async () => {},
    now,
    randomUUID,
  });
  const notifications = await openNotifications(store, directory, told, now);
  /** As a whole guard has it: of the accounts. */
  const room: WhoIsTold['notifications'] = {
    addressesOf: (recipients, id) =>
      recipients.flatMap((recipient) =>
        recipient === 'TenantAdmins' ? access.accounts.administratorAddresses(id!, { organizations: 2 }) : [recipient],
      ),
    webhooksOf: (id) => notifications.webhooksOf(id),
  };
  const ports = {
    directory,
    notifications,
    limitUse: (entity: Entity) => limiter.use(entity, now()),
    attemptsOf: () => undefined,
    gates: () => [],
    monotonic: () => performance.now(),
    discovery,
    erasures,
    keeps: { journalDays: 30, evidenceDays: 180, auditDays: 365, subjects: 'full' } as const,
    restrictions,
    journal: store.journal,
    alerts: store.alerts,
    alarm,
    alertPolicies,
    administratorAddresses: (organizationId: string) => (organizationId === ours.id ? ['admin@ours.example'] : []),
    audit,
    auditSessions: new AuditSessions(now),
    tokens: people.beside(tokens),
    ...access,
    notices: (organizationId: string | undefined) => [
      ...nobodyIsTold({ directory, alertPolicies, notifications: room }, organizationId),
      ...auditIsOff(directory, organizationId),
    ],
    events,
    counters: new Counters(),
    mailPerMinute: new MailPerMinute(),
    probes: new Probes(now),
    readiness: () => ({ isReady: true, parts: { store: 'ok' } }),
    troubles: () => new Map([['snapshots', 'no space left on device']]),
    now,
    randomUUID,
    randomBytes,
    version: '0.0.0-test',
    url: () => 'http://127.0.0.1:8080',
  };
  const close = async () => {
    await erasures.close();
    await alarm.close();
    await notifications.close();
    await store.close();
    await rm(folder, { recursive: true });
  };
  const tokenOf = (roles: readonly RoleName[], organizationId?: string) =>
    tokens.create({ name: roles.join(', '), organizationId, roles });
  const signIn: ApiWorld['signIn'] = (roles, organizationId) => people.signIn(roles, organizationId);
  const recordsOf: ApiWorld['audit'] = async (operation) => {
    const found: AuditRecord[] = [];
    for (let before: AuditPosition | undefined, isEnd = false; !isEnd; isEnd = before === undefined) {
      const page = await audit.search({ operations: [operation], before, limit: 1_000 });
      found.push(...page.records);
      before = page.next;
    }
    return found;
  };
  const connectors = { ourConnector, theirConnector };
  return {
    folder,
    store,
    ports,
    asked,
    clock,
    ours,
    theirs,
    ...connectors,
    secrets,
    tokenOf,
    signIn,
    audit: recordsOf,
    close,
  };
}

/** Accounts as the API sees them: principals that the tokens beside them depend on. */
class People {
  readonly #byId = new Map<string, Principal>();

  signIn(roles: readonly RoleName[], organizationId?: string): Person {
    const id = randomUUID();
    const become: Person['become'] = (now) => {
      const principal = { id, kind: 'account', name: 'Paula', organizationId } as const;
      if (now === undefined) this.#byId.delete(id);
      else this.#byId.set(id, { ...principal, roles: now, actions: actionsOf(now) });
    };
    become(roles);
    return { accountId: id, secret: id, become };
  }

  rolesOf(accountId: string): readonly RoleName[] | undefined {
    return this.#byId.get(accountId)?.roles;
  }

  /** The same tokens; a person's secret is known, too. */
  beside(tokens: Tokens): Tokens {
    return new Proxy(tokens, {
      get: (_, name: keyof Tokens) => {
        if (name === 'verify') return (secret: string) => this.#byId.get(secret) ?? tokens.verify(secret);
        return (tokens[name] as (...args: unknown[]) => unknown).bind(tokens);
      },
    });
  }
}

function openNotifications(
  store: Store,
  directory: Directory,
  { mailPort = 1, targets = { allowed: [] }, administrators = {} }: NotificationWorld,
  now: () => number,
): Promise<Notifications> {
  return Notifications.open({
    outbox: store.outbox,
    webhooks: store.webhooks,
    mail: { host: '127.0.0.1', port: mailPort, tls: 'none', hostName: 'guard.ours.example' },
    from: 'Cordon <cordon@ours.example>',
    envelopeSender: '',
    targets,
    key: Buffer.alloc(32, 9),
    publicUrl: () => 'https://cordon.ours.example',
    administratorAddresses: (organizationId) => {
      const [organization] = directory.organizations(organizationId);
      return administrators[organization?.name ?? ''] ?? [];
    },
    providersOrganization: () => undefined,
    detailsOf: async () => ({ timeZone: 'UTC', recommendations: [] }),
    onNobody: () => {},
    onResult: () => {},
    onShed: () => {},
    onFailure: () => {},
    onReportFailure: () => {},
    now,
    random: Math.random,
    randomUUID,
    setTimer: (act, milliseconds) => {
      const timer = setTimeout(act, milliseconds).unref();
      return () => clearTimeout(timer);
    },
  });
}

type Who = keyof ApiWorld['secrets'] | 'nobody' | Secret;

/** The API over that world, without a socket. */
export interface TestApi {
  readonly world: ApiWorld;
  readonly app: FastifyInstance;
  ask(
    who: Who,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  ): Promise<{ status: number; headers: Record<string, unknown>; body: any }>;
  /** A new connector of `ours`. */
  aConnector(over?: Record<string, unknown>): Promise<Connector>;
  readonly audit: ApiWorld['audit'];
  close(): Promise<void>;
}

export async function aTestApi(told: NotificationWorld = {}, log?: FastifyBaseLogger): Promise<TestApi> {
  const world = await anApiWorld(told);
  const app = await buildApi(world.ports, { log });
  const ask: TestApi['ask'] = async (who, method, path, body) => {
    const secret = typeof who === 'string' ? who !== 'nobody' && world.secrets[who] : who.secret;
    const headers = secret === false ? {} : { authorization: `Bearer ${secret}` };
    const payload = body === undefined ? {} : { payload: body as object };
    const response = await app.inject({ method, url: `/api/v1${path}`, headers, ...payload });
    const { statusCode: status, headers: answered } = response;
    const isJson = String(answered['content-type'] ?? '').includes('json');
    return { status, headers: answered, body: isJson ? response.json() : response.body || undefined };
  };
  return {
    world,
    app,
    ask,
    aConnector: async (over = {}) => {
      const draft = { name: `c-${randomUUID()}`, organizationId: world.ours.id, ...over };
      return (await ask('provider', 'POST', '/connectors', draft)).body;
    },
    audit: world.audit,
    close: async () => {
      await app.close();
      await world.close();
    },
  };
}

/** A journaled message of a connector; `seq` must rise. */
export function aMessageRecord(connector: Connector, seq: number, over: Partial<MessageRecord> = {}): MessageRecord {
  return {
    kind: 'message',
    seq,
    at: NOW - 1_000_000 + seq * 1_000,
    organizationId: connector.organizationId,
    connectorId: connector.id,
    connectorEpoch: 0,
    userEpoch: 0,
    basis: 'clientAddress in 192.0.2.0/24',
    listener: 'milter',
    mailServer: 'local',
    clientAddress: '192.0.2.10',
    clientName: 'pc10.ours.example',
    heloName: 'pc10',
    envelopeSender: 'anna@ours.example',
    recipients: [{ address: 'bob@far.example', code: 250, relaying: true }],
    messageBytes: 2_000,
    headerFrom: 'Anna <anna@ours.example>',
    subject: 'Hello',
    messageId: `<${seq}@ours.example>`,
    queueId: `4X${seq}`,
    instance: `i.${seq}`,
    attempted: false,
    outcome: 'accepted',
    reply: '250',
    ...over,
  };
}

/** What became of some recipients of that message. */
export function aDeliveryRecord(
  { organizationId, connectorId, connectorEpoch, userEpoch, messageId, queueId, at, seq: messageSeq }: MessageRecord,
  seq: number,
  became: Readonly<Record<string, DeliveryStatus>>,
): DeliveryRecord {
  const of = { organizationId, connectorId, connectorEpoch, userEpoch, messageId, queueId, messageSeq };
  const recipients = Object.entries(became).map(([address, status]) => ({
    address,
    status,
    dsn: status === 'bounced' ? '5.1.1' : '2.0.0',
    text: status === 'bounced' ? '550 5.1.1 no such user' : '250 2.0.0 Ok',
  }));
  return { kind: 'delivery', seq, at: at + 2_000, ...of, mailServer: 'local', recipients, accepted: 0, refused: 0 };
}
