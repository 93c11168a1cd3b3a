// Sending limits as a mail server sees them, over the whole guard.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aClient, aMessage, aRequest } from '../test/factories.ts';
import { GuardWorld, words } from '../test/guard-world.ts';
import type { SendingLimits } from './attribution/sending-limits.ts';

const DEFERRED = '451 4.7.1 Sending limit reached, try again later';
const REFUSED = "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients";

let world: GuardWorld;
beforeEach(async () => {
  world = await GuardWorld.open();
});
afterEach(() => world.close());

const limited = (sendingLimits: SendingLimits) => world.addConnector({ sendingLimits });

/** A message to so many recipients: the answers, and what its end was answered where any passed. */
async function send(
  instance: string,
  count: number,
  over: { to?: string; domain?: string; login?: string; reply?: string } = {},
) {
  const { to = instance, domain = 'far.example', login, reply = '250 2.0.0 Ok' } = over;
  const client = aClient({ saslUsername: login });
  const addresses = Array.from({ length: count }, (_, i) => `${to}-${i}@${domain}`);
  const answers: string[] = [];
  for (const recipient of addresses)
    answers.push(
      words(
        await world.guard.ask(aRequest({ listener: 'milter', client, instance, recipient, since: world.guard.now() })),
      ),
    );
  const recipients = addresses.map((address, i) => ({
    address,
    code: answers[i] === 'accept' ? 250 : Number(answers[i]!.slice(0, 3)),
  }));
  const content = { ...aMessage().content!, messageId: `<${instance}@ours.example>` };
  const message = aMessage({ client, instance, queueId: instance, content, recipients, since: world.guard.now() });
  if (!answers.includes('accept')) {
    world.guard.abandon(message);
    return { answers, end: '' };
  }
  const judged = await world.guard.judge(message);
  const end = words(judged.decision);
  judged.settle(end === 'accept' ? reply : end);
  return { answers, end };
}
const passed = ({ answers }: { answers: readonly string[] }) => answers.filter((answer) => answer === 'accept').length;

describe('a limit', () => {
  test.each([
    ['defer', DEFERRED],
    ['refuse', REFUSED],
  ] as const)(
    '%s: says so for each recipient beyond it, and the message goes on without them',
    async (action, reply) => {
      await limited({ recipientsPerDay: { most: 3, action } });
      const sent = await send('a', 5);
      expect(sent).toEqual({ answers: ['accept', 'accept', 'accept', reply, reply], end: 'accept' });
      expect(passed(await send('b', 1))).toBe(0);
    },
  );

  test('of recipients of one message: the rest may come in another', async () => {
    await limited({ recipientsPerMessage: { most: 2, action: 'defer' } });
    const { answers } = await send('a', 3);
    expect(answers[2]).toBe('452 4.5.3 Too many recipients, send the rest in another message');
    expect(passed(await send('b', 1))).toBe(1);
  });

  test('restrictUntilTomorrow: restricts with the numbers, refuses the message, and ends at midnight UTC', async () => {
    const connector = await limited({ recipientsPerDay: { most: 3, action: 'restrictUntilTomorrow' } });
    const { answers, end } = await send('a', 4);
    expect(answers[3]).toMatch(/^550 5\.7\.711 /);
    expect(end).toMatch(/^550 5\.7\.711 /);
    const { restriction } = world.restricted.active.get(connector.id)!;
    expect(restriction).toMatchObject({ cause: 'limit', reason: 'Sending limit: 4 recipients in a day, limit 3' });
    expect(new Date(restriction.until!).toISOString()).toBe('2026-11-03T00:00:00.000Z');
    world.time = restriction.until!;
    world.timers.goOff(86_400_000);
    await expect.poll(() => world.restricted.active.get(connector.id)).toBeUndefined();
    expect(world.ownActs).toEqual([true, true]);
    expect(passed(await send('b', 3))).toBe(3);
  });

  test('restrict: an unblock gives the whole limit again', async () => {
    const connector = await limited({ recipientsPerDay: { most: 3, action: 'restrict' } });
    await send('a', 3);
    await send('b', 1);
    expect(world.restricted.active.get(connector.id)!.restriction.until).toBeUndefined();
    await world.restricted.unblock(connector.id, { by: 'anna', reason: '', graceHours: 0, learn: false });
    expect(passed(await send('c', 3))).toBe(3);
    expect(passed(await send('d', 1))).toBe(0);
  });

  test('alert: lets pass, and tells once', async () => {
    await limited({ recipientsPerDay: { most: 1, action: 'alert' } });
    expect(passed(await send('a', 3))).toBe(3);
    expect(world.exceeded).toEqual(['branch-office: 2 recipients in a day, limit 1']);
  });

  test('holds for an exempt connector, and does not stop postmaster', async () => {
    await world.addConnector({ mode: 'exempt', sendingLimits: { recipientsPerDay: { most: 1, action: 'refuse' } } });
    expect((await send('a', 2)).answers).toEqual(['accept', REFUSED]);
    expect(await world.ask({ recipient: 'postmaster@ours.example' })).toBe('accept');
  });

  test("external and internal recipients are counted apart; a restricted connector's internal mail passes", async () => {
    await limited({
      externalRecipientsPerHour: { most: 1, action: 'restrict' },
      internalRecipientsPerHour: { most: 2, action: 'refuse' },
    });
    expect((await send('a', 3, { domain: 'ours.example' })).answers).toEqual(['accept', 'accept', REFUSED]);
    world.time += 7_200_000;
    await send('b', 2);
    expect((await send('c', 1, { domain: 'ours.example' })).answers).toEqual(['accept']);
  });
});

