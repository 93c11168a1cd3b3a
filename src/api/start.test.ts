import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ApiWorld, anApiWorld } from '../../test/api-world.ts';
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
