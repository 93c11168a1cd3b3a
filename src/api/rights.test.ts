// Every action with every role, with none, and across organizations, through the real API: the routes and the action of each
// are those that the API says itself.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMessageRecord, aTestApi, EVIDENCE, NOW, type Secret } from '../../test/api-world.ts';
import {
  ACTIONS,
  type Action,
  isProviders,
  PERMISSIONS,
  type Permission,
  ROLE_NAMES,
  type RoleName,
} from '../access/roles.ts';
import { EMPTY_DRAFT } from '../attribution/connector-draft.ts';
import { Directory } from '../attribution/directory.ts';
import { anAlert, anAlertWrite } from '../store/samples.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { buildApi } from './build.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
const { world, app, ask, close } = await aTestApi();
afterAll(close);

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
interface Route {
  readonly method: Method;
  /** Below /api/v1, with {id}. */
  readonly path: string;
  readonly action: Action;
}

const document = (await ask('nobody', 'GET', '/openapi.json')).body;
type Said = Record<string, { 'x-action'?: Action }>;
const ALL = Object.entries<Said>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, said]) => ({
    method: method.toUpperCase() as Method,
    path: path.replace('/api/v1', ''),
    action: said['x-action'],
  })),
);
const ROUTES = ALL.filter((route): route is Route => route.action !== undefined);
/** What needs no role: signing in, and what is everybody's own. Whatever else answers without one is a hole. */
const NEEDS_NO_ROLE = /^\/(sign-in|sessions?)(\/|$)/;

/** Only the status: what is streamed is not waited for. A body that is nobody's, so that nothing is changed. */
async function statusOf(
  at: FastifyInstance,
  { secret }: Secret,
  { method, path }: Route,
  id = UNKNOWN,
): Promise<number> {
  const answer = await at.inject({
    method,
    url: `/api/v1${path.replaceAll(/{\w+}/g, id)}`,
    headers: { authorization: `Bearer ${secret}` },
    ...(['GET', 'DELETE'].includes(method) ? {} : { payload: { unknownField: 1 } }),
    payloadAsStream: true,
  });
  answer.stream().destroy();
  return answer.statusCode;
}

/** Where a list is of, for those that want to be told. */
interface Place {
  readonly organizationId: string;
  readonly entityId: string;
}
const OURS: Place = { organizationId: world.ours.id, entityId: world.ourConnector.id };
const QUERIES: Readonly<Record<string, (place: Place) => string>> = {
  '/queued-messages': ({ entityId }) => `?entityId=${entityId}&since=2026-11-22T07:00:00Z`,
  '/notifications': ({ organizationId }) => `?organizationId=${organizationId}`,
  '/admin-audit-log-config': ({ organizationId }) => `?organizationId=${organizationId}`,
};
const isList = ({ method, path }: Route) => method === 'GET' && !path.includes('{');

/** The routes that somebody is refused. Lists that he is not refused answer, and nothing else fails but by what was asked for. */
async function refused(who: Secret, at: FastifyInstance = app, place = OURS): Promise<string[]> {
  const found = [];
  const broken = [];
  for (const route of ROUTES) {
    const path = `${route.path}${QUERIES[route.path]?.(place) ?? ''}`;
    const status = await statusOf(at, who, { ...route, path });
    if (status === 403) found.push(nameOf(route));
    else if (status === 401 || status >= 500 || (isList(route) && status !== 200)) {
      broken.push(`${nameOf(route)}: ${status}`);
    }
  }
  expect(broken).toEqual([]);
  return found;
}
const nameOf = ({ method, path, action }: Route) => `${method} ${path} (${action})`;
const without = (mayDo: (action: Action) => boolean) => ROUTES.filter(({ action }) => !mayDo(action)).map(nameOf);
const has = (role: RoleName, action: Action) => (PERMISSIONS[action] as Permission).roles.includes(role);

test('each route says an action that there is, but for signing in and what is everybody’s own', () => {
  const silent = ALL.filter(({ action }) => action === undefined).map(({ path }) => path);
  expect(silent.filter((path) => !NEEDS_NO_ROLE.test(path))).toEqual([]);
  expect(ROUTES.length).toBeGreaterThan(30);
  for (const { action } of ROUTES) expect(ACTIONS).toContain(action);
});

