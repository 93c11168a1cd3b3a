// Whether somebody would be told: of each alert policy that tells at all, by an address or by a webhook.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiWorld, anApiWorld } from '../../test/api-world.ts';
import { EMPTY_POLICY } from '../alerts/alert-policy.ts';
import { nobodyIsTold } from './notices.ts';
import { silentPolicies, tellsEverybody, type WhoIsTold } from './silent-policies.ts';

let world: ApiWorld;
/** Whom TenantAdmins means. */
let administrators: readonly string[];
/** With Ours as the only organization. */
let who: WhoIsTold;

beforeEach(async () => {
  world = await anApiWorld();
  administrators = [];
  const { ports, ours } = world;
  who = {
    alertPolicies: ports.alertPolicies,
    directory: { organizations: () => [ours] },
    notifications: {
      addressesOf: (recipients) => recipients.flatMap((one) => (one === 'TenantAdmins' ? administrators : [one])),
      webhooksOf: (id) => ports.notifications.webhooksOf(id),
    },
  };
});
afterEach(() => world.close());

const policies = () => [...world.ports.alertPolicies.of(world.ours.id), ...world.ports.alertPolicies.of(undefined)];
const idOf = (name: string) => policies().find((policy) => policy.name === name)!.id;
const set = (name: string, changes: Parameters<ApiWorld['ports']['alertPolicies']['set']>[1]) =>
  world.ports.alertPolicies.set(idOf(name), changes);
const text = () => nobodyIsTold(who, undefined).map((notice) => notice.text);

test('no administrator has an address: nobody is told of anything', async () => {
  expect(text()).toEqual([
    'No Global Administrator has a mail address and there is no webhook: alerts reach nobody. Set one: cordon account set NAME --mail ADDRESS',
  ]);
  expect(tellsEverybody(who)).toBe(false);
  administrators = ['anna@ours.example'];
  expect([text(), tellsEverybody(who)]).toEqual([[], true]);
});

test('one webhook hears of all', async () => {
  await world.ports.notifications.webhooks.add(world.ours.id, 'https://hooks.example.com/cordon');
  expect([text(), tellsEverybody(who)]).toEqual([[], true]);
});

test('policies that are named an address of their own are not among those that tell nobody', async () => {
  for (const { name } of policies().slice(2)) await set(name, { recipients: ['TenantAdmins', 'ops@ours.example'] });
  expect(silentPolicies(who, world.ours.id)).toMatchObject({ silent: policies().slice(0, 2), isAll: false });
  expect(text()).toEqual([
    expect.stringContaining(
      'alerts of "Suspicious connector activity", "User restricted from sending email" reach nobody.',
    ),
  ]);
  for (const { name } of policies().slice(0, 2)) await set(name, { recipients: ['ops@ours.example'] });
  expect([text(), tellsEverybody(who)]).toEqual([[], true]);
});

test('a policy without a recipient is named, though the administrators have addresses', async () => {
  administrators = ['anna@ours.example'];
  await set('Connector changed', { recipients: [] });
  expect(text()).toEqual([
    'There is no recipient and no webhook for "Connector changed": its alerts reach nobody. Name one: cordon alert-policy set "Connector changed" --add-recipient TenantAdmins',
  ]);
  for (const { name } of policies()) await set(name, { recipients: [] });
  expect(text()).toEqual([
    expect.stringContaining('No alert policy has a recipient and there is no webhook: alerts reach nobody.'),
  ]);
});

test.each(['$(reboot)', '`reboot`', '"; reboot; "', '\u201d; reboot; \u201c', '$HOME', '-x', 'a\\', 'a!b'])(
  'a name that a shell would take apart is in no command: %s',
  async (name) => {
    administrators = ['anna@ours.example'];
    await world.ports.alertPolicies.add(world.ours.id, {
      ...EMPTY_POLICY,
      name,
      activity: 'ConnectorRestricted',
      recipients: [],
    });
    expect(text()).toEqual([
      `There is no recipient and no webhook for "${name}": its alerts reach nobody. Name one: cordon alert-policy set NAME --add-recipient TenantAdmins`,
    ]);
  },
);

test('one that is off, does not notify, or may not even once a day misses nobody', async () => {
  administrators = ['anna@ours.example'];
  await set('Connector changed', { recipients: [], enabled: false });
  await set('Email sending limit exceeded', { recipients: [], notify: false });
  await set('Guard degraded', { recipients: [], dailyLimit: 0 });
  expect([text(), tellsEverybody(who)]).toEqual([[], true]);
});

test('of several organizations it names those that are meant, and a command that names them, too', async () => {
  administrators = ['anna@ours.example'];
  who = { ...who, directory: world.ports.directory };
  await set('Connector changed', { recipients: [] });
  expect(text()).toEqual([
    'There is no recipient and no webhook in Ours for "Connector changed": its alerts reach nobody. Name one: cordon alert-policy set "Connector changed" --add-recipient TenantAdmins --organization Ours',
  ]);
  expect(nobodyIsTold(who, world.theirs.id)).toEqual([]);
  administrators = [];
  const all = text()[0]!;
  expect(all).toContain('of Theirs has a mail address and there is no webhook: alerts reach nobody.');
  expect(all).toContain('of Ours has a mail address and there is no webhook: alerts of "Suspicious');
});
