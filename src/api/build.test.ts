import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi, NOW } from '../../test/api-world.ts';
import { RestrictedEntities } from '../restrictions/restricted-entities.ts';
import type { RestrictionStore } from '../restrictions/restriction-store.ts';
import { anAlert, anAlertWrite } from '../store/samples.ts';
import { buildApi } from './build.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
const api = await aTestApi();
const { world, app, ask, audit } = api;
afterAll(() => api.close());

describe('what else is shown', () => {
  test('alerts of the own organization', async () => {
    const alert = anAlert({ id: UNKNOWN, organizationId: world.ours.id, createdAt: NOW });
    await world.store.alerts.write(anAlertWrite(alert));
    expect((await ask('ours', 'GET', '/alerts')).body.items).toMatchObject([
      { id: UNKNOWN, at: new Date(NOW).toISOString() },
    ]);
    expect((await ask('theirs', 'GET', '/alerts')).body.items).toEqual([]);
  });

  test('audit records of the own organization', async () => {
    for (const who of ['ours', 'theirs'] as const) await ask(who, 'POST', '/api-tokens', { name: 'x' });
    const { items } = (await ask('theirs', 'GET', '/audit-records')).body;
    expect(new Set(items.map((item: { organizationId: string }) => item.organizationId))).toEqual(
      new Set([world.theirs.id]),
    );
  });

  test('stats: the traffic of all is for whoever sees all', async () => {
    world.ports.counters.decisions.milter.reject += 3;
    const all = (await ask('provider', 'GET', '/stats')).body;
    expect(all.traffic.decisions.milter.reject).toBe(3);
    expect(all).toMatchObject({ version: '0.0.0-test', startedAt: new Date(NOW).toISOString() });
    const tenant = (await ask('theirs', 'GET', '/stats')).body;
    expect(tenant).not.toHaveProperty('traffic');
    expect(tenant).toMatchObject({ connectors: 1, acceptedDomains: 1, restricted: 0 });
  });

  test('stats: how the guard is, for everybody; what troubles it, in words, for whoever sees all', async () => {
    world.clock.now = NOW + 90_500;
    const all = (await ask('provider', 'GET', '/stats')).body;
    const tenant = (await ask('theirs', 'GET', '/stats')).body;
    world.clock.now = NOW;
    const health = { isReady: true, parts: { store: 'ok' } };
    expect(tenant).toMatchObject({ uptimeSeconds: 90, health });
    expect(tenant.health).toEqual(health);
    expect(all.health).toEqual({ ...health, troubles: [{ part: 'snapshots', text: 'no space left on device' }] });
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
      'Account',
      'AccountChanges',
      'AccountWithPassword',
      'Action',
      'AdminAuditLogConfig',
      'AdminAuditLogConfigChanges',
      'Alert',
      'AlertActivity',
      'AlertComment',
      'AlertCondition',
      'AlertConditionInput',
      'AlertDetails',
      'AlertHandling',
      'AlertPolicy',
      'AlertPolicyChanges',
      'ApiToken',
      'AuditRecord',
      'Connector',
      'ConnectorChanges',
      'ConnectorTraffic',
      'CreatedApiToken',
      'Credentials',
      'DiscoveredRelaying',
      'Effect',
      'Erasure',
      'Evidence',
      'ExceptionWindow',
      'FamilyEvidence',
      'IdentityAssignment',
      'IncidentEvidence',
      'LetPass',
      'Limit',
      'LimitInput',
      'LimitPolicy',
      'LimitPolicyInput',
      'LimitUse',
      'Message',
      'MessageVolume',
      'NewAccount',
      'NewAlertComment',
      'NewAlertPolicy',
      'NewApiToken',
      'NewConnector',
      'NewErasure',
      'NewExceptionWindow',
      'NewIdentityAssignment',
      'NewOrganization',
      'NewWebhook',
      'Notice',
      'NotificationTest',
      'Organization',
      'OrganizationChanges',
      'PasswordChange',
      'PasswordProof',
      'Probe',
      'Problem',
      'QueuedMessages',
      'RecipientFate',
      'Recommendation',
      'RestrictedEntity',
      'RestrictedEntityDetails',
      'Role',
      'RoleAssignment',
      'SecondFactorProof',
      'SecondFactorSecret',
      'SendingLimits',
      'SendingLimitsInput',
      'Session',
      'Stats',
      'SumPoint',
      'Suspect',
      'TestResult',
      'Told',
      'Traffic',
      'UnblockedEntity',
      'User',
      'Webhook',
      'WhatGotOut',
      'Who',
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

  test('metrics count the answers of the mail logs where one is followed', async () => {
    const { body: without } = await app.inject('/metrics');
    expect(without).not.toContain('cordon_feedback');
    const following = await buildApi({
      ...world.ports,
      mailLogAnswers: () => ({ joined: 3, unjoined: 2, givenUp: 0 }),
    });
    const { body } = await following.inject('/metrics');
    expect(body).toContain('cordon_feedback_answers_total{result="unjoined"} 2');
    await following.close();
  });

  test('metrics need a provider’s token where others can reach the port', async () => {
    const open = await buildApi(world.ports, { metricsNeedToken: true });
    const get = (secret?: string) =>
      open.inject({ url: '/metrics', headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` } });
    expect((await get()).statusCode).toBe(401);
    expect((await get(world.secrets.ours)).statusCode).toBe(403);
    expect((await get(world.secrets.provider)).statusCode).toBe(200);
    expect((await get((await world.tokenOf(['Global Reader'])).secret)).statusCode).toBe(200);
    expect((await get((await world.tokenOf([])).secret)).statusCode).toBe(403);
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
    const audit = { append: () => Promise.reject(new Error('full')), search: async () => ({ records: [] }) };
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
