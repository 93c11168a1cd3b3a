import { afterAll, expect, test } from 'vitest';
import { NOW } from '../../../test/api-world.ts';
import { aCommandWorld } from '../../../test/command-world.ts';
import { aClient } from '../../../test/factories.ts';

const { world, url, run, cordon, json, close } = await aCommandWorld();
afterAll(close);
const asTenant = (...args: string[]) => run(args, { CORDON_URL: url, CORDON_TOKEN: world.secrets.ours });

test('what is assigned is listed, and taken away by its id or by itself', async () => {
  expect((await cordon('pool', 'list')).out).toContain('Nothing is assigned');
  const made = await cordon('pool', 'assign', 'addressPrefix', '203.0.113.7/24', '--organization', 'ours');
  expect(made).toMatchObject({ status: 0, err: '' });
  await cordon('pool', 'assign', 'saslUsername', '*@Ours.example', '--organization', world.ours.id);
  const { out } = await asTenant('pool', 'list');
  expect(out).toMatch(/^KIND +IDENTITY +ORGANIZATION +ASSIGNED +ID$/m);
  expect(out).toMatch(new RegExp(`^addressPrefix +203\\.0\\.113\\.0/24 +${world.ours.id} .* ${made.out.trim()}$`, 'm'));
  expect(await json('pool', 'list', '--organization', 'Theirs')).toEqual([]);
  expect((await cordon('pool', 'remove', '*@ours.example')).out).toBe('*@ours.example is not assigned any more.\n');
  expect((await cordon('pool', 'remove', '*@ours.example')).status).toBe(3);
  expect((await cordon('pool', 'remove', made.out.trim())).status).toBe(0);
  expect(await json('pool', 'list')).toEqual([]);
});

test('a tenant makes a connector of what he discovers in his own address block, and hears what to ask for elsewhere', async () => {
  await cordon('pool', 'assign', 'addressPrefix', '203.0.113.0/24', '--organization', 'Ours');
  world.ports.discovery.note(aClient({ clientAddress: '203.0.113.77' }), 5, NOW);
  world.ports.discovery.note(aClient({ clientAddress: '203.0.114.77' }), 9, NOW);
  const { out } = await asTenant('connector', 'discover');
  expect(out).toContain('203.0.113.77');
  expect(out).not.toContain('203.0.114.77');
  expect((await asTenant('connector', 'discover', '--add', '203.0.114.77')).status).toBe(3);
  expect((await asTenant('connector', 'discover', '--add', '203.0.113.77', '--name', 'found')).status).toBe(0);
  expect((await cordon('pool', 'remove', '203.0.113.0/24')).err).toBe(
    'cordon: IN_USE: 203.0.113.0/24 is used by connector found\nTake it from what uses it first: the message names it.\n',
  );
  const refused = await asTenant('connector', 'add', 'mine', '--login', 'app@ours.example');
  expect([refused.status, refused.err]).toEqual([
    4,
    expect.stringContaining('ask the provider to assign saslUsername app@ours.example'),
  ]);
  expect((await asTenant('pool', 'assign', 'saslUsername', 'app@ours.example')).status).toBe(4);
  expect((await cordon('pool', 'assign', 'login', 'x')).status).toBe(2);
});