describe('of several organizations, every route', () => {
  test.each(ROLE_NAMES)(
    "is open to a token of %s in one of them by the table, and the provider's is shut",
    async (role) => {
      const token = await world.tokenOf([role], world.ours.id);
      expect(await refused(token)).toEqual(without((action) => has(role, action) && !isProviders(action)));
    },
  );

  test.each(ROLE_NAMES)('is open to a token of %s over all of them by the table', async (role) => {
    expect(await refused(await world.tokenOf([role]))).toEqual(without((action) => has(role, action)));
  });

  test.each(ROLE_NAMES)('is open to somebody signed in as %s as it is to a token', async (role) => {
    const person = world.signIn([role], world.ours.id);
    expect(await refused(person)).toEqual(without((action) => has(role, action) && !isProviders(action)));
  });

  test('is shut to whoever has no role, by token or signed in, in one of them and over all', async () => {
    const nothing = without(() => false);
    for (const organizationId of [undefined, world.ours.id]) {
      expect(await refused(await world.tokenOf([], organizationId))).toEqual(nothing);
      expect(await refused(world.signIn([], organizationId))).toEqual(nothing);
    }
  });

  test('is shut to a token whose maker has lost his roles', async () => {
    const person = world.signIn(['Organization Management'], world.ours.id);
    const { body } = await ask(person, 'POST', '/api-tokens', { name: 'portal' });
    person.become(['Global Reader']);
    expect(await refused(body)).toEqual(without((action) => has('Global Reader', action)));
    person.become([]);
    expect(await refused(body)).toEqual(without(() => false));
  });
});

