import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ApiWorld, aMessageRecord, anApiWorld, EVIDENCE, NOW } from '../../test/api-world.ts';
import { aClient } from '../../test/factories.ts';
import type { Connector } from '../attribution/entity.ts';
import { RestrictedEntities } from '../restrictions/restricted-entities.ts';
import type { RestrictionStore } from '../restrictions/restriction-store.ts';
import { buildApi } from './build.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';

let world: ApiWorld;
let app: FastifyInstance;

beforeAll(async () => {
  world = await anApiWorld();
  app = await buildApi(world.ports);
});
afterAll(async () => {
  await app.close();
  await world.close();
});

type Who = keyof ApiWorld['secrets'] | 'nobody';

async function ask(who: Who, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) {
  const headers = who === 'nobody' ? {} : { authorization: `Bearer ${world.secrets[who]}` };
  const url = `/api/v1${path}`;
  const response = await app.inject({
    method,
    url,
    headers,
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.body === '' ? undefined : response.json(),
  };
}

const record = async (operation: string, objectId: string) =>
  (await audit(operation)).find((one) => one.objectId === objectId);
const refusal = async (operation: string, name: string) =>
  (await audit(operation)).find(({ result, parameters }) => result === 'Failed' && parameters.name === name);
const audit = async (operation: string) =>
  (await world.store.audit.list({ limit: 1_000 })).filter((record) => record.operation === operation);

async function aConnector(over: Record<string, unknown> = {}): Promise<Connector> {
  const name = `c-${Math.random()}`;
  const made = await ask('provider', 'POST', '/connectors', { name, organizationId: world.ours.id, ...over });
  expect(made.status).toBe(201);
  return made.body;
}

/** Every route: what it is asked with, and what is wrong input for it. `their` ids are those of another organization. */
const ROUTES = () => {
  const theirs = world.theirConnector.id;
  const inAWeek = new Date(NOW + 7 * 86_400_000).toISOString();
  const window = { connectorId: theirs, until: inAWeek, reason: 'move' };
  return [
    { method: 'GET', path: '/organizations' },
    { method: 'GET', path: '/accepted-domains', bad: '?organizationId=x' },
    {
      method: 'POST',
      path: '/accepted-domains',
      body: { domain: 'new.example' },
      badBody: { domain: 5 },
      foreign: 403,
    },
    { method: 'DELETE', path: '/accepted-domains/theirs.example', foreign: 404 },
    { method: 'GET', path: '/connectors', bad: '?limit=0' },
    { method: 'GET', path: '/connectors/discovered' },
    { method: 'GET', path: `/connectors/${theirs}`, badPath: '/connectors/x', foreign: 404 },
    {
      method: 'POST',
      path: '/connectors',
      body: { name: 'a', organizationId: world.theirs.id },
      badBody: { nam: 'a' },
      foreign: 404,
    },
    { method: 'PATCH', path: `/connectors/${theirs}`, body: { comment: 'x' }, badBody: { mode: 'x' }, foreign: 404 },
    { method: 'DELETE', path: `/connectors/${theirs}`, badPath: '/connectors/x', foreign: 404 },
    { method: 'GET', path: '/exception-windows', bad: '?x=1' },
    { method: 'POST', path: '/exception-windows', body: window, badBody: { ...window, until: 'soon' }, foreign: 404 },
    { method: 'DELETE', path: `/exception-windows/${UNKNOWN}`, badPath: '/exception-windows/x', foreign: 404 },
    { method: 'GET', path: '/users', bad: '?restricted=maybe' },
    { method: 'GET', path: '/restricted-entities', bad: '?state=x' },
    { method: 'GET', path: `/restricted-entities/${theirs}`, badPath: '/restricted-entities/x', foreign: 404 },
    { method: 'POST', path: `/restricted-entities/${theirs}/restrict`, body: {}, badBody: { until: 5 }, foreign: 404 },
    {
      method: 'POST',
      path: `/restricted-entities/${theirs}/unblock`,
      body: {},
      badBody: { graceHours: 2 },
      foreign: 404,
    },
    { method: 'GET', path: '/alerts', bad: '?limit=1001' },
    { method: 'GET', path: '/audit-records', bad: '?limit=many' },
    { method: 'GET', path: '/messages', bad: '?from=yesterday' },
    { method: 'GET', path: '/api-tokens', bad: '?organizationId=1' },
    {
      method: 'POST',
      path: '/api-tokens',
      body: { name: 'a', organizationId: world.theirs.id },
      badBody: { name: '' },
      foreign: 404,
    },
    { method: 'DELETE', path: `/api-tokens/${UNKNOWN}`, badPath: '/api-tokens/x', foreign: 404 },
    { method: 'GET', path: '/stats' },
    { method: 'GET', path: '/events' },
  ] as const;
};

describe('every route', () => {
  test('is in the table of this test', async () => {
    const { body } = await ask('nobody', 'GET', '/openapi.json');
    const written = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replace('/api/v1', '').replace(/{.*?}/, '*')}`,
      ),
    );
    const tested = ROUTES().map(({ method, path }) => {
      const [, first, second, third] = path.split('/');
      const star = second === undefined || second === 'discovered' ? second : '*';
      return `${method} ${[`/${first}`, star, third].filter((part) => part !== undefined).join('/')}`;
    });
    expect(tested.sort()).toEqual(written.sort());
  });

  test('asks for a token', async () => {
    for (const { method, path, ...rest } of ROUTES()) {
      const answer = await ask('nobody', method, path, 'body' in rest ? rest.body : undefined);
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 401, 'unauthorized']);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="cordon"');
    }
  });

  test('tells another organization nothing', async () => {
    for (const { method, path, ...rest } of ROUTES()) {
      if (path === '/events') continue;
      const answer = await ask('ours', method, path, 'body' in rest ? rest.body : undefined);
      if ('foreign' in rest) expect([method, path, answer.status]).toEqual([method, path, rest.foreign]);
      const text = JSON.stringify(answer.body);
      for (const secret of [world.theirConnector.name, 'Theirs', '198.51.100', 'shop-login'])
        expect(text).not.toContain(secret);
    }
  });

  test('answers another organization exactly as it answers about what does not exist, restricted or not', async () => {
    const theirs = world.theirConnector.id;
    const claim = {
      method: 'PATCH',
      path: `/connectors/${theirs}`,
      body: { senderIpAddresses: ['198.51.100.0/24'] },
    } as const;
    const routes = [...ROUTES().filter(({ path }) => path.includes(theirs)), claim];
    for (const isRestricted of [false, true]) {
      if (isRestricted) await ask('theirs', 'POST', `/restricted-entities/${theirs}/restrict`, {});
      for (const { method, path, ...rest } of routes) {
        const body = 'body' in rest ? rest.body : undefined;
        const foreign = await ask('ours', method, path, body);
        const unknown = await ask('ours', method, path.replace(theirs, UNKNOWN), body);
        expect(JSON.stringify(foreign).replaceAll(theirs, UNKNOWN)).toBe(JSON.stringify(unknown));
      }
    }
    expect((await ask('theirs', 'POST', `/restricted-entities/${theirs}/unblock`)).status).toBe(200);
  });

  test('refuses bad input with the fields that are wrong', async () => {
    for (const { method, path, ...rest } of ROUTES()) {
      const wrong = [
        ...('bad' in rest ? [{ path: `${path}${rest.bad}`, body: undefined }] : []),
        ...('badPath' in rest ? [{ path: rest.badPath, body: undefined }] : []),
        ...('badBody' in rest
          ? [
              { path, body: rest.badBody },
              { path, body: { unknownField: 1 } },
            ]
          : []),
      ];
      for (const { path, body } of wrong) {
        const answer = await ask('provider', method, path, body);
        expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 400, 'invalid_request']);
        expect(answer.body.errors.length).toBeGreaterThan(0);
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      }
    }
  });
});

describe('requests that nobody meant well', () => {
  const post = (payload: string | Buffer, headers: Record<string, string> = {}, url = '/api/v1/connectors') =>
    app.inject({
      method: 'POST',
      url,
      payload,
      headers: { authorization: `Bearer ${world.secrets.provider}`, 'content-type': 'application/json', ...headers },
    });

  test.each([
    ['{', 400],
    ['[]', 400],
    ['null', 400],
    ['"text"', 400],
    ['{"__proto__": {"a": 1}, "name": "a"}', 400],
    ['{"constructor": {"prototype": {"a": 1}}, "name": "a"}', 400],
    [`{"name": "${'a'.repeat(300_000)}"}`, 413],
    [`{"name": "a", "senderIpAddresses": [${Array(1_001).fill('"192.0.2.1"').join()}]}`, 400],
    [`{"name": "a", "comment": "${'a'.repeat(1_001)}"}`, 400],
    ['{"name": "a\\u0000b", "senderIpAddresses": ["\\u0000"]}', 400],
    [Buffer.from([0xff, 0xfe, 0x00]), 400],
  ])('%.60j is an invalid request (%i)', async (payload, status) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ status, code: 'invalid_request' });
  });

  test('another content type is refused', async () => {
    expect((await post('a=1', { 'content-type': 'application/x-www-form-urlencoded' })).statusCode).toBe(415);
  });

  test.each(['x'.repeat(5_000), '%00', '..%2f..%2fetc%2fpasswd', "1' or '1'='1", UNKNOWN.slice(1)])(
    'the id %.40s is refused with its field',
    async (id) => {
      const answer = await ask('provider', 'GET', `/connectors/${id}`);
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toEqual([{ path: 'id', message: expect.stringContaining('must be a GUID') }]);
    },
  );

  test.each(['Basic YTpi', 'Bearer', 'Bearer ', 'Bearer a b', `Bearer ${'x'.repeat(5_000)}`, 'Bearer cordon_wrong'])(
    'the authorization %.30j opens nothing',
    async (authorization) => {
      const answer = await app.inject({ url: '/api/v1/connectors', headers: { authorization } });
      expect(answer.statusCode).toBe(401);
    },
  );

  test('an unknown route is a problem document, too', async () => {
    const answer = await app.inject({ url: '/api/v1/nothing' });
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found', advice: expect.any(String) });
  });

  test('an expired token opens nothing', async () => {
    const { secret } = await world.ports.tokens.create({ name: 'guest', expiresAt: NOW + 1 });
    const headers = { authorization: `Bearer ${secret}` };
    expect((await app.inject({ url: '/api/v1/stats', headers })).statusCode).toBe(200);
    world.clock.now = NOW + 1;
    expect((await app.inject({ url: '/api/v1/stats', headers })).statusCode).toBe(401);
    world.clock.now = NOW;
  });
});

describe('connectors', () => {
  test('are created, shown, changed and deleted, each with its audit record', async () => {
    const made = await ask('provider', 'POST', '/connectors', {
      name: 'printer',
      organizationId: world.ours.id,
      senderIpAddresses: ['203.0.113.7'],
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      organizationId: world.ours.id,
      senderIpAddresses: ['203.0.113.7/32'],
      mode: 'enforce',
      armed: false,
      restricted: false,
      createdAt: new Date(NOW).toISOString(),
    });
    const { id } = made.body;
    expect((await ask('ours', 'GET', `/connectors/${id.toUpperCase()}`)).body).toEqual(made.body);

    const changed = await ask('ours', 'PATCH', `/connectors/${id}`, { mode: 'observe' });
    expect(changed.body).toMatchObject({ mode: 'observe', name: 'printer', senderIpAddresses: ['203.0.113.7/32'] });
    expect((await ask('ours', 'DELETE', `/connectors/${id}`)).status).toBe(204);
    expect((await ask('ours', 'GET', `/connectors/${id}`)).status).toBe(404);

    const records = await Promise.all(
      ['New-InboundConnector', 'Set-InboundConnector', 'Remove-InboundConnector'].map(audit),
    );
    for (const list of records) {
      expect(list.find((record) => record.objectId === id)).toMatchObject({
        organizationId: world.ours.id,
        result: 'Succeeded',
        clientAddress: '127.0.0.1',
        at: NOW,
      });
    }
    expect(await record('New-InboundConnector', id)).toMatchObject({ by: 'provider', parameters: { name: 'printer' } });
    expect(await record('Set-InboundConnector', id)).toMatchObject({
      by: 'our admin',
      parameters: { mode: 'observe' },
    });
  });

  test('cannot take an identity that is taken, and hear no name of its owner', async () => {
    const body = { name: 'thief', organizationId: world.ours.id, senderIpAddresses: ['198.51.100.7'] };
    const answer = await ask('provider', 'POST', '/connectors', body);
    expect(answer).toMatchObject({ status: 409, body: { code: 'identity_taken' } });
    expect(answer.body.errors).toEqual([{ path: 'senderIpAddresses', message: '198.51.100.7/32 is taken' }]);
    expect(JSON.stringify(answer.body)).not.toMatch(/shop|Theirs|theirs\.example/);
    expect(await refusal('New-InboundConnector', 'thief')).toMatchObject({ parameters: { error: 'identity_taken' } });
  });

  test.each([
    [{ senderIpAddresses: ['10.0.0.0/8'] }, 'prefix_too_short', 400],
    [{ senderIpAddresses: ['printer'] }, 'invalid_request', 400],
    [{ name: 'branch office' }, 'name_taken', 409],
  ])('refuse %j with %s', async (over, code, status) => {
    const answer = await ask('provider', 'POST', '/connectors', { name: 'x', organizationId: world.ours.id, ...over });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  test('need an organization where there are several', async () => {
    const answer = await ask('provider', 'POST', '/connectors', { name: 'x' });
    expect(answer.body.errors).toEqual([{ path: 'organizationId', message: expect.any(String) }]);
  });

  test('of a tenant claim no identity that the provider did not assign; the refusal is audited', async () => {
    const body = { name: 'mine', senderIpAddresses: ['203.0.113.99'] };
    expect(await ask('ours', 'POST', '/connectors', body)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await refusal('New-InboundConnector', 'mine')).toMatchObject({
      organizationId: world.ours.id,
      by: 'our admin',
      parameters: { error: 'forbidden' },
    });
    const id = world.ourConnector.id;
    const moved = await ask('ours', 'PATCH', `/connectors/${id}`, {
      senderIpAddresses: ['192.0.2.0/24', '203.0.113.99'],
    });
    expect(moved.status).toBe(403);
    const kept = await ask('ours', 'PATCH', `/connectors/${id}`, { senderIpAddresses: ['192.0.2.0/24'], comment: 'x' });
    expect(kept.status).toBe(200);
  });

  test('come in pages', async () => {
    const names = ['page-1', 'page-2', 'page-3'];
    for (const name of names) await aConnector({ name });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await ask('provider', 'GET', `/connectors?limit=2${query}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map((item: { name: string }) => item.name));
      cursor = body.next;
    } while (cursor !== undefined);
    expect(seen).toEqual([...seen].sort());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining([...names, 'branch office', 'shop']));
  });

  test('are found by name in any case', async () => {
    const { body } = await ask('ours', 'GET', '/connectors?name=BRANCH%20office');
    expect(body.items.map((item: { id: string }) => item.id)).toEqual([world.ourConnector.id]);
  });

  test('are discovered from relaying that none claims, for the provider only', async () => {
    world.ports.discovery.note(aClient({ clientAddress: '203.0.113.50', clientName: 'ghost' }), 7, NOW);
    world.ports.discovery.note(aClient({ clientAddress: '192.0.2.99' }), 9, NOW);
    expect((await ask('provider', 'GET', '/connectors/discovered')).body.items).toEqual([
      expect.objectContaining({ clientAddress: '203.0.113.50', recipients: 7, lastSeen: new Date(NOW).toISOString() }),
    ]);
    expect((await ask('ours', 'GET', '/connectors/discovered')).body.items).toEqual([]);
  });
});

