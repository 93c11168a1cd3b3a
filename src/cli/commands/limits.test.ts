import { afterAll, expect, test } from 'vitest';
import { aCommandWorld } from '../../../test/command-world.ts';

const commands = await aCommandWorld();
const { world, cordon, json, aConnector } = commands;
afterAll(() => commands.close());

const ours = ['--organization', world.ours.id];

test('the limits of users, of one login and of connectors are set, shown and taken away', async () => {
  await cordon('limits', 'set', '--users', 'recipientsPerDay=500:refuse', 'messagesPerMinute=none', ...ours);
  await cordon('limits', 'set', '--login', 'Ben', 'recipientsPerDay=9:restrict', ...ours);
  const set = await cordon('limits', 'set', '--connectors', 'externalRecipientsPerHour=7:alert', ...ours);
  expect(set.out.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['WHOSE', 'MEASURE', 'MOST', 'BEYOND IT'],
    ['every user', 'recipientsPerDay', '500', 'refuse'],
    ['every user', 'recipientsPerMessage', '1000', 'defer'],
    ['user ben', 'recipientsPerDay', '9', 'restrict'],
    ['every connector', 'externalRecipientsPerHour', '7', 'alert'],
    [''],
  ]);
  await cordon('limits', 'set', '--login', 'ben', 'recipientsPerDay=none', ...ours);
  expect((await json('limits', 'show', ...ours)).logins).toEqual({});
});

test("a connector's own limit is set, and shown with what is used of it", async () => {
  const { name } = await aConnector();
  const set = await cordon('limits', 'set', '--connector', name, 'recipientsPerDay=3:defer');
  expect(set.out).toMatch(/^recipientsPerDay +0 +3 +defer$/m);
  expect((await cordon('limits', name)).out).toBe(set.out);
});

test.each([
  [['recipientsPerDay=3:defer'], 'say whose: one of'],
  [['--users', '--connectors', 'recipientsPerDay=3:defer'], 'say whose: one of'],
  [['--users', 'recipientsPerDay=lots'], 'give MEASURE=MOST:ACTION'],
  [['--users', 'recipientsPerDay=3:explode'], 'recipientsPerDay.action'],
  [['--users', 'recipientsPerYear=3:defer'], 'recipientsPerYear'],
])('%j is refused and says why', async (args, words) => {
  const { status, err } = await cordon('limits', 'set', ...args, ...ours);
  expect(status).toBe(2);
  expect(err).toContain('INVALID_REQUEST');
  expect(err).toContain(words);
});

test('whose must be said where there are several organizations', async () => {
  expect((await cordon('limits')).err).toContain('say whose with --organization: ');
});
