import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ApiWorld, anApiWorld, EVIDENCE, NOW } from '../../test/api-world.ts';
import { EMPTY_DRAFT } from '../attribution/connector-draft.ts';
import { defaultConfig } from '../config/schema.ts';
import { anAlert } from '../store/samples.ts';
import { startApi } from './start.ts';

let world: ApiWorld;
let api: Awaited<ReturnType<typeof startApi>>;
const http = { ...defaultConfig().http, port: 0 };

beforeAll(async () => {
  world = await anApiWorld();
  api = await startApi({ http, ports: world.ports });
});
afterAll(async () => {
  await api.close();
  await world.close();
});

const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });

/** The text of the stream so far, once it contains what is waited for. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended after: ${text}`);
    text += new TextDecoder().decode(value);
  }
  return text;
}

describe('the API on its port', () => {
  test('answers at its url', async () => {
    expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  });

  test('says LISTEN_FAILED where the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    await expect(startApi({ http: { ...http, port }, ports: world.ports })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    await new Promise((resolve) => other.close(resolve));
  });

  test('says which certificate it cannot read', async () => {
    const tls = { certificateFile: join(world.folder, 'no.pem'), keyFile: join(world.folder, 'no.key') };
    await expect(startApi({ http: { ...http, tls }, ports: world.ports })).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringContaining('no.pem'),
    });
  });
});

describe('server-sent events', () => {
  test('tell of restrictions and unblocks of the own organization, and of no other', async () => {
    const ours = await fetch(`${api.url}/api/v1/events`, bearer(world.secrets.ours));
    expect(ours.headers.get('content-type')).toBe('text/event-stream');
    const reader = ours.body!.getReader();
    await readUntil(reader, 'welcome');

    const restrict = async (entity: typeof world.ourConnector) => {
      const order = { entity, cause: 'manual', reason: 'a\nb', by: 'x' } as const;
      const { restriction, settled } = world.ports.restrictions.restrict(order);
      await settled;
      world.ports.events.publish({ type: 'restricted', restriction });
    };
    await restrict(world.theirConnector);
    await restrict(world.ourConnector);
    const text = await readUntil(reader, '\n\n');
    expect(text).not.toContain(world.theirConnector.id);
    const [event, data] = text.split('\n');
    expect(event).toBe('event: restricted');
    expect(JSON.parse(data!.replace('data: ', ''))).toMatchObject({
      id: world.ourConnector.id,
      name: 'branch office',
      reason: 'a\nb',
    });

    const order = { by: 'x', reason: '', graceHours: 0, learn: false } as const;
    const ended = await world.ports.restrictions.unblock(world.ourConnector.id, order);
    world.ports.events.publish({ type: 'unblocked', restriction: ended! });
    expect(await readUntil(reader, '\n\n')).toContain('event: unblocked');
    await reader.cancel();
  });

  test('show a restriction as the list does', async () => {
    const listening = await fetch(`${api.url}/api/v1/events`, bearer(world.secrets.reader));
    const reader = listening.body!.getReader();
    await readUntil(reader, 'welcome');
    const order = { entity: world.ourConnector, cause: 'detection', reason: 'r', by: 'Cordon' } as const;
    const { restriction, settled } = world.ports.restrictions.restrict({ ...order, evidence: EVIDENCE });
    await settled;
    world.ports.events.publish({ type: 'restricted', restriction });
    const [event, data] = (await readUntil(reader, '\n\n')).split('\n');
    const list = await fetch(`${api.url}/api/v1/restricted-entities`, bearer(world.secrets.reader));
    const { items } = (await list.json()) as { items: unknown[] };
    expect(event).toBe('event: restricted');
    expect(items).toEqual([JSON.parse(data!.replace('data: ', ''))]);
    const unblock = { by: 'x', reason: '', graceHours: 0, learn: false } as const;
    await world.ports.restrictions.unblock(world.ourConnector.id, unblock);
    await reader.cancel();
  });

  test('tell what changes of connectors, alerts and the audit log of the own organization, and of no other', async () => {
    const { directory, alarm } = world.ports;
    const told = { ours: '', theirs: '' };
    const readers = await Promise.all(
      (['ours', 'theirs'] as const).map(async (who) => {
        const listening = await fetch(`${api.url}/api/v1/events`, bearer(world.secrets[who]));
        const reader = listening.body!.getReader();
        told[who] = await readUntil(reader, 'welcome\n\n');
        return { who, reader };
      }),
    );
    const by = { name: 'x', clientAddress: '127.0.0.1', isTenant: false };
    const draft = { ...EMPTY_DRAFT, name: 'printer', senderIpAddresses: ['203.0.113.9'] };
    const { id } = await directory.addConnector(world.ours.id, draft, by);
    await directory.setConnector(id, { name: 'scanner' }, undefined, by);
    const window = { connectorId: id, from: NOW, until: NOW + 1_000, reason: 'r', by: 'x' };
    await directory.addExceptionWindow(window);
    await directory.removeConnector(id, undefined, by);
    await directory.setOrganization(world.ours.id, { timeZone: 'Europe/Zurich' });
    await directory.setOrganization(world.ours.id, { auditLog: false });
    await directory.setOrganization(world.ours.id, { auditLog: true });
    const alert = anAlert({ organizationId: world.ours.id });
    await world.store.alerts.write({
      alerts: [{ alert, hits: 1 }],
      ...{ activities: [], days: [], events: [], incidents: [] },
    });
    await alarm.handle(alert.id, { status: 'InProgress', assignee: 'anna' });
    await alarm.comment({ alertId: alert.id, organizationId: world.ours.id, by: 'anna', text: 'mine\nnow' });
    // Told last, to both.
    for (const organization of [world.ours, world.theirs]) {
      await directory.addConnector(organization.id, { ...EMPTY_DRAFT, name: 'the last' }, by);
    }
    for (const { who, reader } of readers) {
      told[who] += await readUntil(reader, '"name":"the last"');
      await reader.cancel();
    }
    const seen = (text: string) =>
      [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, event, data]) => [event, JSON.parse(data!)]);
    const organizationId = world.ours.id;
    const of = { id, organizationId };
    const ofAlert = { id: alert.id, organizationId };
    expect(seen(told.ours)).toEqual([
      ['connector', { ...of, name: 'printer', change: 'created' }],
      ['connector', { ...of, name: 'scanner', change: 'changed' }],
      ['connector', { ...of, name: 'scanner', change: 'changed' }],
      ['connector', { ...of, name: 'scanner', change: 'deleted' }],
      ['audit-log', { organizationId, isOn: false }],
      ['audit-log', { organizationId, isOn: true }],
      [
        'alert-changed',
        { ...ofAlert, alert: expect.objectContaining({ id: alert.id, status: 'InProgress', assignee: 'anna' }) },
      ],
      ['alert-changed', { ...ofAlert, comment: expect.objectContaining({ by: 'anna', text: 'mine\nnow' }) }],
      ['connector', expect.objectContaining({ organizationId, name: 'the last' })],
    ]);
    expect(seen(told.theirs)).toEqual([
      ['connector', expect.objectContaining({ organizationId: world.theirs.id, name: 'the last' })],
    ]);
  });

  test.each(['token is revoked', 'role is taken'])(
    'end for a listener whose %s, with the next heartbeat',
    async (what) => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      try {
        const person = world.signIn(['Global Reader'], world.ours.id);
        const { token, secret } = await world.ports.tokens.create({ name: 'x', roles: ['Global Reader'] });
        const isToken = what.startsWith('token');
        const listening = await fetch(`${api.url}/api/v1/events`, bearer(isToken ? secret : person.secret));
        const reader = listening.body!.getReader();
        await readUntil(reader, 'welcome');
        vi.advanceTimersByTime(15_000);
        await readUntil(reader, ':\n\n');
        if (isToken) await world.ports.tokens.revoke(token.id);
        else person.become([]);
        vi.advanceTimersByTime(15_000);
        expect((await reader.read()).done).toBe(true);
      } finally {
        vi.useRealTimers();
      }
    },
  );

  test('of a listener who went away are forgotten', async () => {
    const listening = await fetch(`${api.url}/api/v1/events`, bearer(world.secrets.provider));
    expect(world.ports.events.size).toBeGreaterThan(0);
    await listening.body!.cancel();
    await expect.poll(() => world.ports.events.size).toBe(0);
  });

  test('cut off a listener who does not read', async () => {
    const listening = await fetch(`${api.url}/api/v1/events`, bearer(world.secrets.provider));
    const summary = 'x'.repeat(60_000);
    const alert = anAlert({ summary });
    for (let i = 0; i < 1_000 && world.ports.events.size > 0; i++) {
      world.ports.events.publish({ type: 'alert', alert });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(world.ports.events.size).toBe(0);
    await listening.body!.cancel().catch(() => {});
  });

  test('end when the guard closes, and do not hold it up', async () => {
    const closing = await startApi({ http, ports: world.ports });
    const listening = await fetch(`${closing.url}/api/v1/events`, bearer(world.secrets.provider));
    const reader = listening.body!.getReader();
    await readUntil(reader, 'welcome');
    await closing.close();
    expect((await reader.read()).done).toBe(true);
  });
});
