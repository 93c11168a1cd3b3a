import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi, NOW } from '../../test/api-world.ts';
import { hashPassword } from '../access/password.ts';
import { systemPolicyId } from '../alerts/policies.ts';
import { anAlert, anAlertWrite } from '../store/samples.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
const api = await aTestApi();
const { world, app, ask } = api;
const theirAccount = await world.ports.accounts.add(
  {
    name: 'their.secret.chief',
    organizationId: world.theirs.id,
    roles: ['Organization Management'],
    passwordHash: await hashPassword('their secret password'),
  },
  undefined,
);
const visitor = { clientAddress: '198.51.100.1', userAgent: 'Their browser' };
const { session: theirSession } = await world.ports.sessions.begin(theirAccount.id, visitor);
afterAll(() => api.close());

/** Asked by whom nobody knows yet. */
const PUBLIC = ['GET /sign-in', 'GET /sign-in/oidc/*', 'GET /sign-in/oidc/*/callback', 'POST /session'];
const THEIR_ALERT = '159eb7c4-75d7-43e2-95fe-ced44b3e0a57';
const theirPolicy = systemPolicyId(world.theirs.id, 'Connector changed');
await world.store.alerts.write(anAlertWrite(anAlert({ id: THEIR_ALERT, organizationId: world.theirs.id })));