describe('accepted domains', () => {
  test('are added and removed in their normal form', async () => {
    const body = { domain: 'BÜCHER.example.', organizationId: world.ours.id };
    const added = await ask('provider', 'POST', '/accepted-domains', body);
    expect(added).toMatchObject({ status: 201, body: { domain: 'xn--bcher-kva.example' } });
    const path = `/accepted-domains/${encodeURIComponent('bücher.example')}`;
    expect((await ask('ours', 'DELETE', path)).status).toBe(204);
    expect((await ask('ours', 'DELETE', path)).status).toBe(404);
    expect((await audit('Remove-AcceptedDomain')).map((record) => record.result)).toContain('Succeeded');
  });

  test('of others cannot be claimed: a foreign domain as one’s own would leave the guard’s sight', async () => {
    expect(await ask('ours', 'POST', '/accepted-domains', { domain: 'gmail.example' })).toMatchObject({ status: 403 });
    const body = { domain: 'theirs.example', organizationId: world.ours.id };
    const answer = await ask('provider', 'POST', '/accepted-domains', body);
    expect(answer).toMatchObject({ status: 409, body: { code: 'identity_taken' } });
    expect(answer.body.detail).toBe('theirs.example cannot be claimed');
  });
});

describe('exception windows', () => {
  const hours = (count: number) => new Date(NOW + count * 3_600_000).toISOString();
  const order = (over: object) => ({
    connectorId: world.ourConnector.id,
    until: hours(24),
    reason: 'newsletter',
    ...over,
  });

  test('open, are listed and close', async () => {
    const made = await ask('ours', 'POST', '/exception-windows', order({}));
    expect(made).toMatchObject({ status: 201, body: { from: hours(0), until: hours(24), by: 'our admin' } });
    expect((await ask('ours', 'GET', '/exception-windows')).body.items).toEqual([made.body]);
    expect((await ask('theirs', 'GET', '/exception-windows')).body.items).toEqual([]);
    expect((await ask('theirs', 'DELETE', `/exception-windows/${made.body.id}`)).status).toBe(404);
    expect((await ask('ours', 'DELETE', `/exception-windows/${made.body.id}`)).status).toBe(204);
    expect(await audit('New-ExceptionWindow')).toContainEqual(
      expect.objectContaining({ organizationId: world.ours.id, objectId: made.body.id, result: 'Succeeded' }),
    );
  });

  test.each([
    ['longer than 7 days', { until: hours(24 * 7 + 1) }, 'until'],
    ['over already', { from: hours(-2), until: hours(-1) }, 'until'],
    ['without a reason', { reason: ' ' }, 'reason'],
    ['with a reason of 1001 characters', { reason: 'x'.repeat(1_001) }, 'reason'],
  ])('are refused when %s', async (_, over, path) => {
    const answer = await ask('ours', 'POST', '/exception-windows', order(over));
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
  });
});