describe('a change that is right in itself', () => {
  let made = 0;
  /** Where it is asked, below /api/v1, and with what. Each makes what it needs. */
  type Order = readonly [path: string, body?: object];
  const aConnector = () =>
    world.ports.directory.addConnector(world.ours.id, { ...EMPTY_DRAFT, name: `connector ${++made}` });
  const anOurAlert = async () => {
    const alert = anAlert({ id: randomUUID(), organizationId: world.ours.id });
    await world.store.alerts.write(anAlertWrite(alert));
    return alert.id;
  };
  const idOf = async (path: string, body: object) => (await ask('ours', 'POST', path, body)).body.id as string;
  const aWindow = async () => ({
    connectorId: (await aConnector()).id,
    until: new Date(NOW + 7 * 86_400_000).toISOString(),
    reason: 'move',
  });
  const aPolicy = () => ({ name: `policy ${++made}`, activity: 'UserRestricted' });
  const aWebhook = () => ({ url: `https://hooks.example/${++made}` });
  /** That the provider assigned, as it must in an installation with several organizations. */
  const aDomain = async () => {
    const domain = `d${++made}.example`;
    await world.ports.directory.assignIdentity(world.ours.id, 'acceptedDomain', domain);
    return domain;
  };
  const anAccount = () => ({ name: `account-${++made}`, organizationId: world.ours.id, roles: [], passwordHash: 'h' });

  const ORDERS: Readonly<Record<string, () => Promise<Order>>> = {
    'PATCH /organizations/{id}': async () => [`/organizations/${world.ours.id}`, { subjects: 'full' }],
    'PUT /organizations/{id}/sending-limits': async () => [
      `/organizations/${world.ours.id}/sending-limits`,
      { users: {}, connectors: {}, logins: {} },
    ],
    'POST /accepted-domains': async () => ['/accepted-domains', { domain: await aDomain() }],
    'DELETE /accepted-domains/{domain}': async () => {
      const domain = await aDomain();
      await world.ports.directory.addAcceptedDomain(world.ours.id, domain);
      return [`/accepted-domains/${domain}`];
    },
    'POST /connectors': async () => ['/connectors', { name: `connector ${++made}` }],
    'PATCH /connectors/{id}': async () => [`/connectors/${(await aConnector()).id}`, { comment: 'x' }],
    'DELETE /connectors/{id}': async () => [`/connectors/${(await aConnector()).id}`],
    'POST /exception-windows': async () => ['/exception-windows', await aWindow()],
    'DELETE /exception-windows/{id}': async () => [
      `/exception-windows/${await idOf('/exception-windows', await aWindow())}`,
    ],
    'POST /restricted-entities/{id}/restrict': async () => [
      `/restricted-entities/${(await aConnector()).id}/restrict`,
      {},
    ],
    'POST /restricted-entities/{id}/unblock': async () => {
      const entity = await aConnector();
      await world.ports.restrictions.restrict({ entity, cause: 'manual', reason: '', by: 'anna' }).settled;
      return [`/restricted-entities/${entity.id}/unblock`, {}];
    },
    'PATCH /alerts/{id}': async () => [`/alerts/${await anOurAlert()}`, { status: 'Resolved' }],
    'POST /alerts/{id}/comments': async () => [`/alerts/${await anOurAlert()}/comments`, { text: 'x' }],
    'POST /alert-policies': async () => ['/alert-policies', aPolicy()],
    'PATCH /alert-policies/{id}': async () => [
      `/alert-policies/${await idOf('/alert-policies', aPolicy())}`,
      { enabled: false },
    ],
    'DELETE /alert-policies/{id}': async () => [`/alert-policies/${await idOf('/alert-policies', aPolicy())}`],
    'POST /webhooks': async () => ['/webhooks', aWebhook()],
    'DELETE /webhooks/{id}': async () => [`/webhooks/${await idOf('/webhooks', aWebhook())}`],
    'PUT /admin-audit-log-config': async () => ['/admin-audit-log-config', { unifiedAuditLogIngestionEnabled: true }],
    'POST /erasures': async () => ['/erasures', { address: 'nobody@far.example', countOnly: true }],
    'DELETE /accounts/{id}': async () => [`/accounts/${(await world.ports.accounts.add(anAccount(), undefined)).id}`],
    'PATCH /accounts/{id}': async () => [
      `/accounts/${(await world.ports.accounts.add(anAccount(), undefined)).id}`,
      { enabled: false },
    ],
    'POST /organizations': async () => ['/organizations', { name: 'a' }],
    'POST /identity-pool': async () => [
      '/identity-pool',
      { kind: 'saslUsername', value: 'x', organizationId: world.ours.id },
    ],
    'POST /probes': async () => ['/probes', { recipient: 'a@b.invalid' }],
  };
  /** They tell others, or a token may not whatever its role. */
  const ELSEWHERE = [
    'DELETE /api-tokens/{id}',
    'DELETE /identity-pool/{id}',
    'POST /accounts',
    'POST /accounts/{id}/reset-password',
    'POST /accounts/{id}/reset-totp',
    'POST /api-tokens',
    'POST /notifications/test',
    'POST /webhooks/{id}/test',
  ];
  const CHANGING = ROUTES.filter(({ method }) => method !== 'GET');
  const keyOf = ({ method, path }: Route) => `${method} ${path}`;

  test('is here of every route, but for those that this cannot try', () => {
    expect([...Object.keys(ORDERS), ...ELSEWHERE].sort()).toEqual(CHANGING.map(keyOf).sort());
  });

  test.each(['Organization Management', 'Security Administrator'] as const)(
    'is made by %s of an organization where the table says so, and nowhere else',
    async (role) => {
      const token = await world.tokenOf([role], world.ours.id);
      const made = [];
      for (const route of CHANGING.filter((one) => keyOf(one) in ORDERS)) {
        const [path, body] = await ORDERS[keyOf(route)]!();
        const { status } = await ask(token, route.method, path, body);
        if (status < 300) made.push(keyOf(route));
        else expect([keyOf(route), status]).toEqual([keyOf(route), 403]);
      }
      const allowed = ({ action }: Route) => has(role, action) && !isProviders(action);
      expect(made).toEqual(CHANGING.filter((route) => allowed(route) && keyOf(route) in ORDERS).map(keyOf));
    },
  );
});

describe('of one organization', () => {
  let alone: FastifyInstance;
  let only: string;
  let place: Place;
  let end: () => Promise<void>;
  beforeAll(async () => {
    const folder = await mkdtemp(join(world.folder, 'alone-'));
    const nothing = () => {};
    const log = { info: nothing };
    const store = await openSqliteStore({ directory: folder, log, onTrouble: nothing, onRecovered: nothing });
    const directory = await Directory.open({ store: store.connectors, now: () => NOW, randomUUID });
    only = (await directory.addOrganization('Only')).id;
    const connector = await directory.addConnector(only, { ...EMPTY_DRAFT, name: 'branch office' });
    place = { organizationId: only, entityId: connector.id };
    alone = await buildApi({ ...world.ports, directory });
    end = async () => {
      await alone.close();
      await store.close();
      await rm(folder, { recursive: true });
    };
  });
  afterAll(() => end());

  test.each(ROLE_NAMES)(
    'its %s is the provider, too, if he administers it; but he makes no second one',
    async (role) => {
      const mayDo = (action: Action) => {
        if (!isProviders(action)) return has(role, action);
        return action !== 'organizations.write' && has(role, 'roles.write');
      };
      expect(await refused(await world.tokenOf([role], only), alone, place)).toEqual(without(mayDo));
    },
  );
});

