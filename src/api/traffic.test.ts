import { afterAll, describe, expect, test } from 'vitest';
import { aMessageRecord, aTestApi, NOW } from '../../test/api-world.ts';

const { world, ask, close } = await aTestApi();
afterAll(close);

describe('mail per minute', () => {
  const { ourConnector, theirConnector, ours, theirs } = world;
  world.ports.mailPerMinute.note(aMessageRecord(ourConnector, 1, { at: NOW - 60_000 }));
  world.ports.mailPerMinute.note(aMessageRecord(ourConnector, 2, { at: NOW, outcome: 'restricted' }));
  world.ports.mailPerMinute.note(aMessageRecord(theirConnector, 3, { at: NOW, outcome: 'held' }));
  const nothing = { accepted: 0, refused: 0, deferred: 0, other: 0 };

  test("is one's own organization's, minute by minute", async () => {
    const { status, body } = await ask('reader', 'GET', '/traffic?minutes=2');
    expect(status).toBe(200);
    expect(body.items).toEqual([
      { at: '2026-11-22T07:59:00.000Z', ...nothing, accepted: 1 },
      { at: '2026-11-22T08:00:00.000Z', ...nothing, refused: 1 },
    ]);
    expect((await ask('ours', 'GET', '/traffic')).body.items).toHaveLength(60);
  });

  test('is that of all together for the provider, who may ask for one', async () => {
    const last = async (query: string) => (await ask('provider', 'GET', `/traffic?minutes=1${query}`)).body.items[0];
    expect(await last('')).toMatchObject({ refused: 1, deferred: 1 });
    expect(await last(`&organizationId=${theirs.id}`)).toMatchObject({ refused: 0, deferred: 1 });
  });

  test("another organization's is not there, and no more than three hours are", async () => {
    expect((await ask('theirs', 'GET', `/traffic?organizationId=${ours.id}`)).status).toBe(404);
    expect((await ask('ours', 'GET', '/traffic?minutes=181')).status).toBe(400);
    expect((await ask('ours', 'GET', '/traffic?minutes=0')).status).toBe(400);
  });
});
