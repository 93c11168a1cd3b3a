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

/** The routes that somebody is refused. */
async function refused(who: Secret, at: FastifyInstance = app): Promise<string[]> {
  const found = [];
  for (const route of ROUTES) if ((await statusOf(at, who, route)) === 403) found.push(nameOf(route));
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

describe('of one organization', () => {
  let alone: FastifyInstance;
  let only: string;
  let end: () => Promise<void>;
  beforeAll(async () => {
    const folder = await mkdtemp(join(world.folder, 'alone-'));
    const nothing = () => {};
    const log = { info: nothing };
    const store = await openSqliteStore({ directory: folder, log, onTrouble: nothing, onRecovered: nothing });
    const directory = await Directory.open({ store: store.connectors, now: () => NOW, randomUUID });
    only = (await directory.addOrganization('Only')).id;
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
      expect(await refused(await world.tokenOf([role], only), alone)).toEqual(without(mayDo));
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
  const LISTS = ROUTES.filter(({ method, path }) => method === 'GET' && !/{|events/.test(path));

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
