import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi } from '../../test/api-world.ts';
import { userId } from '../attribution/users.ts';
import { aDetectorInTest } from './detector-in-test.ts';

const api = await aTestApi();
const detector = await aDetectorInTest(api);
const { world } = api;
afterAll(async () => {
  await detector.close();
  await api.close();
});
const MINUTE = 60_000;
const names = async (who: 'provider' | 'ours' | 'theirs', query = '') =>
  (await detector.get(who, `/suspects${query}`)).body.items.map(({ name }: { name: string }) => name);

describe('suspects', () => {
  const { ourConnector, theirConnector, ours, clock } = world;

  test('are nobody while all is quiet', async () => {
    detector.take(ourConnector);
    detector.take(theirConnector);
    expect(await names('provider')).toEqual([]);
  });

  test('are those with a quarter of their threshold against them, with what the loudest families say', async () => {
    clock.now += 15 * MINUTE;
    for (let i = 0; i < 2; i++) detector.attack(ourConnector);
    const { status, body } = await detector.get('ours', '/suspects');
    expect(status).toBe(200);
    const [one, ...others] = body.items;
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      id: ourConnector.id,
      kind: 'connector',
      name: 'branch office',
      organizationId: ours.id,
      mode: 'enforce',
      threshold: 13,
      rising: true,
      lastMessageAt: new Date(clock.now).toISOString(),
    });
    expect(one.sum).toBeGreaterThanOrEqual(13 / 4);
    expect(one.words.join('; ')).toContain('new texts that the content filter calls spam 100 %');
    expect(one.words.length).toBeLessThanOrEqual(3);
  });

  test("are the own organization's, and the provider's of all", async () => {
    clock.now += MINUTE;
    for (let i = 0; i < 3; i++) detector.attack(theirConnector, { clientAddress: '198.51.100.7' });
    expect(await names('ours')).toEqual(['branch office']);
    expect(await names('theirs')).toEqual(['shop']);
    expect(await names('provider')).toEqual(['shop', 'branch office']);
    expect(await names('provider', `?organizationId=${ours.id}`)).toEqual(['branch office']);
    expect((await detector.get('theirs', `/suspects?organizationId=${ours.id}`)).status).toBe(404);
  });

  test('rise no more when the hour has passed without further evidence, and fade away', async () => {
    const risings = async () =>
      (await detector.get('provider', '/suspects')).body.items.map(({ rising }: { rising: boolean }) => rising);
    for (let passed = 0; passed < 60; passed += 10) {
      expect(await risings()).toEqual([true, true]);
      clock.now += 10 * MINUTE;
    }
    // The connector's evidence is an hour and a minute old, the other's not quite: samples are taken every ten minutes.
    expect(await risings()).toEqual([true, false]);
    clock.now += 10 * MINUTE;
    expect(await risings()).toEqual([false, false]);
    detector.attack(ourConnector);
    expect((await detector.get('ours', '/suspects')).body.items[0].rising).toBe(true);
    clock.now += 30 * 24 * 60 * MINUTE;
    expect(await names('provider')).toEqual([]);
  });

  test('are users, too, who have sent something since the start', async () => {
    const user = { userId: userId(ours.id, 'anna'), saslUsername: 'anna', connectorId: undefined };
    for (let i = 0; i < 3; i++) detector.attack(ourConnector, user);
    expect(await names('ours')).toEqual([]);
    world.ports.directory.user(ours.id, 'anna');
    const { body } = await detector.get('ours', '/suspects');
    expect(body.items).toEqual([expect.objectContaining({ kind: 'user', name: 'anna', id: user.userId })]);
    expect(body.items[0]).not.toHaveProperty('mode');
    expect(await names('theirs')).toEqual([]);
  });

  test('are none who is restricted', async () => {
    expect(await names('ours')).toEqual(['anna']);
    const entity = world.ports.directory.user(ours.id, 'anna');
    await world.ports.restrictions.restrict({ entity, cause: 'manual', reason: 'spam', by: 'ben' }).settled;
    expect(await names('ours')).toEqual([]);
  });
});