describe('what counts', () => {
  test('only what was taken: not what was deferred, aborted or refused by others', async () => {
    await limited({ recipientsPerDay: { most: 3, action: 'refuse' } });
    await send('a', 3, { reply: '451 4.3.0 later' });
    await send('b', 3, { reply: '' });
    expect(passed(await send('c', 3))).toBe(3);
    expect(passed(await send('d', 1))).toBe(0);
  });

  test('the same mail again, handed on within the mail server, does not count twice', async () => {
    const connector = await limited({ recipientsPerDay: { most: 10, action: 'refuse' } });
    const same = { recipients: [{ address: 'bob@far.example', code: 250 }], queueId: 'Q1' };
    await world.judge({ ...same, instance: 'a' });
    await world.judge({ ...same, instance: 'b', queueId: 'Q2' });
    expect(world.records.map(({ outcome }) => outcome)).toEqual(['accepted', 'repeated']);
    expect(world.limiter.count(connector, 'recipientsPerDay', world.time)).toBe(1);
  });

  test('a user and his connector each have theirs', async () => {
    await world.addConnector();
    await world.directory.setSendingLimits(world.organizationId, (policy) => ({
      ...policy,
      users: { recipientsPerDay: { most: 2, action: 'restrict' } },
    }));
    const { answers } = await send('a', 3, { login: 'ben' });
    expect(answers[2]).toBe('550 5.1.8 Access denied, bad outbound sender AS(42004)');
    expect(passed(await send('b', 1, { login: 'anna' }))).toBe(1);
    expect(passed(await send('c', 1))).toBe(1);
  });

  test('recipients that a limit refused are no sign of a harvested list', async () => {
    const connector = await limited({ recipientsPerDay: { most: 2, action: 'refuse' } });
    await send('a', 2);
    for (let i = 0; i < 10; i++) await send(`b${i}`, 5);
    expect(world.records.at(-1)).toMatchObject({
      outcome: 'denied',
      recipients: [{ code: 550, limited: true }, {}, {}, {}, {}],
    });
    const failures = world.log.standingOf(connector.id);
    expect(failures!.sum).toBeLessThan(3);
  });

  test('today and the last hour count also after a restart, but for what an unblock has ended', async () => {
    const connector = await limited({ recipientsPerDay: { most: 4, action: 'refuse' } });
    await send('a', 3);
    await world.restart();
    expect(passed(await send('b', 3))).toBe(1);
    await world.restricted.restrict({ entity: connector, cause: 'manual', reason: '', by: 'anna' }).settled;
    await world.restricted.unblock(connector.id, { by: 'anna', reason: '', graceHours: 0, learn: false });
    expect(passed(await send('c', 1))).toBe(1);
    await world.restart();
    expect(world.limiter.count(world.directory.connector(connector.id)!, 'recipientsPerDay', world.time)).toBe(1);
  });
});

test('a connector without limits is told of at ten times its usual day', async () => {
  await world.addConnector({ mode: 'exempt' });
  for (let day = 0; day < 6; day++) {
    for (let i = 0; i < 3; i++) await send(`d${day}-${i}`, 4, { to: 'friend' });
    world.time += 86_400_000;
  }
  for (let i = 0; i < 11; i++) await send(`x${i}`, 10);
  expect(world.exceeded).toEqual([]);
  for (let i = 11; i < 20; i++) await send(`x${i}`, 10);
  expect(world.exceeded).toHaveLength(1);
  expect(world.exceeded[0]).toMatch(/^branch-office: 1[0-9]0 recipients today, 10 times its usual day of 1[0-9]$/);
});
