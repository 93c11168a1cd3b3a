import { afterEach, expect, test } from 'vitest';
import { type AdminApi, anAdminApi } from '../../../test/admin-api-world.ts';
import { cmdlet } from '../../cmdlets/cmdlet.ts';

let api: AdminApi | undefined;
afterEach(() => api?.close());

/** Waits until the test lets it go. */
function held() {
  const waiting: (() => void)[] = [];
  const wait = cmdlet({
    name: 'Wait-Thing',
    synopsis: 'Wait.',
    parameters: {},
    action: 'connectors.read',
    isChange: false,
    output: [],
    examples: [],
    run: () => new Promise((resolve) => waiting.push(() => resolve([]))),
  });
  const letGo = () => {
    for (const go of waiting.splice(0)) go();
  };
  return { wait, letGo, waiting };
}

test('more commands than a window has are refused until it is over, and only to who ran them', async () => {
  const limits = { commands: 3, windowMs: 60_000, atOnce: 10 };
  const { wait } = held();
  api = await anAdminApi({ limits, cmdlets: [{ ...wait, run: async () => [] }] });
  const run = (who: 'ours' | 'security' = 'ours') => api!.invoke(who, 'Wait-Thing');
  const left = async () => (await run()).headers['rate-limit-remaining'];
  expect([await left(), await left()]).toEqual(['2', '1']);
  api.world.clock.now += 20_500;

  const body = {
    requests: ['a', 'b'].map((id) => ({
      id,
      url: 'InvokeCommand',
      body: { CmdletInput: { CmdletName: 'Wait-Thing' } },
    })),
  };
  const batch = await api.ask('ours', { url: `${api.world.ours.id}/$batch`, body });
  expect(batch.body.responses).toEqual([
    expect.objectContaining({ id: 'a', status: 200 }),
    expect.objectContaining({ id: 'b', status: 429, headers: expect.objectContaining({ 'Retry-After': '40' }) }),
  ]);
  const refused = await run();
  expect(refused).toMatchObject({
    status: 429,
    headers: { 'retry-after': '40', 'rate-limit-remaining': '0', 'rate-limit-reset': '2026-11-22T08:01:00.000Z' },
    body: { error: { code: 'TooManyRequests', details: [{ code: 'LimitsExceeded' }] } },
  });
  expect(refused.body.error.message).toContain('Try again after 40 s.');
  expect((await run('security')).status).toBe(200);
  api.world.clock.now += 39_500;
  expect((await run()).status).toBe(200);
});

test('more requests at once than are taken are refused, until one of them is done', async () => {
  const { wait, letGo, waiting } = held();
  const broken = { ...wait, name: 'Break-Thing', run: () => Promise.reject(new Error('broken')) };
  api = await anAdminApi({ limits: { commands: 100, windowMs: 60_000, atOnce: 2 }, cmdlets: [wait, broken] });
  const run = (name = 'Wait-Thing', who: 'ours' | 'security' = 'ours') => api!.invoke(who, name);
  for (let i = 0; i < 3; i++) expect((await run('Break-Thing')).status).toBe(500);
  const running = [run(), run()];
  await expect.poll(() => waiting.length).toBe(2);
  const refused = await run();
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
  // ExoHelper knows it by this text.
  expect(refused.body.error.message).toMatch(
    /^You have reached the maximum number of concurrent requests per tenant\. Please wait and try again/,
  );
  expect((await run('Break-Thing', 'security')).status).toBe(500);
  letGo();
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
  expect((await run('Break-Thing')).status).toBe(500);
});