describe('restricted entities', () => {
  let connector: Connector;
  beforeEach(async () => {
    connector = await aConnector();
  });
  const path = (verb = '') => `/restricted-entities/${connector.id}${verb}`;

  test('a connector is restricted, listed, shown and unblocked; each verb leaves one audit record', async () => {
    const made = await ask('ours', 'POST', path('/restrict'), { reason: 'stolen laptop' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: connector.id,
        kind: 'connector',
        cause: 'manual',
        reason: 'stolen laptop',
        restrictedBy: 'our admin',
        durable: true,
      },
    });
    expect((await ask('ours', 'GET', '/restricted-entities')).body.items).toContainEqual(made.body);
    expect((await ask('theirs', 'GET', '/restricted-entities')).body.items).toEqual([]);
    expect((await ask('ours', 'GET', path())).body).toEqual({ ...made.body, history: [] });
    expect((await ask('ours', 'GET', `/connectors/${connector.id}`)).body.restricted).toBe(true);

    const ended = await ask('ours', 'POST', path('/unblock'), { reason: 'found', graceHours: 4, learn: true });
    expect(ended.status).toBe(200);
    expect(ended.body.ended).toEqual({
      at: new Date(NOW).toISOString(),
      by: 'our admin',
      reason: 'found',
      graceHours: 4,
      learn: true,
    });
    for (const operation of ['Restrict-Connector', 'Remove-BlockedConnector']) {
      const records = (await audit(operation)).filter((record) => record.objectId === connector.id);
      expect(records).toEqual([expect.objectContaining({ result: 'Succeeded', organizationId: world.ours.id })]);
    }
  });

  test('unblocking twice, even at once, ends one restriction and writes one audit record', async () => {
    await ask('ours', 'POST', path('/restrict'), {});
    const answers = await Promise.all([1, 2, 3].map(() => ask('ours', 'POST', path('/unblock'))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    expect(answers.find(({ status }) => status === 404)?.body).toMatchObject({ code: 'not_restricted' });
    const records = (await audit('Remove-BlockedConnector')).filter((record) => record.objectId === connector.id);
    expect(records.length).toBe(1);
    const history = await world.store.restrictions.list({ entityId: connector.id, limit: 10 });
    expect(history.length).toBe(1);
  });

  test('unknown and not restricted are both 404 not_restricted', async () => {
    for (const id of [UNKNOWN, connector.id]) {
      expect(await ask('provider', 'GET', `/restricted-entities/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'not_restricted' },
      });
      const unblock = await ask('provider', 'POST', `/restricted-entities/${id}/unblock`, {});
      expect(unblock).toMatchObject({ status: 404, body: { code: 'not_restricted' } });
    }
  });

  test('nobody restricts or unblocks for another organization', async () => {
    expect((await ask('theirs', 'POST', path('/restrict'), {})).status).toBe(404);
    await ask('ours', 'POST', path('/restrict'), {});
    expect(await ask('theirs', 'POST', path('/unblock'), {})).toMatchObject({
      status: 404,
      body: { code: 'not_restricted' },
    });
    expect(world.ports.restrictions.active.get(connector.id)).toBeDefined();
    expect((await ask('provider', 'POST', path('/unblock'))).status).toBe(200);
  });

  test('an entity is restricted once', async () => {
    await ask('ours', 'POST', path('/restrict'), {});
    expect(await ask('ours', 'POST', path('/restrict'), {})).toMatchObject({
      status: 409,
      body: { code: 'already_restricted' },
    });
  });

  test('a restriction may end by itself, but not in the past', async () => {
    const until = new Date(NOW + 3_600_000).toISOString();
    expect((await ask('ours', 'POST', path('/restrict'), { until })).body.until).toBe(until);
    await ask('ours', 'POST', path('/unblock'));
    const past = await ask('ours', 'POST', path('/restrict'), { until: new Date(NOW).toISOString() });
    expect(past).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'until', message: 'must be in the future' }] },
    });
  });

  test('a reason has at most 1000 characters', async () => {
    const long = await ask('ours', 'POST', path('/restrict'), { reason: 'x'.repeat(1_001) });
    expect(long.body.errors).toEqual([{ path: 'reason', message: 'must have at most 1000 characters' }]);
    expect((await ask('ours', 'POST', path('/restrict'), { reason: 'x'.repeat(1_000) })).status).toBe(201);
  });

  test('the evidence of the detector and the earlier restrictions are shown', async () => {
    await ask('ours', 'POST', path('/restrict'), { reason: 'first' });
    await ask('ours', 'POST', path('/unblock'), { reason: 'mistake' });
    const entity = world.ports.directory.connector(connector.id)!;
    await world.ports.restrictions.restrict({
      entity,
      cause: 'detection',
      reason: 'r',
      by: 'Cordon',
      evidence: EVIDENCE,
    }).settled;
    const { body } = await ask('ours', 'GET', path());
    expect(body.evidence).toMatchObject({
      sum: 14.25,
      tippedBy: { messageId: '<9@ours.example>', at: new Date(NOW - 60_000).toISOString() },
      families: [
        { family: 'recipients', messages: [{ messageId: '<8@ours.example>', term: 3.2 }] },
        { family: 'content' },
      ],
    });
    expect(body.history).toMatchObject([{ reason: 'first', ended: { reason: 'mistake' } }]);

    const ended = await ask('ours', 'GET', `/restricted-entities?state=ended&entityId=${connector.id}`);
    expect(ended.body.items).toMatchObject([{ reason: 'first' }]);
    const all = await ask('ours', 'GET', `/restricted-entities?state=all&entityId=${connector.id}`);
    expect(all.body.items.length).toBe(2);
    const byCause = await ask(
      'ours',
      'GET',
      `/restricted-entities?cause=detection&kind=connector&name=${connector.name}`,
    );
    expect(byCause.body.items).toMatchObject([{ id: connector.id }]);
    expect((await ask('ours', 'GET', '/restricted-entities?kind=user')).body.items).toEqual([]);
  });

  test('a user is restricted by his id, also when he sent only before the start; the operation is the cmdlet’s', async () => {
    const userId = '5b0e1f7c-0000-5000-8000-000000000007';
    world.store.journal.append(aMessageRecord(connector, 1, { userId, saslUsername: 'anna@ours.example' }));
    await world.store.journal.flush();
    expect((await ask('theirs', 'POST', `/restricted-entities/${userId}/restrict`, {})).status).toBe(404);
    const made = await ask('ours', 'POST', `/restricted-entities/${userId}/restrict`, {});
    expect(made).toMatchObject({ status: 201, body: { kind: 'user', name: 'anna@ours.example' } });
    const listed = await ask('ours', 'GET', '/users?name=Anna@ours.example&restricted=true');
    expect(listed.body.items).toMatchObject([{ id: userId, restricted: true }]);
    expect((await ask('theirs', 'GET', '/users')).body.items.map((user: { name: string }) => user.name)).toEqual([
      'shop-login',
    ]);
    expect((await ask('ours', 'POST', `/restricted-entities/${userId}/unblock`)).status).toBe(200);
    expect(await audit('Remove-BlockedSenderAddress')).toMatchObject([{ objectId: userId, result: 'Succeeded' }]);
    expect(await audit('Restrict-User')).toMatchObject([{ objectId: userId }]);
  });
});

describe('the message trace', () => {
  beforeAll(async () => {
    for (let seq = 100; seq < 105; seq++) world.store.journal.append(aMessageRecord(world.ourConnector, seq));
    world.store.journal.append(
      aMessageRecord(world.theirConnector, 105, { envelopeSender: 'eve@theirs.example', outcome: 'restricted' }),
    );
  });
  const seqs = (body: { items: { seq: number }[] }) => body.items.map((item) => item.seq);

  test('shows what was answered a moment ago, newest first, page by page', async () => {
    const query = `entityId=${world.ourConnector.id}&limit=2`;
    const first = (await ask('ours', 'GET', `/messages?${query}`)).body;
    expect(seqs(first)).toEqual([104, 103]);
    expect(first.items[0]).toMatchObject({
      connectorName: 'branch office',
      envelopeSender: 'anna@ours.example',
      recipients: [{ address: 'bob@far.example', code: 250, relaying: true }],
      outcome: 'accepted',
    });
    expect(first.items[0]).not.toHaveProperty('sketch');
    const second = (await ask('ours', 'GET', `/messages?${query}&cursor=${first.next}`)).body;
    const third = (await ask('ours', 'GET', `/messages?${query}&cursor=${second.next}`)).body;
    expect([seqs(second), seqs(third), third.next]).toEqual([[102, 101], [100], undefined]);
  });

  test('is searched by sender, recipient, outcome and time', async () => {
    const search = async (query: string) => seqs((await ask('provider', 'GET', `/messages?${query}`)).body);
    expect(await search('sender=EVE@theirs.example')).toEqual([105]);
    expect(await search('outcome=restricted')).toEqual([105]);
    const at = (seq: number) => encodeURIComponent(new Date(NOW - 1_000_000 + seq * 1_000).toISOString());
    expect(await search(`recipient=bob@far.example&from=${at(101)}&until=${at(103)}`)).toEqual([102, 101]);
  });

  test('shows an organization its own', async () => {
    expect(seqs((await ask('theirs', 'GET', '/messages')).body)).toEqual([105]);
    expect((await ask('ours', 'GET', '/messages?outcome=restricted')).body.items).toEqual([]);
  });

  test('leaves an audit record for each search, not for each page', async () => {
    const before = (await audit('Get-MessageTrace')).length;
    const { body } = await ask('ours', 'GET', '/messages?limit=1&sender=anna@ours.example');
    await ask('ours', 'GET', `/messages?limit=1&sender=anna@ours.example&cursor=${body.next}`);
    const records = await audit('Get-MessageTrace');
    expect(records.length).toBe(before + 1);
    expect(records).toContainEqual(
      expect.objectContaining({ by: 'our admin', parameters: { sender: 'anna@ours.example', limit: 1 } }),
    );
  });
});

describe('API tokens', () => {
  test('are shown with their secret once, work, and are revoked', async () => {
    const made = await ask('ours', 'POST', '/api-tokens', { name: 'portal' });
    expect(made).toMatchObject({ status: 201, body: { organizationId: world.ours.id } });
    const { secret, ...shown } = made.body;
    const listed = await ask('ours', 'GET', '/api-tokens');
    expect(listed.body.items).toContainEqual(shown);
    expect(JSON.stringify(listed.body)).not.toContain('cordon_');
    const withIt = () => app.inject({ url: '/api/v1/organizations', headers: { authorization: `Bearer ${secret}` } });
    expect((await withIt()).json()).toEqual({ items: [{ id: world.ours.id, name: 'Ours' }] });
    expect((await ask('theirs', 'DELETE', `/api-tokens/${shown.id}`)).status).toBe(404);
    expect((await ask('ours', 'DELETE', `/api-tokens/${shown.id}`)).status).toBe(204);
    expect((await withIt()).statusCode).toBe(401);
    expect(JSON.stringify(await world.store.audit.list({ limit: 1_000 }))).not.toContain(secret);
  });

  test('of an organization make no provider token and see none', async () => {
    expect((await ask('ours', 'POST', '/api-tokens', { name: 'x' })).body.organizationId).toBe(world.ours.id);
    const names = (await ask('ours', 'GET', '/api-tokens')).body.items.map((token: { name: string }) => token.name);
    expect(names).not.toContain('provider');
    expect((await ask('provider', 'POST', '/api-tokens', { name: 'x' })).body).not.toHaveProperty('organizationId');
  });
});

describe('what else is shown', () => {
  test('alerts of the own organization', async () => {
    const alert = { at: NOW, policy: 'Suspicious connector activity', severity: 'Low', summary: 's' } as const;
    await world.store.alerts.addAlert({ ...alert, id: UNKNOWN, organizationId: world.ours.id });
    expect((await ask('ours', 'GET', '/alerts')).body.items).toMatchObject([
      { id: UNKNOWN, at: new Date(NOW).toISOString() },
    ]);
    expect((await ask('theirs', 'GET', '/alerts')).body.items).toEqual([]);
  });

  test('audit records of the own organization', async () => {
    const { items } = (await ask('theirs', 'GET', '/audit-records')).body;
    expect(new Set(items.map((item: { organizationId: string }) => item.organizationId))).toEqual(
      new Set([world.theirs.id]),
    );
  });

  test('stats: the traffic of all is the provider’s to see', async () => {
    world.ports.counters.decisions.milter.reject += 3;
    const all = (await ask('provider', 'GET', '/stats')).body;
    expect(all.traffic.decisions.milter.reject).toBe(3);
    expect(all).toMatchObject({ version: '0.0.0-test', startedAt: new Date(NOW).toISOString() });
    const tenant = (await ask('theirs', 'GET', '/stats')).body;
    expect(tenant).not.toHaveProperty('traffic');
    expect(tenant).toMatchObject({ connectors: 1, acceptedDomains: 1, restricted: 0 });
  });

  test('answers that no cache may keep', async () => {
    expect((await ask('ours', 'GET', '/stats')).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  test('an OpenAPI 3.1 document with every schema by name', async () => {
    const { body } = await ask('nobody', 'GET', '/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.components.schemas).sort()).toEqual([
      'AcceptedDomain',
      'Alert',
      'ApiToken',
      'AuditRecord',
      'Connector',
      'ConnectorChanges',
      'CreatedApiToken',
      'DiscoveredRelaying',
      'Evidence',
      'ExceptionWindow',
      'FamilyEvidence',
      'Message',
      'NewApiToken',
      'NewConnector',
      'NewExceptionWindow',
      'Organization',
      'Problem',
      'RestrictedEntity',
      'RestrictedEntityDetails',
      'Stats',
      'User',
    ]);
    const text = JSON.stringify(body);
    for (const [, name] of text.matchAll(/#\/components\/schemas\/([^"]+)/g))
      expect(body.components.schemas).toHaveProperty(name!);
  });
});

describe('health', () => {
  test('tells supervisors without a token', async () => {
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'alive', version: '0.0.0-test' });
    expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready', parts: { store: 'ok' } });
  });

  test('is 503 while the guard is not ready', async () => {
    const readiness = () => ({ isReady: false, parts: { store: 'degraded' } });
    const busy = await buildApi({ ...world.ports, readiness });
    expect((await busy.inject('/readyz')).statusCode).toBe(503);
    expect((await busy.inject('/healthz')).statusCode).toBe(200);
    await busy.close();
  });

  test('metrics count by door and action and name no entity', async () => {
    world.ports.counters.messages.tipped++;
    const { body, statusCode } = await app.inject('/metrics');
    expect(statusCode).toBe(200);
    expect(body).toMatch(/^cordon_decisions_total{listener="milter",action="reject"} 3$/m);
    expect(body).toMatch(/^cordon_messages_total{outcome="tipped"} 1$/m);
    expect(body).toMatch(/^cordon_connectors \d+$/m);
    for (const name of ['branch', 'shop', 'Ours', world.ourConnector.id]) expect(body).not.toContain(name);
  });

  test('metrics need a provider’s token where others can reach the port', async () => {
    const open = await buildApi(world.ports, { metricsNeedToken: true });
    const get = (secret?: string) =>
      open.inject({ url: '/metrics', headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` } });
    expect((await get()).statusCode).toBe(401);
    expect((await get(world.secrets.ours)).statusCode).toBe(403);
    expect((await get(world.secrets.provider)).statusCode).toBe(200);
    await open.close();
  });
});

describe('trouble', () => {
  test('a restriction that cannot be written holds in memory, and the answer says so', async () => {
    const { restrictions: kept } = world.store;
    const full: RestrictionStore = {
      active: async () => [],
      epochs: async () => new Map(),
      restrict: () => Promise.reject(new Error('disk full')),
      end: (id, end) => kept.end(id, end),
      list: (query) => kept.list(query),
    };
    const restrictions = await RestrictedEntities.open({
      store: full,
      now: () => NOW,
      randomUUID,
      setTimer: () => {},
      durableWithinMs: 1,
    });
    const degraded = await buildApi({ ...world.ports, restrictions });
    const headers = { authorization: `Bearer ${world.secrets.ours}` };
    const url = `/api/v1/restricted-entities/${world.ourConnector.id}`;
    const answer = await degraded.inject({ method: 'POST', url: `${url}/restrict`, headers });
    expect([answer.statusCode, answer.json().durable]).toEqual([201, false]);
    expect((await degraded.inject({ url, headers })).json()).toMatchObject({ durable: false });
    await degraded.close();
  });

  test('a store that is away is 503 store_unavailable, and what was not foreseen tells nobody its inside', async () => {
    const broken = (error: Error) => ({ ...world.ports.alerts, alerts: () => Promise.reject(error) });
    const away = await buildApi({ ...world.ports, alerts: broken(new Error('secret path /var/lib')) });
    const headers = { authorization: `Bearer ${world.secrets.ours}` };
    const answer = await away.inject({ url: '/api/v1/alerts', headers });
    expect(answer.statusCode).toBe(500);
    expect(answer.json().code).toBe('internal_error');
    expect(answer.body).not.toContain('/var/lib');
    await away.close();
  });

  test('a change that the audit log cannot record is told', async () => {
    const audit = { ...world.ports.audit, append: () => Promise.reject(new Error('full')), list: async () => [] };
    const mute = await buildApi({ ...world.ports, audit });
    const headers = { authorization: `Bearer ${world.secrets.ours}` };
    const url = `/api/v1/connectors/${world.ourConnector.id}`;
    const answer = await mute.inject({ method: 'PATCH', url, headers, payload: { comment: 'y' } });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'store_unavailable', detail: expect.stringContaining('audit log') });
    await mute.close();
  });

  test('X-Forwarded-For is believed of trusted proxies only', async () => {
    const headers = { authorization: `Bearer ${world.secrets.ours}`, 'x-forwarded-for': '203.0.113.200' };
    const url = `/api/v1/connectors/${world.ourConnector.id}`;
    const change = async (api: FastifyInstance, comment: string) => {
      await api.inject({ method: 'PATCH', url, headers, payload: { comment } });
      const records = await audit('Set-InboundConnector');
      return records.find(({ parameters }) => parameters.comment === comment)?.clientAddress;
    };
    expect(await change(app, 'direct')).toBe('127.0.0.1');
    const behindProxy = await buildApi(world.ports, { trustedProxies: ['127.0.0.1/32'] });
    expect(await change(behindProxy, 'by proxy')).toBe('203.0.113.200');
    await behindProxy.close();
  });
});