describe('across organizations', () => {
  /** What of ours has an id. */
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    const { ours, ourConnector, ports, store } = world;
    store.journal.append(aMessageRecord(ourConnector, 1));
    await store.journal.flush();
    const until = new Date(NOW + 86_400_000).toISOString();
    const window = { connectorId: ourConnector.id, until, reason: 'our newsletter' };
    const user = ports.directory.user(ours.id, 'scanner');
    const order = { cause: 'detection', reason: 'our reason', by: 'Cordon', evidence: EVIDENCE } as const;
    const { restriction, settled } = ports.restrictions.restrict({ ...order, entity: ourConnector });
    await settled;
    const alert = anAlert({ organizationId: ours.id, summary: 'our alert' });
    await store.alerts.write(anAlertWrite(alert));
    const person = world.signIn(['Organization Management'], ours.id);
    Object.assign(ids, {
      organization: ours.id,
      connector: ourConnector.id,
      user: user.id,
      restriction: restriction.id,
      incident: restriction.incidentId,
      alert: alert.id,
      window: (await ask('ours', 'POST', '/exception-windows', window)).body.id,
      erasure: (await ask('ours', 'POST', '/erasures', { address: 'a@b.example', countOnly: true })).body.id,
      token: (await ask(person, 'POST', '/api-tokens', { name: 'our portal' })).body.id,
      domain: 'ours.example',
    });
    for (const id of Object.values(ids)) expect(id).toMatch(/./);
  });
  /** What an answer to somebody else must not contain. */
  const ourWords = () => [...Object.values(ids), 'Ours', 'branch office', '192.0.2', 'scanner', 'our ', 'anna@'];

  /** Lists, asked for all and for what is ours. */
  const LISTS = ROUTES.filter((route) => isList(route) && route.path !== '/events');

  test('lists show nothing of ours to a token of theirs, whatever its role', async () => {
    const found: string[] = [];
    const look = async (role: RoleName, token: Secret, path: string) => {
      // What was asked for may be said again by the refusal.
      const { detail, errors, ...shown } = (await ask(token, 'GET', path)).body;
      const text = JSON.stringify(shown);
      found.push(...ourWords().flatMap((word) => (text.includes(word) ? [`${role}: ${path}: ${word}`] : [])));
    };
    for (const role of ROLE_NAMES) {
      const token = await world.tokenOf([role], world.theirs.id);
      for (const { path } of LISTS) {
        await look(role, token, path);
        await look(role, token, `${path}?organizationId=${world.ours.id}`);
      }
    }
    // These searches stand in the audit log of theirs.
    const token = await world.tokenOf(['Organization Management'], world.theirs.id);
    for (const { path } of LISTS.filter(({ action }) => action !== 'audit.read')) {
      await look('Organization Management', token, `${path}?entityId=${ids.connector}`);
    }
    expect(found).toEqual([]);
  });

  test('and the lists show it to ours, or the test before would prove nothing', async () => {
    const shown = [];
    for (const { path } of LISTS) shown.push(JSON.stringify((await ask('ours', 'GET', path)).body));
    for (const word of ['Ours', 'branch office', '192.0.2', 'scanner', 'our ', 'anna@', ids.token, ids.window]) {
      expect(shown.some((text) => text.includes(word!))).toBe(true);
    }
  });

  // After the lists: what they tried stands in the audit log of theirs.
  test('the ids of ours are 404 to a token of theirs, whatever its role', async () => {
    const found: string[] = [];
    for (const role of ROLE_NAMES) {
      const token = await world.tokenOf([role], world.theirs.id);
      for (const route of ROUTES.filter(
        ({ method, path }) => path.includes('{') && ['GET', 'DELETE'].includes(method),
      )) {
        if (!has(role, route.action) || isProviders(route.action)) continue;
        for (const [kind, id] of Object.entries(ids)) {
          if (kind === 'domain') continue;
          const status = await statusOf(app, token, route, id);
          if (status !== 404) found.push(`${role}: ${nameOf(route)} with our ${kind}: ${status}`);
        }
      }
    }
    expect(found).toEqual([]);
  });
});
