// From an event that an alert left in the store to the mail and the webhook that people get.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ApiWorld, aDeliveryRecord, aMessageRecord, anApiWorld, EVIDENCE, NOW } from '../test/api-world.ts';
import { type Sink, startSink } from '../test/mta/sink.ts';
import type { NotificationEvent } from './alerts/notification-event.ts';
import { Counters } from './api/counters.ts';
import { configSchema } from './config/schema.ts';
import { type HookServer, startHookServer } from './notifications/hook-server.ts';
import type { Notifications } from './notifications/notifications.ts';
import { openNotifications } from './open-notifications.ts';
import { anEvent } from './store/samples.ts';

let world: ApiWorld;
let sink: Sink;
let hooks: HookServer;
let room: Notifications | undefined;
let counters: Counters;
let lines: string[];
let troubles: string[];

beforeEach(async () => {
  [world, sink, hooks] = await Promise.all([anApiWorld(), startSink(), startHookServer()]);
  counters = new Counters();
  [lines, troubles] = [[], []];
});
afterEach(async () => {
  await room?.close();
  room = undefined;
  await world.close();
  await sink.stop();
  await hooks.stop();
});

async function open(administrators: readonly string[]): Promise<Notifications> {
  const { store, ports } = world;
  const caFile = join(world.folder, 'hook-ca.pem');
  await writeFile(caFile, hooks.ca);
  const notifications = {
    port: sink.port,
    privateWebhookTargets: ['127.0.0.1'],
    webhookCaFile: caFile,
    from: 'cordon@ours.example',
  };
  room = await openNotifications({
    config: configSchema.parse({ notifications, http: { publicUrl: 'https://cordon.ours.example/' } }),
    store,
    directory: ports.directory,
    restricted: ports.restrictions,
    counters,
    log: pino({}, { write: (line: string) => void lines.push(line) }),
    key: Buffer.alloc(32, 7),
    administratorAddresses: (organizationId) => (organizationId === world.ours.id ? administrators : []),
    apiUrl: () => undefined,
    trouble: (part, what) => troubles.push(`${part}: ${what}`),
    well: () => {},
    now: ports.now,
    randomUUID: ports.randomUUID,
  });
  return room;
}

/** Our connector sent two messages, and was restricted. */
async function restricted(): Promise<NotificationEvent> {
  const { ports, store, ourConnector: entity, ours } = world;
  const messages = [
    aMessageRecord(entity, 1, { at: NOW - 60_499, feedbackFrom: 'mail.ours.example' }),
    aMessageRecord(entity, 2, { at: NOW - 60_498 }),
  ];
  for (const message of messages) store.journal.append(message);
  store.journal.append(aDeliveryRecord(messages[0]!, 3, { 'bob@far.example': 'delivered' }));
  await store.journal.flush();
  const { restriction } = ports.restrictions.restrict({
    entity,
    cause: 'detection',
    reason: 'It sends what looks like spam',
    by: 'Cordon',
    evidence: EVIDENCE,
  });
  const { incidentId } = restriction;
  return anEvent({
    at: NOW,
    organizationId: ours.id,
    entity: { id: entity.id, kind: 'connector', name: entity.name },
    incidentId,
    recipients: ['TenantAdmins', 'Security@ours.example', 'security@ours.example'],
  });
}