/** Every route: what it is asked with, and what is wrong input for it. `their` ids are those of another organization. */
const ROUTES = () => {
  const theirs = world.theirConnector.id;
  const inAWeek = new Date(NOW + 7 * 86_400_000).toISOString();
  const window = { connectorId: theirs, until: inAWeek, reason: 'move' };
  return [
    { method: 'GET', path: '/organizations' },
    { method: 'POST', path: '/organizations', body: { name: 'a' }, badBody: { name: '' }, foreign: 403 },
    {
      method: 'PATCH',
      path: `/organizations/${world.theirs.id}`,
      body: { subjects: 'off' },
      badBody: { subjects: 'some' },
      foreign: 404,
    },
    { method: 'GET', path: `/organizations/${world.theirs.id}/sending-limits`, foreign: 404 },
    {
      method: 'PUT',
      path: `/organizations/${world.theirs.id}/sending-limits`,
      body: { users: {}, connectors: {}, logins: {} },
      badBody: { users: {} },
      foreign: 404,
    },
    { method: 'GET', path: `/sending-limits/${theirs}`, badPath: '/sending-limits/x', foreign: 404 },
    { method: 'GET', path: '/accepted-domains', bad: '?organizationId=x' },
    {
      method: 'POST',
      path: '/accepted-domains',
      body: { domain: 'new.example' },
      badBody: { domain: 5 },
      foreign: 403,
    },
    { method: 'DELETE', path: '/accepted-domains/theirs.example', foreign: 404 },
    { method: 'GET', path: '/identity-pool', bad: '?kind=x' },
    {
      method: 'POST',
      path: '/identity-pool',
      body: { kind: 'saslUsername', value: 'x', organizationId: world.theirs.id },
      badBody: { kind: 'x' },
      foreign: 403,
    },
    { method: 'DELETE', path: `/identity-pool/${UNKNOWN}`, badPath: '/identity-pool/x', foreign: 403 },
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
    { method: 'GET', path: `/restricted-entities/${theirs}/evidence`, bad: '?incidentId=x', foreign: 404 },
    { method: 'GET', path: `/connectors/${theirs}/would-have-been-blocked`, bad: '?limit=0', foreign: 404 },
    { method: 'GET', path: `/restricted-entities/${theirs}/what-got-out`, bad: '?since=x', foreign: 404 },
    { method: 'GET', path: `/restricted-entities/${theirs}/what-got-out/recipients`, bad: '?format=xls', foreign: 404 },
    { method: 'GET', path: `/queued-messages?entityId=${theirs}`, bad: '&since=x', foreign: 404 },
    { method: 'GET', path: '/alerts', bad: '?limit=1001' },
    { method: 'GET', path: '/notifications', bad: '?organizationId=1' },
    {
      method: 'POST',
      path: '/notifications/test',
      body: { organizationId: world.theirs.id },
      badBody: { to: ['anna'] },
      foreign: 404,
    },
    { method: 'GET', path: '/webhooks', bad: '?organizationId=1' },
    {
      method: 'POST',
      path: '/webhooks',
      body: { url: 'https://hooks.example/', organizationId: world.theirs.id },
      badBody: { url: 5 },
      foreign: 404,
    },
    { method: 'DELETE', path: `/webhooks/${UNKNOWN}`, badPath: '/webhooks/x', foreign: 404 },
    { method: 'POST', path: `/webhooks/${UNKNOWN}/test`, badPath: '/webhooks/x/test', foreign: 404 },
    { method: 'GET', path: `/alerts/${THEIR_ALERT}`, badPath: '/alerts/x', foreign: 404 },
    {
      method: 'PATCH',
      path: `/alerts/${THEIR_ALERT}`,
      body: { status: 'Resolved' },
      badBody: { status: 'Dismissed' },
      foreign: 404,
    },
    {
      method: 'POST',
      path: `/alerts/${THEIR_ALERT}/comments`,
      body: { text: 'x' },
      badBody: { text: ' ' },
      foreign: 404,
    },
    { method: 'GET', path: '/alert-policies', bad: '?x=1' },
    { method: 'GET', path: `/alert-policies/${theirPolicy}`, badPath: '/alert-policies/x', foreign: 404 },
    {
      method: 'POST',
      path: '/alert-policies',
      body: { name: 'a', activity: 'UserRestricted', organizationId: world.theirs.id },
      badBody: { name: 'a', activity: 'x' },
      foreign: 404,
    },
    {
      method: 'PATCH',
      path: `/alert-policies/${theirPolicy}`,
      body: { enabled: false },
      badBody: { dailyLimit: 4 },
      foreign: 404,
    },
    { method: 'DELETE', path: `/alert-policies/${theirPolicy}`, badPath: '/alert-policies/x', foreign: 404 },
    { method: 'GET', path: '/audit-records', bad: '?limit=many' },
    {
      method: 'GET',
      path: `/audit-records/export?organizationId=${world.theirs.id}`,
      bad: '&format=xls',
      foreign: 404,
    },
    { method: 'GET', path: `/admin-audit-log-config?organizationId=${world.theirs.id}`, bad: '&x=1', foreign: 404 },
    {
      method: 'PUT',
      path: '/admin-audit-log-config',
      body: { organizationId: world.theirs.id, unifiedAuditLogIngestionEnabled: false },
      badBody: { unifiedAuditLogIngestionEnabled: 'no' },
      foreign: 404,
    },
    { method: 'GET', path: '/messages', bad: '?from=yesterday' },
    { method: 'GET', path: `/messages/volume?organizationId=${world.theirs.id}`, bad: '&bins=1', foreign: 404 },
    {
      method: 'POST',
      path: '/erasures',
      body: { address: 'a@b.example', organizationId: world.theirs.id },
      badBody: { address: 'a' },
      foreign: 404,
    },
    { method: 'GET', path: `/erasures/${UNKNOWN}`, badPath: '/erasures/x', foreign: 404 },
    { method: 'GET', path: '/accounts', bad: '?organizationId=1' },
    { method: 'GET', path: `/accounts/${theirAccount.id}`, badPath: '/accounts/x', foreign: 404 },
    {
      method: 'POST',
      path: '/accounts',
      body: { name: 'a', organizationId: world.theirs.id },
      badBody: { name: 'a', roles: ['King'] },
      foreign: 404,
    },
    {
      method: 'PATCH',
      path: `/accounts/${theirAccount.id}`,
      body: { roles: [] },
      badBody: { mail: 'a\r\nBcc: b@c.example' },
      foreign: 404,
    },
    { method: 'DELETE', path: `/accounts/${theirAccount.id}`, badPath: '/accounts/x', foreign: 404 },
    {
      method: 'POST',
      path: `/accounts/${theirAccount.id}/reset-password`,
      badPath: '/accounts/x/reset-password',
      foreign: 404,
    },
    {
      method: 'POST',
      path: `/accounts/${theirAccount.id}/reset-totp`,
      badPath: '/accounts/x/reset-totp',
      foreign: 404,
    },
    { method: 'GET', path: '/role-assignments', bad: '?organizationId=1' },
    { method: 'GET', path: '/session' },
    { method: 'DELETE', path: '/session', foreign: 403 },
    { method: 'POST', path: '/session/password', body: { old: 'a', new: 'b' }, badBody: { old: 'a' }, foreign: 403 },
    { method: 'POST', path: '/session/totp', foreign: 403 },
    {
      method: 'PUT',
      path: '/session/totp',
      body: { code: '123456', password: 'a' },
      badBody: { code: '123456' },
      foreign: 403,
    },
    { method: 'DELETE', path: '/session/totp', body: { password: 'a' }, badBody: {}, foreign: 403 },
    { method: 'GET', path: '/sessions', bad: '?accountId=x' },
    {
      method: 'DELETE',
      path: `/sessions?accountId=${theirAccount.id}`,
      badPath: '/sessions?accountId=x',
      foreign: 404,
    },
    { method: 'DELETE', path: `/sessions/${theirSession.id}`, badPath: '/sessions/x', foreign: 404 },
    { method: 'GET', path: '/api-tokens', bad: '?organizationId=1' },
    {
      method: 'POST',
      path: '/api-tokens',
      body: { name: 'a', organizationId: world.theirs.id },
      badBody: { name: '', roles: [] },
      foreign: 404,
    },
    { method: 'DELETE', path: `/api-tokens/${UNKNOWN}`, badPath: '/api-tokens/x', foreign: 404 },
    { method: 'GET', path: '/stats' },
    { method: 'GET', path: `/traffic?organizationId=${world.theirs.id}`, bad: '&minutes=0', foreign: 404 },
    { method: 'GET', path: `/suspects?organizationId=${world.theirs.id}`, bad: '&x=1', foreign: 404 },
    {
      method: 'GET',
      path: `/connectors/${world.theirConnector.id}/traffic`,
      badPath: '/connectors/x/traffic',
      foreign: 404,
    },
    { method: 'POST', path: '/probes', body: { recipient: 'a@b.invalid' }, badBody: { recipient: 5 }, foreign: 403 },
    { method: 'GET', path: `/probes/${UNKNOWN}`, badPath: '/probes/x', foreign: 403 },
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
    const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    const tested = ROUTES().map(({ method, path }) => {
      const parts = path.replace(/\?.*/, '').split('/');
      return `${method} ${parts.map((part) => (GUID.test(part) || part === 'theirs.example' ? '*' : part)).join('/')}`;
    });
    expect([...tested, ...PUBLIC].sort()).toEqual(written.sort());
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
      for (const secret of [world.theirConnector.name, 'Theirs', '198.51.100', 'shop-login', 'their.secret.chief'])
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
        // The second of the answer is no answer: the two may lie on both sides of its end.
        const said = ({ headers: { date: _, ...headers }, ...answer }: typeof foreign) =>
          JSON.stringify({ ...answer, headers });
        expect(said(foreign).replaceAll(theirs, UNKNOWN)).toBe(said(unknown));
      }
    }
    expect((await ask('theirs', 'POST', `/restricted-entities/${theirs}/unblock`)).status).toBe(200);
  });

  test('is refused to whoever may not, and each refused change stands in the audit log', async () => {
    const refused = async () =>
      (await world.store.audit.list({ organizationId: world.ours.id, limit: 1_000 })).filter(
        ({ by, result, parameters }) => by === 'our reader' && result === 'Failed' && parameters.error === 'forbidden',
      );
    const NOT_RECORDED = ['POST /probes'];
    for (const { method, path, ...rest } of ROUTES().filter((route) => route.method !== 'GET')) {
      // What everybody with a role may: tokens of his own.
      if (path.startsWith('/api-tokens')) continue;
      // A token has no session: what he does to his own needs no role, so wrong input is told as that.
      const isOwn = path.startsWith('/session');
      const asked = [
        { path, body: 'body' in rest ? rest.body : undefined },
        ...('badBody' in rest && !isOwn ? [rest.badBody, { unknownField: 1 }].map((body) => ({ path, body })) : []),
        ...('badPath' in rest && !isOwn ? [{ path: rest.badPath, body: undefined }] : []),
      ];
      for (const { path, body } of asked) {
        const before = (await refused()).length;
        const answer = await ask('reader', method, path, body);
        expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 403, 'forbidden']);
        const records = NOT_RECORDED.includes(`${method} ${path}`) ? 0 : 1;
        expect([method, path, (await refused()).length - before]).toEqual([method, path, records]);
      }
    }
  });

  test('is recorded by method and route where the refused body was no body at all, without what was in it', async () => {
    const theirs = world.theirConnector.id;
    const { statusCode } = await app.inject({
      method: 'PATCH',
      url: `/api/v1/connectors/${theirs}`,
      remoteAddress: '192.0.2.77',
      headers: { authorization: `Bearer ${world.secrets.reader}`, 'content-type': 'application/json' },
      payload: '{"comment": "my secret',
    });
    expect(statusCode).toBe(403);
    const [newest] = await api.audit('PATCH /connectors/:id');
    expect(newest).toMatchObject({
      organizationId: world.ours.id,
      objectId: theirs,
      by: 'our reader',
      userType: 'Application',
      clientAddress: '192.0.2.77',
      parameters: { error: 'forbidden' },
      result: 'Failed',
    });
    expect(JSON.stringify(newest)).not.toContain('my secret');
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
    const { secret } = await world.ports.tokens.create({ name: 'guest', roles: ['Global Reader'], expiresAt: NOW + 1 });
    const headers = { authorization: `Bearer ${secret}` };
    expect((await app.inject({ url: '/api/v1/stats', headers })).statusCode).toBe(200);
    world.clock.now = NOW + 1;
    expect((await app.inject({ url: '/api/v1/stats', headers })).statusCode).toBe(401);
    world.clock.now = NOW;
  });
});
