import { afterEach, beforeEach, expect, test } from 'vitest';
import { aCommandWorld, type CommandWorld } from '../../../test/command-world.ts';
import { type HookServer, startHookServer } from '../../notifications/hook-server.ts';

let hooks: HookServer;
let world: CommandWorld;
beforeEach(async () => {
  hooks = await startHookServer();
  world = await aCommandWorld({ targets: { allowed: ['127.0.0.1/32'], ca: hooks.ca } });
});
afterEach(async () => {
  await world.close();
  await hooks.stop();
});

test('a webhook is made, listed, tested and removed', async () => {
  const { cordon } = world;
  expect((await cordon('webhook', 'list')).out).toBe('There are no webhooks.\n');
  const url = `https://localhost:${hooks.port}/in`;
  const made = await cordon('webhook', 'add', url, '--organization', world.world.ours.id);
  expect(made.out).toMatch(/^[\w-]{43}\n$/);
  const [, id] = /^Webhook (\S+)\. Keep the secret/.exec(made.err)!;
  expect((await cordon('webhook', 'list')).out).toContain(`${url}  yes`);
  expect(await cordon('webhook', 'test', id!)).toMatchObject({ status: 0, out: `${url} took it.\n` });
  expect(hooks.taken).toHaveLength(1);
  await hooks.stop();
  const failed = await cordon('webhook', 'test', id!);
  expect(failed).toMatchObject({ status: 1, out: `${url} did not take it: ECONNREFUSED\n` });
  expect((await cordon('webhook', 'remove', id!)).out).toBe(`webhook ${id} is gone.\n`);
  expect((await cordon('webhook', 'remove', id!)).status).toBe(3);
});

test('a URL inside is refused, and it is said what may be done', async () => {
  const { status, err } = await world.cordon(
    'webhook',
    'add',
    'https://10.0.0.1/',
    '--organization',
    world.world.ours.id,
  );
  expect(status).toBe(1);
  expect(err).toContain('10.0.0.1 is a private address');
  expect(err).toContain('notifications.privateWebhookTargets');
});
