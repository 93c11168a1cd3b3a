import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { aTestApi, NOW, type NotificationWorld, type TestApi } from '../../test/api-world.ts';
import { type Sink, startSink } from '../../test/mta/sink.ts';
import { type HookServer, startHookServer } from '../notifications/hook-server.ts';

let api: TestApi;
let hooks: HookServer | undefined;
let sink: Sink | undefined;

async function start(told: NotificationWorld = {}): Promise<void> {
  api = await aTestApi(told);
}
afterEach(async () => {
  await api.close();
  await hooks?.stop();
  await sink?.stop();
  hooks = sink = undefined;
});

const localTargets = (server: HookServer) => ({ allowed: ['127.0.0.1/32'], ca: server.ca });

async function startWithHooks(over: NotificationWorld = {}): Promise<HookServer> {
  hooks = await startHookServer();
  await start({ targets: localTargets(hooks), ...over });
  return hooks;
}

const add = (url: string, who: 'ours' | 'theirs' | 'provider' = 'ours', body = {}) =>
  api.ask(who, 'POST', '/webhooks', { url, ...body });

describe('/webhooks', () => {
  test('a webhook is made, its secret shown once, listed without what may be secret, and deleted; all audited', async () => {
    await start();
    const made = await add('https://hooks.example/services/T0/very-secret-B7xQ');
    expect(made).toMatchObject({
      status: 201,
      body: { url: 'https://hooks.example/…B7xQ', enabled: true, secret: expect.stringMatching(/^[\w-]{43}$/) },
    });
    const listed = (await api.ask('ours', 'GET', '/webhooks')).body.items;
    expect(listed).toEqual([expect.objectContaining({ id: made.body.id, url: 'https://hooks.example/…B7xQ' })]);
    expect(JSON.stringify(listed)).not.toContain('secret');
    expect((await api.ask('ours', 'DELETE', `/webhooks/${made.body.id}`)).status).toBe(204);
    expect((await api.ask('ours', 'GET', '/webhooks')).body.items).toEqual([]);
    const records = [...(await api.audit('New-Webhook')), ...(await api.audit('Remove-Webhook'))];
    expect(records.map(({ objectId, result }) => [objectId, result])).toEqual([
      [made.body.id, 'Succeeded'],
      [made.body.id, 'Succeeded'],
    ]);
    expect(JSON.stringify(records)).not.toMatch(new RegExp(`${made.body.secret}|very-secret`));
  });

  test.each(['http://hooks.example/', 'https://127.0.0.1/', 'https://2130706433/', 'https://[fd00:ec2::254]/', 'x'])(
    '%s is refused, and the refusal recorded',
    async (url) => {
      await start();
      expect(await add(url)).toMatchObject({ status: 400, body: { code: 'target_refused' } });
      expect(await api.audit('New-Webhook')).toMatchObject([{ result: 'Failed' }]);
    },
  );

  test('an organization has ten at the most', async () => {
    await start();
    const all = await Promise.all(Array.from({ length: 12 }, (_, i) => add(`https://hooks.example/${i}`)));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(10);
    expect((await add('https://hooks.example/', 'theirs')).status).toBe(201);
  });

  test('another organization’s is like one that does not exist', async () => {
    const server = await startWithHooks();
    const { id } = (await add(`https://localhost:${server.port}/`)).body;
    const unknown = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
    expect((await api.ask('theirs', 'GET', '/webhooks')).body.items).toEqual([]);
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/test'],
    ] as const) {
      const [foreign, none] = await Promise.all(
        [id, unknown].map((each) => api.ask('theirs', method, `/webhooks/${each}${path}`)),
      );
      expect(foreign!.status).toBe(404);
      expect(JSON.stringify(foreign!.body).replaceAll(id, unknown)).toBe(JSON.stringify(none!.body));
    }
    const there = { organizationId: api.world.ours.id };
    expect((await add('https://hooks.example/', 'theirs', there)).status).toBe(404);
    expect((await api.ask('theirs', 'GET', `/webhooks?organizationId=${api.world.ours.id}`)).status).toBe(404);
    expect(server.taken).toEqual([]);
  });

  test('what it is sent is signed with the secret that was shown', async () => {
    const server = await startWithHooks();
    const { id, secret } = (await add(`https://localhost:${server.port}/in`)).body;
    expect((await api.ask('ours', 'POST', `/webhooks/${id}/test`)).body).toMatchObject({ result: 'taken', words: '' });
    const [{ headers, body }] = server.taken as [HookServer['taken'][number]];
    const seconds = NOW / 1_000;
    const v1 = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    expect(headers['cordon-signature']).toBe(`t=${seconds},v1=${v1}`);
    expect(headers['cordon-delivery']).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(body)).toMatchObject({ type: 'test', by: 'our admin' });
  });
});

describe('/notifications', () => {
  test('a test goes over mail and every webhook of the organization, and tells what came of each', async () => {
    sink = await startSink({ refuse: (to) => (to.startsWith('gone') ? '550 5.1.1 nobody' : undefined) });
    const administrators = { Ours: ['anna@ours.example', 'gone@ours.example'], Theirs: ['eve@theirs.example'] };
    const server = await startWithHooks({ mailPort: sink.port, administrators });
    await add(`https://localhost:${server.port}/in`);
    await add(`https://localhost:${server.port}/`, 'theirs');
    const { status, body } = await api.ask('ours', 'POST', '/notifications/test');
    expect(status).toBe(200);
    expect(body.items).toEqual([
      { channel: 'mail', target: 'anna@ours.example', result: 'taken', words: '' },
      {
        channel: 'mail',
        target: 'gone@ours.example',
        result: 'failed',
        words: expect.stringContaining('550 5.1.1 nobody'),
      },
      { channel: 'webhook', target: `https://localhost:${server.port}/in`, result: 'taken', words: '' },
    ]);
    expect(server.taken).toHaveLength(1);
    expect(sink.messages.map(({ recipients }) => recipients)).toEqual([['anna@ours.example']]);
    expect(sink.messages[0]!.bytes.toString()).toContain('Subject: Test of notifications');
    expect(await api.audit('Test-Notification')).toMatchObject([{ result: 'Succeeded', by: 'our admin' }]);
  });

  test('an address may be named instead, and nothing else is one', async () => {
    sink = await startSink();
    await start({ mailPort: sink.port });
    const to = (address: string) => api.ask('ours', 'POST', '/notifications/test', { to: [address] });
    expect((await to('ben@ours.example')).body.items).toMatchObject([{ target: 'ben@ours.example', result: 'taken' }]);
    for (const address of ['ben', 'a@b\r\nBcc: eve@evil.example', 'a@b>'])
      expect(await to(address)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(sink.messages).toHaveLength(1);
  });

  test('whether anybody would be told is told', async () => {
    await start({ administrators: { Ours: ['anna@ours.example', 'ANNA@ours.example', 'no address'] } });
    expect((await api.ask('ours', 'GET', '/notifications')).body).toMatchObject({
      tenantAdmins: [expect.stringMatching(/anna@ours.example/i)],
      nobodyIsTold: false,
    });
    expect((await api.ask('theirs', 'GET', '/notifications')).body).toMatchObject({
      tenantAdmins: [],
      webhooks: 0,
      nobodyIsTold: true,
    });
    const test_ = await api.ask('theirs', 'POST', '/notifications/test');
    expect(test_).toMatchObject({ status: 400, body: { detail: expect.stringContaining('nobody would be told') } });
    expect(await api.audit('Test-Notification')).toMatchObject([{ result: 'Failed' }]);
  });
});
