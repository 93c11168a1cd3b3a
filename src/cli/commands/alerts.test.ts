import { afterAll, describe, expect, test } from 'vitest';
import { aCommandWorld } from '../../../test/command-world.ts';
import { aRestriction } from '../../store/samples.ts';

const commands = await aCommandWorld();
const { world, cordon, json } = commands;
afterAll(() => commands.close());

const { id: entityId, name: entityName, organizationId } = world.ourConnector;
const block = () => world.ports.alarm.restricted(aRestriction({ entityId, entityName, organizationId }));
const ours = ['--organization', world.ours.id];

describe('alerts', () => {
  test('are listed, taken up, commented on and resolved', async () => {
    expect((await cordon('alerts')).out).toBe('No alerts.\n');
    block();
    const { out } = await cordon('alerts');
    expect(out).toMatch(/^TIME +SEVERITY +STATUS +ALERT +HITS +WHAT +ID\n/);
    expect(out).toMatch(
      /2026-11-22 09:00:00\+01:00 +High +New +Suspicious connector activity +1 +connector branch office/,
    );
    const [{ id }] = await json('alerts', 'list', '--entity', entityId);
    const set = await cordon('alerts', 'set', id, '--status', 'InProgress', '--assignee', 'anna');
    expect(set).toMatchObject({ status: 0, err: '' });
    expect(set.out).toMatch(/^status +In progress$/m);
    await cordon('alerts', 'comment', id, 'asked the \u001b[2Joffice');
    const shown = (await cordon('alerts', 'show', id)).out;
    expect(shown).toMatch(/^assignee +anna$/m);
    expect(shown).toMatch(/Restrict-Connector +Cordon +yes +sends spam/);
    expect(shown).toContain('provider  asked the \\x1b[2Joffice');
    await cordon('alerts', 'set', id, '--status', 'Resolved', '--classify', 'FalsePositive', '--assignee', '');
    expect(await json('alerts', 'show', id)).toMatchObject({ status: 'Resolved', classification: 'FalsePositive' });
    expect(await json('alerts', '--status', 'New')).toEqual([]);
    expect(await json('alerts', '--policy', 'Suspicious connector activity', '--from', '1h', ...ours)).toHaveLength(1);
  });

  test('that are not there are status 3, wrong values 2', async () => {
    const unknown = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
    expect((await cordon('alerts', 'show', unknown)).status).toBe(3);
    expect((await cordon('alerts', 'set', unknown, '--status', 'Dismissed')).status).toBe(2);
  });

  test('what every page says the lists say, too, in a line each: the audit log is off, and nobody is told', async () => {
    await world.ports.directory.setOrganization(organizationId, { auditLog: false });
    const untold =
      'No Global Administrator of Ours, Theirs has a mail address and there is no webhook: alerts reach nobody. Set one: cordon account set NAME --mail ADDRESS\n';
    const off = 'The audit log of Ours is off: no alerts fire. Turn it on: cordon audit on --organization Ours\n';
    for (const command of ['alerts', 'alert-policy', 'blocked']) {
      expect((await cordon(command, 'list')).err).toBe(untold + off);
    }
    expect((await cordon('audit', 'on', '--organization', 'Ours')).status).toBe(0);
    expect((await cordon('alerts')).err).toBe(untold);
    for (const { id } of [world.ours, world.theirs]) {
      await world.ports.notifications.webhooks.add(id, 'https://hooks.example.com/cordon');
    }
    expect((await cordon('alerts')).err).toBe('');
  });
});

describe('alert policies', () => {
  test('are listed with whom they tell, and say where that is nobody', async () => {
    const { out } = await cordon('alert-policy', 'list', ...ours);
    expect(out).toMatch(/^NAME +TYPE +STATUS +SEVERITY +TOLD +LIMIT +ID\n/);
    expect(out).toMatch(/^Connector changed +System +on +High +1 address +3 a day/m);
    const theirs = (await cordon('alert-policy', 'list', '--organization', 'Theirs')).out;
    expect(theirs).toMatch(/^Connector changed +System +on +High +NOBODY +3 a day/m);
    const sheet = (await cordon('alert-policy', 'show', 'connector changed', '--organization', 'Theirs')).out;
    expect(sheet).toContain('NOBODY: add a recipient');
  });

  test('are turned off and on, and get and lose recipients', async () => {
    const set = (...args: string[]) => cordon('alert-policy', 'set', 'Connector changed', ...ours, ...args);
    expect((await set('--off', '--no-notify', '--daily-limit', '2')).out).toMatch(/^status +off$/m);
    const added = await set('--on', '--notify', '--add-recipient', 'ops@ours.example', 'x@ours.example');
    expect(added.out).toMatch(/^recipients +TenantAdmins, ops@ours\.example, x@ours\.example$/m);
    expect(added.out).toMatch(/^notifications +on, at most 2 a day for each entity$/m);
    const removed = await set('--remove-recipient', 'tenantadmins', 'X@ours.example');
    expect(removed.out).toMatch(/^told now +ops@ours\.example$/m);
    expect(await set('--on', '--off')).toMatchObject({ status: 2 });
    expect(await set('--severity', 'Low')).toMatchObject({
      status: 6,
      err: expect.stringContaining('POLICY_IS_SYSTEM'),
    });
    expect((await cordon('alert-policy', 'set', 'Connector changed', '--on')).err).toContain('AMBIGUOUS_NAME');
    expect((await cordon('alert-policy', 'show', 'nothing')).status).toBe(3);
  });

  test('of one’s own are made with conditions and a threshold, changed and deleted', async () => {
    const made = await cordon(
      ...['alert-policy', 'add', 'Printers', '--activity', 'ConnectorRestricted', ...ours, '--severity', 'Low'],
      ...['--condition', 'EntityName like printer *', 'Cause -eq limit', '--threshold', '3', '--window-minutes', '30'],
      ...['--add-recipient', 'ops@ours.example'],
    );
    expect(made).toMatchObject({ status: 0, err: '' });
    expect(made.out).toMatch(/^conditions +EntityName like printer \*, Cause eq limit$/m);
    expect(made.out).toMatch(/^raised +at 3 within 30 minutes$/m);
    const changed = await cordon(
      'alert-policy',
      'set',
      'printers',
      '--rename',
      'Scanners',
      '--condition',
      '',
      '--threshold',
      '1',
    );
    expect(changed.out).toMatch(/^raised +each time$/m);
    expect(changed.out).not.toContain('conditions');
    expect((await cordon('alert-policy', 'remove', 'Scanners')).status).toBe(0);
    expect((await cordon('alert-policy', 'remove', 'Scanners')).status).toBe(3);
    for (const bad of [
      ['--condition', 'EntityName'],
      ['--threshold', 'x'],
      ['--condition', 'Subject eq x'],
    ]) {
      const args = ['alert-policy', 'add', 'x', '--activity', 'UserRestricted', ...ours, ...bad];
      expect((await cordon(...args)).status).toBe(2);
    }
  });
});