test('mail for each administrator and recipient once, and a webhook, with the evidence and what got out', async () => {
  const event = await restricted();
  const notifications = await open(['anna@ours.example']);
  await notifications.webhooks.add(world.ours.id, `https://127.0.0.1:${hooks.port}/in`);
  await world.store.outbox.addEvent(event);
  notifications.wake();
  const mails = await sink.received(2);
  expect(mails.flatMap(({ recipients }) => recipients).sort()).toEqual(['anna@ours.example', 'security@ours.example']);
  const text = mails[0]!.bytes.toString().replace(/=\r\n/g, '');
  for (const words of [
    'From: Cordon <cordon@ours.example>',
    'A high-severity alert has been triggered',
    'branch office',
    'new recipients 97 % against 21 % usual',
    '2 messages to 2 recipients since',
    '1 delivered, 0 still queued, 0 bounced, 1 unknown',
    'It stays restricted until somebody unblocks it',
    `cordon unblock ${world.ourConnector.id}`,
    `POST /api/v1/restricted-entities/${world.ourConnector.id}/unblock`,
  ])
    expect(text).toContain(words);
  await vi.waitFor(() => expect(counters.notifications).toMatchObject({ mail: { taken: 2 }, webhook: { taken: 1 } }));
  const [{ body }] = hooks.taken as [HookServer['taken'][number]];
  expect(JSON.parse(body)).toMatchObject({
    type: 'alert',
    id: event.id,
    at: '2026-11-22T08:00:00.000Z',
    severity: 'High',
    restriction: { isInForce: true, seen: [{ family: 'recipients' }, { family: 'content' }] },
    gotOut: { messages: 2, accepted: 2, delivered: 1 },
    recommendations: expect.arrayContaining([expect.objectContaining({ title: 'See what was sent' })]),
  });
  expect(body).not.toMatch(/anna@|security@/i);
  expect(await world.store.outbox.count()).toBe(0);
});

test('a user whom a limit restricts until tomorrow: mail and webhook say when that ends by itself', async () => {
  const { ports, store, ours } = world;
  const entity = ports.directory.user(ours.id, 'anna@ours.example');
  const until = NOW + 86_400_000;
  const order = { entity, cause: 'limit', reason: 'over 500 a day', by: 'Cordon', until } as const;
  const { restriction } = ports.restrictions.restrict(order);
  const notifications = await open([]);
  await notifications.webhooks.add(ours.id, `https://127.0.0.1:${hooks.port}/in`);
  const { incidentId } = restriction;
  const about = { id: entity.id, kind: 'user', name: 'anna@ours.example' } as const;
  await store.outbox.addEvent(
    anEvent({ at: NOW, organizationId: ours.id, entity: about, incidentId, recipients: ['ops@ours.example'] }),
  );
  notifications.wake();
  const [mail] = await sink.received(1);
  const text = mail!.bytes.toString().replace(/=\r\n/g, '');
  expect(text).toContain('ends by itself at 2026-11-23 08:00:00 UTC');
  expect(text).toContain('cordon unblock anna@ours.example');
  await vi.waitFor(() => expect(hooks.taken).toHaveLength(1));
  expect(JSON.parse(hooks.taken[0]!.body).restriction).toMatchObject({ until: '2026-11-23T08:00:00.000Z' });
});

test('a message has one id for each recipient, the same at each try', async () => {
  const event = await restricted();
  await world.store.outbox.addEvent(event);
  await open(['anna@ours.example']);
  const ids = (await sink.received(2)).map(({ bytes }) => /^Message-ID: (.*)\r$/m.exec(bytes.toString())![1]);
  expect(new Set(ids).size).toBe(2);
});

test('an event that nobody would hear of is counted and logged, and the next one is told', async () => {
  await open([]);
  await world.store.outbox.addEvent(anEvent({ organizationId: world.theirs.id, policyName: 'Guard degraded' }));
  room!.wake();
  await vi.waitFor(() => expect(counters.notifications.none.nobody).toBe(1));
  expect(lines.join('')).toContain('an alert reached nobody');
  expect(troubles).toEqual([]);
  await world.store.outbox.addEvent(anEvent({ organizationId: world.theirs.id, recipients: ['eve@theirs.example'] }));
  room!.wake();
  expect((await sink.received(1))[0]!.recipients).toEqual(['eve@theirs.example']);
});

test('reasons and names of a megabyte, and what would break a header, arrive as one short line', async () => {
  await open([]);
  const nasty = `x\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>${'A'.repeat(1_048_576)}`;
  await world.store.outbox.addEvent(
    anEvent({
      recipients: ['anna@ours.example'],
      summary: nasty,
      entity: { id: world.ourConnector.id, kind: 'connector', name: nasty },
    }),
  );
  room!.wake();
  const [mail] = await sink.received(1);
  const raw = mail!.bytes.toString();
  expect(mail!.recipients).toEqual(['anna@ours.example']);
  expect(raw).not.toMatch(/^Bcc:/im);
  expect(raw.slice(raw.indexOf('text/html'))).not.toContain('<script>');
  expect(raw.length).toBeLessThan(60_000);
});
