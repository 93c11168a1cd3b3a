import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ApiWorld, anApiWorld, NOW } from '../../test/api-world.ts';
import { freePort } from '../../test/mta/free-port.ts';
import { type Sink, startSink } from '../../test/mta/sink.ts';
import { anEvent } from '../store/samples.ts';
import { FakeTime } from './fake-time.ts';
import { type HookServer, startHookServer } from './hook-server.ts';
import { Notifications, type NotificationsOptions } from './notifications.ts';

let world: ApiWorld;
let hooks: HookServer;
let sink: Sink | undefined;
let time: FakeTime;
let room: Notifications | undefined;
let results: string[];
/** What the webhook answers; 204 without one. */
let answers: ((response: ServerResponse) => void)[];

beforeEach(async () => {
  answers = [];
  results = [];
  time = new FakeTime(NOW);
  const answer = (response: ServerResponse) => (answers.shift() ?? ((each) => each.writeHead(204).end()))(response);
  [world, hooks] = await Promise.all([anApiWorld(), startHookServer(answer)]);
});
afterEach(async () => {
  await room?.close();
  await world.close();
  await hooks.stop();
  await sink?.stop();
  room = sink = undefined;
});

async function open(mailPort: number, over: Partial<NotificationsOptions> = {}): Promise<Notifications> {
  room = await Notifications.open({
    outbox: world.store.outbox,
    webhooks: world.store.webhooks,
    mail: { host: '127.0.0.1', port: mailPort, tls: 'none', hostName: 'guard.ours.example', longestMs: 2_000 },
    from: 'Cordon <cordon@ours.example>',
    envelopeSender: 'bounces@ours.example',
    targets: { allowed: ['127.0.0.1'], ca: hooks.ca, longestMs: 2_000 },
    key: Buffer.alloc(32, 1),
    publicUrl: () => 'https://cordon.ours.example',
    administratorAddresses: () => ['anna@ours.example'],
    providersOrganization: () => world.ours.id,
    detailsOf: async () => ({ timeZone: 'Europe/Zurich', recommendations: [] }),
    onNobody: () => results.push('nobody'),
    onResult: (channel, result, _target, words) => results.push(`${channel} ${result} ${words}`.trim()),
    onShed: () => {},
    onFailure: () => {},
    onReportFailure: () => {},
    now: () => time.now,
    random: () => 0,
    randomUUID: world.ports.randomUUID,
    setTimer: time.setTimer,
    ...over,
  });
  return room;
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });

async function anEventForUs(): Promise<void> {
  await world.store.outbox.addEvent(anEvent({ at: NOW, organizationId: world.ours.id }));
  room!.wake();
}

