import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { aMessageRecord, aTestApi, EVIDENCE, NOW } from '../../test/api-world.ts';
import type { Connector } from '../attribution/entity.ts';
import type { Gate } from '../restrictions/gate.ts';
import { buildApi } from './build.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
const api = await aTestApi();
const { world, ask, aConnector, audit } = api;
afterAll(() => api.close());

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
    expect((await ask('ours', 'GET', path())).body).toEqual({
      ...made.body,
      recommendations: expect.arrayContaining([expect.objectContaining({ title: 'See what was sent' })]),
      history: [],
    });
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

  test('is unblocked by whoever guards and by nobody who only reads; his attempt is recorded', async () => {
    await ask('security', 'POST', path('/restrict'), { reason: 'odd' });
    expect((await ask('reader', 'GET', path())).body).toMatchObject({ reason: 'odd' });
    const refused = await ask('reader', 'POST', path('/unblock'), { reason: 'please' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(refused.body.detail).toContain('Organization Management, Provider Administrator or Security Administrator');
    expect(world.ports.restrictions.active.get(connector.id)).toBeDefined();
    const records = (await audit('Remove-BlockedConnector')).filter((record) => record.objectId === connector.id);
    expect(records).toEqual([
      expect.objectContaining({
        by: 'our reader',
        result: 'Failed',
        organizationId: world.ours.id,
        parameters: { reason: 'please', graceHours: 0, learn: false, error: 'forbidden' },
      }),
    ]);
    expect((await ask('security', 'POST', path('/unblock'))).status).toBe(200);
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

  test('a reason of 1 MB is refused, changes nothing and stands nowhere as done', async () => {
    const reason = 'x'.repeat(1_000_000);
    const refused = { status: 413, body: { status: 413, code: 'invalid_request', advice: expect.any(String) } };
    const recorded = async () => {
      const all = await Promise.all(['Restrict-Connector', 'Remove-BlockedConnector'].map(audit));
      return all.flat().filter(({ objectId }) => objectId === connector.id);
    };
    const tooLong = await ask('ours', 'POST', path('/restrict'), { reason });
    expect(tooLong).toMatchObject(refused);
    expect(tooLong.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect((await ask('ours', 'GET', path())).body.code).toBe('not_restricted');

    const restricted = (await ask('ours', 'POST', path('/restrict'), {})).body;
    for (const [body, answer] of [
      [{ reason }, refused],
      // Small enough to be read: told with its field.
      [{ reason: 'x'.repeat(200_000) }, { status: 400, body: { errors: [{ path: 'reason' }] } }],
    ] as const) {
      expect(await ask('ours', 'POST', path('/unblock'), body)).toMatchObject(answer);
    }
    expect((await ask('ours', 'GET', path())).body).toMatchObject(restricted);
    expect(world.ports.restrictions.active.get(connector.id)).toBeDefined();
    expect((await recorded()).map(({ operation, result }) => [operation, result])).toEqual([
      ['Restrict-Connector', 'Succeeded'],
    ]);
    expect(JSON.stringify(await world.store.audit.list({ limit: 1_000 }))).not.toContain('x'.repeat(2_000));
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

  test('an unblock says at which gates it holds, and how long after the request came in each let pass', async () => {
    const { active } = world.ports.restrictions;
    let clock = 1_000;
    let isWritten = () => {};
    const gates: Gate[] = [
      { name: 'milter', letsPass: async (id) => active.get(id) === undefined },
      {
        name: 'postfix-maps',
        node: 'b',
        letsPass: () =>
          new Promise((resolve) => {
            isWritten = () => resolve(true);
          }),
      },
      { name: 'policy', letsPass: async () => false },
    ];
    const monotonic = () => (clock += 1.26);
    const app = await buildApi({ ...world.ports, gates: () => gates, monotonic });
    await ask('ours', 'POST', path('/restrict'), {});
    const answer = app.inject({
      method: 'POST',
      url: `/api/v1${path('/unblock')}`,
      headers: { authorization: `Bearer ${world.secrets.ours}` },
    });
    await expect.poll(() => clock).toBeGreaterThan(1_003);
    clock += 100;
    isWritten();
    const { effective, ended } = (await answer).json();
    expect(ended.by).toBe('our admin');
    expect(effective).toEqual({
      gates: [
        { name: 'milter', isEffective: true, afterMilliseconds: 1.3 },
        { name: 'postfix-maps', node: 'b', isEffective: true, afterMilliseconds: 103.8 },
        { name: 'policy', isEffective: false, afterMilliseconds: 2.5 },
      ],
      afterMilliseconds: 103.8,
    });
    await app.close();
  });

  test('an unblock does not wait for ever for a gate that does not answer', async () => {
    const silent: Gate = { name: 'postfix-maps', letsPass: () => new Promise(() => {}) };
    const app = await buildApi({ ...world.ports, gates: () => [silent], monotonic: () => 0 });
    await ask('ours', 'POST', path('/restrict'), {});
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const headers = { authorization: `Bearer ${world.secrets.ours}` };
      const answer = app.inject({ method: 'POST', url: `/api/v1${path('/unblock')}`, headers });
      let isAnswered = false;
      void answer.then(() => {
        isAnswered = true;
      });
      await expect.poll(() => world.ports.restrictions.active.get(connector.id)).toBeUndefined();
      await expect.poll(() => vi.getTimerCount()).toBeGreaterThan(0);
      expect(isAnswered).toBe(false);
      vi.advanceTimersByTime(2_000);
      expect((await answer).json().effective.gates).toMatchObject([{ name: 'postfix-maps', isEffective: false }]);
    } finally {
      vi.useRealTimers();
    }
    await app.close();
  });

  test('a row says in a line what speaks loudest against it, the limit, or the reason', async () => {
    const inShort = async (over: Partial<Parameters<typeof world.ports.restrictions.restrict>[0]>) => {
      const { id } = await aConnector();
      const entity = world.ports.directory.connector(id)!;
      await world.ports.restrictions.restrict({ entity, cause: 'detection', reason: 'r', by: 'Cordon', ...over })
        .settled;
      const { body } = await ask('ours', 'GET', `/restricted-entities?entityId=${entity.id}`);
      return body.items[0].evidenceInShort;
    };
    const [recipients, content] = EVIDENCE.families;
    const quiet = { ...content!, family: 'bulk', sum: 0.1, words: 'little' };
    const silent = { ...content!, family: 'links', sum: 0, words: 'nothing' };
    const evidence = { ...EVIDENCE, families: [silent, content!, quiet, recipients!] };
    expect(await inShort({ evidence })).toBe('new recipients 97 % against 21 % usual; spam 80 % against 1 % usual');
    expect(await inShort({ evidence: { ...EVIDENCE, families: [silent, recipients!] } })).toBe(recipients!.words);
    const limit = 'Sending limit: 201 recipients in an hour, limit 200';
    expect(await inShort({ cause: 'limit', reason: limit })).toBe(limit);
    expect(await inShort({ cause: 'manual', reason: '' })).toBe('');
  });

  test('a row says what was refused since, while the restriction is in force, and which alert tells of it', async () => {
    const { alarm } = world.ports;
    const attempts = new Map([[connector.id, { messages: 3, recipients: 7, lastAt: NOW }]]);
    const app = await buildApi({ ...world.ports, attemptsOf: (entityId) => attempts.get(entityId) });
    const rowsOf = async (state: string) => {
      const response = await app.inject({
        url: `/api/v1/restricted-entities?state=${state}&entityId=${connector.id}`,
        headers: { authorization: `Bearer ${world.secrets.reader}` },
      });
      return response.json().items;
    };
    const entity = world.ports.directory.connector(connector.id)!;
    const order = { entity, cause: 'detection', reason: 'r', by: 'Cordon', evidence: EVIDENCE } as const;
    const { restriction, settled } = world.ports.restrictions.restrict(order);
    await settled;
    const attemptsSince = { messages: 3, recipients: 7, lastAt: new Date(NOW).toISOString() };
    const [row] = await rowsOf('restricted');
    expect(row).toMatchObject({ id: connector.id, attemptsSince });
    expect(row).not.toHaveProperty('alertId');

    alarm.restricted(restriction);
    await alarm.settled();
    const [alert] = (await ask('ours', 'GET', `/alerts?entityId=${connector.id}`)).body.items;
    expect(await rowsOf('restricted')).toMatchObject([{ alertId: alert.id }]);
    expect((await ask('ours', 'GET', path())).body).toMatchObject({
      alertId: alert.id,
      attemptsSince: { messages: 0, recipients: 0 },
    });
    await ask('ours', 'POST', path('/unblock'));
    const [ended] = await rowsOf('ended');
    expect(ended).toMatchObject({ id: connector.id, alertId: alert.id });
    expect(ended).not.toHaveProperty('attemptsSince');
    await app.close();
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

describe('a list of thousands', () => {
  const some = 2_300;
  const ids: string[] = [];
  beforeAll(async () => {
    const { restrictions, directory } = world.ports;
    const made = [];
    for (let i = 0; i < some; i++) {
      // Many of one moment.
      world.clock.now = NOW + Math.floor(i / 700);
      const entity = directory.user(world.theirs.id, `user${i}@theirs.example`);
      made.push(restrictions.restrict({ entity, cause: i % 2 === 0 ? 'limit' : 'manual', reason: `${i}`, by: 'x' }));
    }
    world.clock.now = NOW;
    await Promise.all(made.map(({ settled }) => settled));
    ids.push(...made.map(({ restriction }) => restriction.id).sort());
  });
  const restrictionIds = (items: { restrictionId: string }[]) => items.map(({ restrictionId }) => restrictionId);

  test('is given whole, to nobody else, and to whoever asks for pages each row once, in one order', async () => {
    const whole = await ask('theirs', 'GET', '/restricted-entities?limit=10000');
    expect(whole.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(restrictionIds(whole.body.items).sort()).toEqual(ids);
    expect(whole.body).not.toHaveProperty('next');
    const theirIds = new Set(ids);
    const others = restrictionIds((await ask('ours', 'GET', '/restricted-entities?limit=10000')).body.items);
    expect(others.filter((each) => theirIds.has(each))).toEqual([]);

    for (const state of ['restricted', 'all']) {
      const rows: { restrictionId: string; since: string }[] = [];
      let cursor = '';
      do {
        const { body } = await ask('theirs', 'GET', `/restricted-entities?state=${state}&limit=1000${cursor}`);
        rows.push(...body.items);
        cursor = body.next === undefined ? '' : `&cursor=${body.next}`;
      } while (cursor !== '');
      expect(rows).toEqual(whole.body.items);
    }
  });

  test.each(['restricted', 'all'])('of state %s is filtered before it is cut into pages', async (state) => {
    const path = `/restricted-entities?state=${state}&cause=limit&limit=700`;
    const first = (await ask('theirs', 'GET', path)).body;
    const second = (await ask('theirs', 'GET', `${path}&cursor=${first.next}`)).body;
    expect([first.items.length, second.items.length, second.next]).toEqual([700, some / 2 - 700, undefined]);
    expect(new Set([...first.items, ...second.items].map(({ cause }) => cause))).toEqual(new Set(['limit']));
  });

  test('has no page of more than 10 000, and none after what is no cursor', async () => {
    for (const wrong of ['limit=10001', 'limit=0', 'cursor=abc', 'state=all&cursor=abc']) {
      const [field] = wrong.split('&').at(-1)!.split('=');
      expect(await ask('theirs', 'GET', `/restricted-entities?${wrong}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ path: field }] },
      });
    }
  });
});