describe('notifications', () => {
  test('a mail server that is away gets the mail when it is back, from our envelope sender', async () => {
    const port = await freePort();
    await open(port);
    await anEventForUs();
    await until(() => expect(results).toEqual([`mail failed connect ECONNREFUSED 127.0.0.1:${port}`]));
    sink = await startSink();
    // The same outbox, after a restart with another port in cordon.yaml.
    await room!.close();
    await open(sink.port);
    time.now += 30_000;
    room!.wake();
    const [mail] = await sink.received(1);
    expect(mail).toMatchObject({ envelopeSender: 'bounces@ours.example', recipients: ['anna@ours.example'] });
    await until(() => expect(room!.depth).toBe(0));
  });

  test('a webhook that fails, redirects and drips is tried again with the same id, signed anew', async () => {
    sink = await startSink();
    await open(sink.port);
    await room!.webhooks.add(world.ours.id, `https://127.0.0.1:${hooks.port}/`);
    answers = [
      (response) => response.writeHead(500).end('x'.repeat(200_000)),
      (response) => response.writeHead(307, { location: 'https://127.0.0.1:1/' }).end(),
      (response) => void response.writeHead(200).write('x'),
    ];
    await anEventForUs();
    for (const words of ['it answers 500', 'it answers 307; redirects are not followed', 'no answer within 2 s']) {
      await until(() => expect(results).toContain(`webhook failed ${words}`));
      await until(() => expect(time.next).toBeDefined());
      time.forward();
    }
    await until(() => expect(results).toContain('webhook taken'));
    expect(hooks.taken).toHaveLength(4);
    expect(new Set(hooks.taken.map(({ headers }) => headers['cordon-delivery'])).size).toBe(1);
    expect(new Set(hooks.taken.map(({ body }) => body)).size).toBe(1);
    expect(new Set(hooks.taken.map(({ headers }) => headers['cordon-signature'])).size).toBe(4);
  });

  test('a name that leads inside is refused at each try, and counted as such', async () => {
    sink = await startSink();
    const lookup = async () => [{ address: '169.254.169.254', family: 4 }];
    await open(sink.port, { targets: { allowed: [], lookup } });
    await room!.webhooks.add(world.ours.id, 'https://hooks.example/');
    await anEventForUs();
    await until(() => expect(results.filter((each) => each.startsWith('webhook'))).toHaveLength(2));
    expect(results.find((each) => each.startsWith('webhook refused'))).toBe(
      'webhook refused there can be no webhook at this URL: hooks.example has an address that is not allowed',
    );
    expect(hooks.connections).toBe(0);
  });

  test('an organization has two tests under way at once, and another is free', async () => {
    const lookup = (_name: string, signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await open(1, { targets: { allowed: [], lookup, longestMs: 500 } });
    const { webhook } = await room!.webhooks.add(world.ours.id, 'https://hooks.example/');
    const theirs = await room!.webhooks.add(world.theirs.id, 'https://hooks.example/');
    const under = [room!.testWebhook(webhook.id, 'anna'), room!.sendTest(world.ours.id, [], 'anna')];
    await expect(room!.testWebhook(webhook.id, 'anna')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(room!.sendTest(world.ours.id, [], 'anna')).rejects.toThrow('2 tests are under way');
    expect(await room!.testWebhook(theirs.webhook.id, 'eve')).toMatchObject({ result: 'failed' });
    await Promise.all(under);
    expect(await room!.testWebhook(webhook.id, 'anna')).toMatchObject({ result: 'failed' });
  });

  test('a webhook that was removed meanwhile ends its deliveries', async () => {
    sink = await startSink();
    await open(sink.port);
    const { webhook } = await room!.webhooks.add(world.ours.id, `https://127.0.0.1:${hooks.port}/`);
    answers = [(response) => response.writeHead(500).end()];
    await anEventForUs();
    await until(() => expect(results).toContain('webhook failed it answers 500'));
    await room!.webhooks.remove(webhook.id);
    await until(() => expect(time.next).toBeDefined());
    time.forward();
    await until(() => expect(results).toContain('webhook void the webhook was removed'));
    await until(() => expect(room!.depth).toBe(0));
  });

  test('details that cannot be read, and a time zone that nobody knows, keep no alert back', async () => {
    sink = await startSink();
    const detailsOf = vi
      .fn<NotificationsOptions['detailsOf']>()
      .mockRejectedValueOnce(new Error('disk'))
      .mockResolvedValueOnce({ timeZone: 'Mars/Olympus', recommendations: [] });
    await open(sink.port, { detailsOf });
    await anEventForUs();
    await sink.received(1);
    await anEventForUs();
    expect((await sink.received(2))[1]!.bytes.toString()).toContain('2026-11-22 08:00:00 UTC');
  });

  test('a mail server that says nothing keeps nobody from closing', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const connected = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
    // Only the timer of closing goes off; the mail server has all the time in the world.
    const mail = {
      host: '127.0.0.1',
      port: (silent.address() as AddressInfo).port,
      tls: 'none',
      hostName: 'x',
    } as const;
    const setTimer: NotificationsOptions['setTimer'] = (act, milliseconds) => {
      if (milliseconds === 5_000) setImmediate(act);
      return () => {};
    };
    await open(0, { mail, setTimer });
    await anEventForUs();
    await connected;
    await room!.close();
    expect(results).toEqual([]);
    // Its delivery waits for the next start.
    expect(await world.store.outbox.count()).toBe(1);
    room = undefined;
    silent.close();
  });

  test('what the guard itself posts goes by the rules of webhooks', async () => {
    await open(1);
    const url = `https://127.0.0.1:${hooks.port}/heads`;
    expect(await room!.postJson(url, { head: 'abc' })).toEqual({ result: 'taken', status: 204 });
    expect(hooks.taken[0]).toMatchObject({ path: '/heads', body: '{"head":"abc"}' });
    expect(await room!.postJson('https://10.0.0.1/', {})).toMatchObject({ result: 'refused' });
  });
});
