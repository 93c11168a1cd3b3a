import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connector } from '../attribution/entity.ts';
import type { FamilyName, Verdict } from '../detection/verdict.ts';
import { CordonError } from '../errors.ts';
import { aConnector, aGuid, aRestriction, ORGANIZATION, OTHER_ORGANIZATION } from '../store/samples.ts';
import { AlarmWorld, BEN, CONNECTOR, HOUR, MORNING } from './alarm-world.ts';
import { type AlertPolicyDraft, EMPTY_POLICY, type SystemPolicyName } from './alert-policy.ts';
import type { AlertStore, AlertWrite } from './alert-store.ts';
import { calendarDay } from './calendar-day.ts';
import { systemPolicyId } from './policies.ts';

let world: AlarmWorld;
beforeEach(async () => {
  world = await AlarmWorld.open();
});
afterEach(() => world.close());

const SUSPICIOUS = systemPolicyId(ORGANIZATION, 'Suspicious connector activity');

const family = (name: FamilyName, sum: number, words: string) => ({ family: name, sum, words, messages: [] });
function aVerdict(over: Partial<Verdict> = {}): Verdict {
  const usual = {
    level: 'suspect',
    sum: 8.04,
    threshold: 13,
    families: [],
    action: 'warn',
    culprit: false,
    alert: true,
  };
  return { ...(usual as unknown as Verdict), ...over };
}
/** The one alert that came of what was done. */
async function raisedBy(act: () => void) {
  act();
  const [alert, ...more] = await world.alerts();
  expect(more).toEqual([]);
  return alert!;
}

describe('each system policy', () => {
  const connector = aConnector({ id: CONNECTOR, name: 'branch-office' });
  const edited = (over: Partial<Connector>) => ({ before: connector, after: { ...connector, ...over } });
  const is = (policy: SystemPolicyName, severity: string) => ({ policy, severity, status: 'New', hitCount: 1 });

  test('Suspicious connector activity: a connector that is restricted, not one that an admin restricts', async () => {
    world.alarm.restricted(aRestriction({ cause: 'manual' }));
    expect(await world.alerts()).toEqual([]);
    const alert = await raisedBy(() => world.alarm.restricted(aRestriction({ entityName: 'branch-office' })));
    expect(alert).toMatchObject({
      ...is('Suspicious connector activity', 'High'),
      policyId: SUSPICIOUS,
      entityName: 'branch-office',
      summary: 'connector branch-office was restricted. sends spam. Look at the evidence, secure it, then unblock it.',
    });
  });

  test('Suspicious connector activity: a new connector whose mail is held', async () => {
    const verdict = aVerdict({ action: 'hold', level: 'compromised' });
    const alert = await raisedBy(() => world.alarm.reported(connector, verdict));
    expect(alert).toMatchObject(is('Suspicious connector activity', 'High'));
    expect(alert.summary).toContain('is new and sends what looks like an attack: its relaying is deferred');
  });

  test('User restricted from sending email: a user, by detection or a limit', async () => {
    const user = { entityId: BEN.id, entityKind: 'user', entityName: BEN.name, cause: 'limit' } as const;
    const alert = await raisedBy(() => world.alarm.restricted(aRestriction(user)));
    expect(alert).toMatchObject({ ...is('User restricted from sending email', 'High'), entityKind: 'user' });
  });

  test('Suspicious email sending patterns detected: says why, loudest first, and that nothing was stopped', async () => {
    const families = [
      family('links', 1.5, 'a new site'),
      family('volume', 0.9, 'much'),
      family('recipients', 5, 'all new'),
    ];
    const alert = await raisedBy(() => world.alarm.reported(BEN, aVerdict({ families })));
    expect(alert).toMatchObject({
      ...is('Suspicious email sending patterns detected', 'Medium'),
      entityId: BEN.id,
      summary:
        'user ben@ours.example sends unusual mail (sum 8.0 of 13): all new; a new site. Nothing was stopped; look at its message trace.',
    });
  });

  test('Suspicious email sending patterns detected: where no family is loud it is one recipient’s mailbox', async () => {
    const families = [family('recipients', -4, 'none new; 20 messages today to one of them')];
    const alert = await raisedBy(() => world.alarm.reported(BEN, aVerdict({ families })));
    expect(alert.summary).toContain('20 messages today to one of them');
  });

  test('Suspicious email sending patterns detected: who would have been restricted', async () => {
    const verdict = aVerdict({ action: 'report', level: 'compromised', sum: 14 });
    const alert = await raisedBy(() => world.alarm.reported(connector, verdict));
    expect(alert).toMatchObject(is('Suspicious email sending patterns detected', 'Medium'));
    expect(alert.summary).toBe(
      'connector branch-office would have been restricted (sum 14.0 of 13), but is not enforced.',
    );
  });

  test('Email sending limit exceeded', async () => {
    const alert = await raisedBy(() => world.alarm.exceeded(BEN, '501 recipients in a day, limit 500'));
    expect(alert).toMatchObject(is('Email sending limit exceeded', 'Medium'));
    expect(alert.summary).toContain('user ben@ours.example sent 501 recipients in a day, limit 500.');
  });

  test('Guard degraded belongs to no organization, and each part has its own', async () => {
    world.alarm.degraded('journal', 'the disk is full');
    world.alarm.degraded('journal', 'the disk is full');
    world.alarm.degraded('content filter', 'no answer');
    const alerts = await world.alerts();
    const guards = { policy: 'Guard degraded', severity: 'High', organizationId: undefined };
    expect(new Set(alerts.map(({ summary, hitCount }) => `${hitCount} ${summary}`))).toEqual(
      new Set(['2 journal: the disk is full', '1 content filter: no answer']),
    );
    for (const alert of alerts) expect(alert).toMatchObject(guards);
  });

  test.each<[string, Partial<Connector>]>([
    ['name', { name: 'other' }],
    ['addresses', { senderIpAddresses: ['203.0.113.0/24'] }],
    ['certificate name', { tlsSenderCertificateName: 'mail.evil.example' }],
    ['fingerprints', { clientCertificateFingerprints: [] }],
    ['logins', { saslUsernames: ['mallory'] }],
    ['domains', { associatedAcceptedDomains: ['evil.example'] }],
    ['local submission', { localSubmission: true }],
  ])('Connector changed: its %s', async (_, over) => {
    const by = { name: 'mallory', clientAddress: '198.51.100.7' };
    const alert = await raisedBy(() => world.alarm.connectorChanged({ ...edited(over), by }));
    expect(alert).toMatchObject(is('Connector changed', 'High'));
    expect(alert.summary).toMatch(/^connector \S+ was changed by mallory from 198\.51\.100\.7: .*, before /);
    const { activities } = await world.details(alert.id);
    expect(activities).toMatchObject(
      [{ ...by, by: 'mallory', operation: 'Set-InboundConnector', cause: 'changed' }].map(
        ({ name: _n, ...each }) => each,
      ),
    );
  });

  test('Connector changed: not its comment, mode or limits, nor the order of its addresses', async () => {
    const reordered = [...connector.senderIpAddresses].reverse();
    world.alarm.connectorChanged(
      edited({ comment: 'x', mode: 'observe', bulk: true, ndr: true, senderIpAddresses: reordered }),
    );
    expect(await world.alerts()).toEqual([]);
  });

  test('Connector changed: created and deleted', async () => {
    world.alarm.connectorChanged({ after: connector });
    world.alarm.connectorChanged({ before: connector });
    const [alert] = await world.alerts();
    expect(alert!.summary).toMatch(/^connector branch-office was deleted\. If none of you did that/);
    const { activities } = await world.details(alert!.id);
    expect(activities.map(({ operation, words }) => [operation, words])).toEqual([
      ['Remove-InboundConnector', 'deleted'],
      ['New-InboundConnector', expect.stringContaining('created: addresses 192.0.2.0/24, 2001:db8::/32')],
    ]);
  });
});

test('a stolen administrator who makes himself a connector is told of at once, before its first message', async () => {
  const stolen = { name: 'anna', clientAddress: '198.51.100.7' };
  const made = aConnector({ name: 'printer', senderIpAddresses: ['198.51.100.7/32'], createdAt: world.now });
  world.alarm.connectorChanged({ after: made, by: stolen });
  world.now += 1_000;
  world.alarm.reported(made, aVerdict({ action: 'hold', level: 'compromised' }));
  await world.alarm.settled();
  expect(world.events.map(({ policyName, severity, entity }) => [policyName, severity, entity?.name])).toEqual([
    ['Connector changed', 'High', 'printer'],
    ['Suspicious connector activity', 'High', 'printer'],
  ]);
  expect(world.events[0]!.summary).toContain('was created by anna from 198.51.100.7: addresses 198.51.100.7/32');
});

describe('a day', () => {
  test('four blocks, with recipients changed in between: three go out, each to whom it was to be told, the fourth is on the alert', async () => {
    const recipients = [['TenantAdmins'], ['anna@ours.example'], [], ['bert@ours.example']];
    for (const each of recipients) {
      await world.policies.set(SUSPICIOUS, { recipients: each });
      await world.block();
      world.now += HOUR;
    }
    expect(world.events.map((event) => [event.recipients, event.notificationsLeftToday, event.hitCount])).toEqual([
      [['TenantAdmins'], 2, 1],
      [['anna@ours.example'], 1, 2],
      [[], 0, 3],
    ]);
    expect(world.outbox()).toEqual(JSON.parse(JSON.stringify(world.events)));
    const [alert, ...others] = await world.alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ hitCount: 4, notified: 3 });
    const { activities } = await world.details(alert!.id);
    expect(activities.map(({ notified, notToldBecause }) => notToldBecause ?? notified)).toEqual([
      'daily limit',
      true,
      true,
      true,
    ]);
    expect(activities[0]!.incidentId).toBe(alert!.incidentId);

    world.now = MORNING + 24 * HOUR;
    await world.block();
    expect(world.events).toHaveLength(4);
    expect(world.events[3]).toMatchObject({ recipients: ['bert@ours.example'], notificationsLeftToday: 2 });
    // Within 24 hours of the last one it is still the same alert.
    expect((await world.alerts()).map(({ id }) => id)).toEqual([alert!.id]);
  });

  test.each([0, 1, 2, 3])('of limit %i', async (dailyLimit) => {
    await world.policies.set(SUSPICIOUS, { dailyLimit });
    for (let i = 0; i < 5; i++) await world.block();
    expect(world.events).toHaveLength(dailyLimit);
    expect((await world.alerts())[0]).toMatchObject({ hitCount: 5, notified: dailyLimit });
  });

  test('counts for each entity and policy by itself, and notifications that are off count nothing', async () => {
    for (let i = 0; i < 4; i++) {
      await world.block();
      await world.block({ entityId: BEN.id, entityKind: 'user' });
      await world.block({ entityId: 'another' });
    }
    expect(world.events).toHaveLength(9);
    await world.policies.set(SUSPICIOUS, { notify: false });
    await world.block({ entityId: 'third' });
    const third = (await world.alerts()).find(({ entityId }) => entityId === 'third');
    expect((await world.details(third!.id)).activities[0]).toMatchObject({ notToldBecause: 'notifications off' });
    await world.policies.set(SUSPICIOUS, { notify: true });
    for (let i = 0; i < 4; i++) await world.block({ entityId: 'third' });
    expect(world.events).toHaveLength(12);
  });

  test('at most twenty custom policies tell of one activity, beside those of the system', async () => {
    const draft = { ...EMPTY_POLICY, activity: 'ConnectorRestricted' } as const;
    for (let i = 0; i < 22; i++) await world.policies.add(ORGANIZATION, { ...draft, name: `Own ${i}` });
    await world.block();
    expect(await world.alerts()).toHaveLength(23);
    expect(world.events).toHaveLength(21);
    expect(world.events.map(({ policyName }) => policyName)).toContain('Suspicious connector activity');
    const untold = (await world.alerts()).filter(({ notified }) => notified === 0);
    expect(untold).toHaveLength(2);
    expect((await world.details(untold[0]!.id)).activities[0]).toMatchObject({ notToldBecause: 'too many policies' });
    await world.block({ entityId: 'another' });
    expect(world.events).toHaveLength(42);
  });

  test('is the calendar day of the organization', async () => {
    world.organizations.set(ORGANIZATION, { timeZone: 'Pacific/Auckland', auditLog: true });
    // 10:59 UTC is one minute to midnight in Auckland.
    world.now = Date.parse('2026-11-22T10:58:00Z');
    for (let i = 0; i < 4; i++) await world.block();
    expect(world.events).toHaveLength(3);
    world.now = Date.parse('2026-11-22T11:00:00Z');
    await world.block();
    expect(world.events).toHaveLength(4);
  });

  test('does not begin again by a restart or a clock that is set back and forth', async () => {
    for (let i = 0; i < 2; i++) await world.block();
    await world.restart();
    for (let i = 0; i < 2; i++) await world.block();
    expect(world.events).toHaveLength(3);
    for (const days of [-1, 0, 40, 0, -1, 0]) {
      world.now = MORNING + days * 24 * HOUR;
      const before = world.events.length;
      for (let i = 0; i < 4; i++) await world.block();
      if (days === 0) expect(world.events).toHaveLength(before);
      await world.restart();
    }
    // Three for each of the days that the clock showed.
    expect(world.events).toHaveLength(9);
  });

  test('property: what goes out is the limit or what happened, for each organization, entity and day, however the clock steps', async () => {
    const step = fc.record({
      organizationId: fc.constantFrom(ORGANIZATION, OTHER_ORGANIZATION),
      entityId: fc.constantFrom('a', 'b'),
      hours: fc.integer({ min: -30, max: 30 }),
    });
    world.organizations.set(OTHER_ORGANIZATION, { timeZone: 'Europe/Zurich', auditLog: true });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3 }), fc.array(step, { maxLength: 30 }), async (dailyLimit, steps) => {
        run++;
        world.events.length = 0;
        for (const id of [ORGANIZATION, OTHER_ORGANIZATION]) {
          await world.policies.set(systemPolicyId(id, 'Suspicious connector activity'), { dailyLimit });
        }
        const expected = new Map<string, number>();
        for (const { organizationId, entityId, hours } of steps) {
          world.now += hours * HOUR;
          world.alarm.restricted(aRestriction({ organizationId, entityId: `${entityId}${run}-${organizationId}` }));
          const day = calendarDay(world.now, world.organizations.get(organizationId)!.timeZone);
          const key = `${organizationId} ${entityId}${run}-${organizationId} ${day}`;
          expected.set(key, Math.min(dailyLimit, (expected.get(key) ?? 0) + 1));
        }
        await world.alarm.settled();
        const told = new Map([...expected.keys()].map((key) => [key, 0]));
        for (const { organizationId, entity, at } of world.events) {
          const day = calendarDay(at, world.organizations.get(organizationId!)!.timeZone);
          const key = `${organizationId} ${entity!.id} ${day}`;
          told.set(key, (told.get(key) ?? 0) + 1);
        }
        expect(told).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('repeats', () => {
  test('go onto the open alert for 24 hours after the last one; then it is another alert', async () => {
    await world.block();
    world.now += 24 * HOUR - 1;
    await world.block();
    world.now += 24 * HOUR;
    await world.block();
    const alerts = await world.alerts();
    expect(
      alerts.map(({ hitCount, firstActivityAt, lastActivityAt }) => [hitCount, firstActivityAt, lastActivityAt]),
    ).toEqual([
      [1, world.now, world.now],
      [2, MORNING, MORNING + 24 * HOUR - 1],
    ]);
  });

  test('go onto it after a restart, too', async () => {
    await world.block();
    await world.restart();
    const { incidentId } = await world.block();
    expect(await world.alerts()).toMatchObject([{ hitCount: 2, activityCount: 2, incidentId }]);
  });

  test('of a resolved alert are another alert; opened again it gets them itself', async () => {
    await world.block();
    const [first] = await world.alerts();
    world.now += 1_000;
    const { before, after } = (await world.alarm.handle(first!.id, { status: 'Resolved', assignee: 'anna' }))!;
    expect([before.status, after.status, after.resolvedAt]).toEqual(['New', 'Resolved', world.now]);
    world.now += 1_000;
    await world.block();
    const [second] = await world.alerts();
    expect(await world.alerts()).toMatchObject([{ hitCount: 1 }, { id: first!.id, hitCount: 1, status: 'Resolved' }]);
    await world.alarm.handle(second!.id, { status: 'Resolved' });
    await world.alarm.handle(first!.id, { status: 'New', assignee: null });
    await world.block();
    expect(await world.alerts()).toMatchObject([{ hitCount: 1 }, { id: first!.id, hitCount: 2, status: 'New' }]);
    expect((await world.details(first!.id)).alert).toMatchObject({ assignee: undefined, resolvedAt: undefined });
    expect(await world.alarm.handle(aGuid(), { status: 'New' })).toBeUndefined();
  });

  test('are listed on the alert, the last hundred of them', async () => {
    for (let i = 0; i < 103; i++) world.alarm.restricted(aRestriction({ entityId: CONNECTOR, reason: `no. ${i}` }));
    const [alert] = await world.alerts();
    expect(alert).toMatchObject({ hitCount: 103, activityCount: 103, notified: 3 });
    const { activities } = await world.details(alert!.id);
    expect(activities).toHaveLength(100);
    expect([activities[0]!.words, activities[99]!.words]).toEqual(['no. 102', 'no. 3']);
  });

  test('attempts while blocked raise the hit count, some seconds later, and nobody is told of them', async () => {
    const restriction = await world.block();
    for (let i = 0; i < 500; i++) world.alarm.attempted(restriction);
    expect((await world.alerts())[0]).toMatchObject({ hitCount: 1 });
    await world.goOff();
    for (let i = 0; i < 10; i++) world.alarm.attempted(restriction);
    await world.goOff();
    expect(world.events).toHaveLength(1);
    expect(await world.alerts()).toMatchObject([{ hitCount: 511, activityCount: 1 }]);
    await world.block();
    expect(world.events[1]).toMatchObject({ hitCount: 512 });
    expect((await world.alerts())[0]).toMatchObject({ hitCount: 512, activityCount: 2 });
  });

  test('attempts that are under way when the guard closes are not lost', async () => {
    const restriction = await world.block();
    world.alarm.attempted(restriction);
    await world.restart();
    expect(await world.alerts()).toMatchObject([{ hitCount: 2 }]);
  });
});

describe('the audit log', () => {
  const turn = (auditLog: boolean) => world.organizations.set(ORGANIZATION, { timeZone: 'UTC', auditLog });

  test('off: nothing is raised in that organization, and on again nothing is made up, not even by a restart', async () => {
    turn(false);
    const restriction = await world.block();
    world.alarm.exceeded(BEN, '501 recipients');
    world.alarm.attempted(restriction);
    await world.block({ organizationId: OTHER_ORGANIZATION, entityId: 'theirs' });
    world.alarm.degraded('journal', 'full');
    await world.goOff();
    expect((await world.alerts()).map(({ policy }) => policy).sort()).toEqual([
      'Guard degraded',
      'Suspicious connector activity',
    ]);
    expect(await world.alerts(ORGANIZATION)).toEqual([]);
    turn(true);
    await world.restart();
    await world.alarm.reconcile([restriction]);
    expect(await world.alerts(ORGANIZATION)).toEqual([]);
    expect(world.events).toHaveLength(2);
    await world.block();
    expect(await world.alerts(ORGANIZATION)).toHaveLength(1);
  });
});

describe('two organizations', () => {
  test('never mix: each is told by its own policy of what is its own', async () => {
    await world.policies.set(SUSPICIOUS, { recipients: ['anna@ours.example'], dailyLimit: 1 });
    for (let i = 0; i < 2; i++) {
      await world.block();
      await world.block({ organizationId: OTHER_ORGANIZATION });
    }
    const told = world.events.map(({ organizationId, recipients }) => [organizationId, recipients[0]]);
    expect(told).toEqual([
      [ORGANIZATION, 'anna@ours.example'],
      [OTHER_ORGANIZATION, 'TenantAdmins'],
      [OTHER_ORGANIZATION, 'TenantAdmins'],
    ]);
    for (const organizationId of [ORGANIZATION, OTHER_ORGANIZATION]) {
      expect(await world.alerts(organizationId)).toMatchObject([{ organizationId, hitCount: 2 }]);
    }
    await world.policies.set(systemPolicyId(OTHER_ORGANIZATION, 'Suspicious connector activity'), { enabled: false });
    await world.block({ organizationId: OTHER_ORGANIZATION, entityId: 'x' });
    expect(await world.alerts(OTHER_ORGANIZATION)).toHaveLength(1);
  });
});

describe('a policy of one’s own', () => {
  const add = (over: Partial<AlertPolicyDraft>) =>
    world.policies.add(ORGANIZATION, { ...EMPTY_POLICY, name: 'Own', activity: 'UserRestricted', ...over });
  const own = async () => (await world.alerts()).filter(({ policy }) => policy === 'Own');
  const user = (name: string, organizationId = ORGANIZATION) =>
    world.block({ entityKind: 'user', entityId: `u-${name}`, entityName: name, organizationId });

  test('raises an alert of its own severity where its conditions hold, beside the system policy', async () => {
    await add({
      severity: 'Informational',
      category: 'Others',
      conditions: [{ property: 'EntityName', operator: 'like', value: 'ceo*' }],
    });
    await user('ben');
    expect(await own()).toEqual([]);
    await user('ceo@ours.example');
    expect(await own()).toMatchObject([
      { severity: 'Informational', category: 'Others', entityName: 'ceo@ours.example' },
    ]);
    expect(await world.alerts()).toHaveLength(3);
    expect(world.events.map(({ policyName }) => policyName)).toContain('Own');
  });

  test('with a threshold is raised by the activity that reaches it, whichever entity that is of, once a window', async () => {
    await add({ threshold: 3, windowMinutes: 60 });
    for (const name of ['a', 'b']) await user(name);
    await user('theirs', OTHER_ORGANIZATION);
    world.now += 61 * 60_000;
    for (const name of ['c', 'd']) await user(name);
    expect(await own()).toEqual([]);
    for (const name of ['e', 'f', 'g', 'h', 'i', 'j']) await user(name);
    expect(await own()).toMatchObject([{ entityName: 'e', hitCount: 1 }]);
    world.now += 60 * 60_000;
    for (const name of ['k', 'l', 'm']) await user(name);
    expect((await own()).map(({ entityName }) => entityName)).toEqual(['m', 'e']);
  });

  test('that is off, or was deleted, raises nothing', async () => {
    const { id } = await add({ enabled: false });
    await user('a');
    await world.policies.set(id, { enabled: true });
    await user('b');
    await world.policies.remove(id);
    await user('c');
    expect((await own()).map(({ entityName }) => entityName)).toEqual(['b']);
  });
});

describe('the mail path', () => {
  test('pays a place in a queue: nothing is evaluated or written on its stack, and one timer is enough for many', async () => {
    for (let i = 0; i < 1_000; i++) world.alarm.restricted(aRestriction());
    expect(world.published).toEqual([]);
    expect(world.timers).toMatchObject([{ milliseconds: 250 }]);
    await world.goOff();
    expect(world.published).toHaveLength(1_000);
    expect(await world.alerts()).toHaveLength(1_000);
    expect(world.events).toHaveLength(1_000);
  });

  test('is never held up by too much: what does not find room is told as lost', async () => {
    const writes: number[] = [];
    const store = {
      write: async ({ activities }) => void writes.push(activities.length),
      dayCounts: async () => [],
      unresolved: async () => [],
    } as Partial<AlertStore>;
    const alarm = await world.anAlarm({ store: store as AlertStore });
    for (let i = 0; i < 10_050; i++) alarm.exceeded(BEN, 'x');
    await alarm.settled();
    expect(writes.reduce((sum, count) => sum + count, 0)).toBe(10_000);
    expect(world.failures).toMatchObject([{ lost: 50 }]);
  });
});

/** The same store, but for how it writes. */
const withWrite = (store: AlertStore, write: AlertStore['write']): AlertStore =>
  new Proxy(store, {
    get: (target, name: keyof AlertStore) => (name === 'write' ? write : target[name].bind(target)),
  });

describe('what cannot be written', () => {
  const full = new CordonError('STORE_UNAVAILABLE', 'disk full');

  async function onBrokenStore() {
    const state = { isBroken: true as boolean | 'poison', writes: 0 };
    const { alerts } = world.store;
    const store = new Proxy(alerts, {
      get(target, name: keyof AlertStore) {
        const method = target[name] as (...args: unknown[]) => Promise<unknown>;
        if (name !== 'write' && name !== 'addHits') return method.bind(target);
        return async (...args: unknown[]) => {
          state.writes++;
          if (state.isBroken === true) throw full;
          if (state.isBroken === 'poison') throw new Error('NOT NULL constraint failed');
          return method.apply(target, args);
        };
      },
    });
    world.alarm = await world.anAlarm({ store });
    return state;
  }

  test('is published at once, told as trouble, tried again, and then all of it is there', async () => {
    const state = await onBrokenStore();
    const restriction = await world.block();
    await world.block();
    expect(world.published.map(({ hitCount }) => hitCount)).toEqual([1, 2]);
    expect(new Set(world.published.map(({ id }) => id)).size).toBe(1);
    expect(world.events).toEqual([]);
    expect(world.failures).toEqual([{ error: full, lost: 0 }]);
    expect(await world.alerts()).toEqual([]);
    await world.goOff();
    expect(world.written).toBe(0);
    state.isBroken = false;
    world.alarm.attempted(restriction);
    await world.goOff();
    expect(world.written).toBe(1);
    expect(await world.alerts()).toMatchObject([{ activityCount: 2, notified: 2 }]);
    expect(world.events.map(({ notificationsLeftToday }) => notificationsLeftToday)).toEqual([2, 1]);
    expect(world.outbox()).toHaveLength(2);
  });

  test('is tried once more when the guard closes, and after that no more', async () => {
    const state = await onBrokenStore();
    await world.block();
    await world.alarm.close();
    const { writes } = state;
    await world.goOff();
    world.timers.length = 0;
    await world.alarm.close();
    expect(state.writes).toBe(writes + 2);
    expect(world.timers).toEqual([]);
    state.isBroken = false;
    await world.alarm.close();
    expect(await world.alerts()).toHaveLength(1);
  });

  test('is many single activities as well: a long trouble gives up none of them', async () => {
    const state = await onBrokenStore();
    await world.block();
    for (let i = 0; i < 600; i++) {
      world.alarm.degraded('journal', `no. ${i}`);
      await world.alarm.settled();
    }
    state.isBroken = false;
    await world.goOff();
    expect(world.failures.map(({ lost }) => lost)).toEqual([0]);
    expect(state.writes).toBeLessThan(10);
    const alerts = await world.alerts();
    expect(alerts.map(({ hitCount, notified }) => [hitCount, notified]).sort()).toEqual([
      [1, 1],
      [600, 3],
    ]);
    expect(world.outbox()).toHaveLength(4);
  });

  test('gives up the guard’s trouble and what was only reported first, restrictions last, and tells how many of which', async () => {
    const state = await onBrokenStore();
    await world.block();
    for (let i = 0; i < 30; i++) world.alarm.reported(BEN, aVerdict());
    for (let i = 0; i < 9_969; i++) world.alarm.exceeded(BEN, 'x');
    await world.alarm.settled();
    for (let i = 0; i < 40; i++) world.alarm.exceeded(BEN, 'x');
    await world.alarm.settled();
    const { lost, error } = world.failures.at(-1)!;
    expect([lost, String(error)]).toEqual([
      40,
      expect.stringContaining('30 SuspiciousSending, 10 SendingLimitExceeded'),
    ]);
    state.isBroken = false;
    await world.goOff();
    expect((await world.alerts()).map(({ policy, hitCount }) => [policy, hitCount]).sort()).toEqual([
      ['Email sending limit exceeded', 9_999],
      ['Suspicious connector activity', 1],
    ]);
  });

  test('is bounded: the oldest is given up and told', async () => {
    await onBrokenStore();
    for (let i = 0; i < 10_000; i++) world.alarm.exceeded(BEN, 'x');
    await world.alarm.settled();
    for (let i = 0; i < 40; i++) world.alarm.exceeded(BEN, 'x');
    await world.alarm.settled();
    expect(world.failures.at(-1)).toMatchObject({ lost: 40 });
  });

  test('because the data forbid it holds up nothing behind it', async () => {
    const state = await onBrokenStore();
    state.isBroken = 'poison';
    await world.block({ entityId: 'one' });
    state.isBroken = false;
    await world.block({ entityId: 'two' });
    expect((await world.alerts()).map(({ entityId }) => entityId)).toEqual(['two']);
    expect(world.failures.map(({ lost }) => lost)).toEqual([0, 1]);
    expect(world.written).toBe(1);
    await world.block({ entityId: 'three' });
    expect(world.written).toBe(1);
  });

  test('because the data forbid it takes nothing else along: neither its neighbours nor other organizations', async () => {
    const { alerts } = world.store;
    const write = async (all: AlertWrite) => {
      if (all.activities.some(({ words }) => words === 'bad')) throw new Error('NOT NULL constraint failed');
      await alerts.write(all);
    };
    world.alarm = await world.anAlarm({ store: withWrite(alerts, write) });
    for (let i = 0; i < 20; i++) {
      const organizationId = i % 2 === 0 ? ORGANIZATION : OTHER_ORGANIZATION;
      const reason = i === 7 ? 'bad' : 'good';
      world.alarm.restricted(aRestriction({ organizationId, entityId: `${i >> 2}-${organizationId}`, reason }));
    }
    expect(await world.alerts()).toHaveLength(10);
    expect(world.events).toHaveLength(19);
    expect(world.outbox()).toHaveLength(19);
    expect(world.failures.map(({ lost }) => lost)).toEqual([0, 1]);
    const hits = (await world.alerts()).map(({ hitCount }) => hitCount);
    expect(hits.reduce((sum, count) => sum + count, 0)).toBe(19);
  });

  test('is nothing of a hundred policies of one’s own and twenty restrictions at once', async () => {
    for (let i = 0; i < 100; i++) {
      await world.policies.add(ORGANIZATION, { ...EMPTY_POLICY, name: `Own ${i}`, activity: 'ConnectorRestricted' });
    }
    for (let i = 0; i < 20; i++) world.alarm.restricted(aRestriction({ entityId: `e${i}` }));
    await world.alarm.settled();
    expect(world.failures).toEqual([]);
    expect(await world.store.alerts.alerts({ limit: 5_000 })).toHaveLength(2_020);
  });

  test('of a listener’s fault does not end the alarm', async () => {
    let faulty = true;
    world.alarm = await world.anAlarm({
      onAlert: () => {
        if (faulty) throw new Error('listener');
      },
    });
    await world.block({ entityId: 'one' });
    faulty = false;
    await world.block({ entityId: 'two' });
    expect(world.failures).toMatchObject([{ lost: 1 }]);
    expect(world.written).toBe(1);
    expect((await world.alerts()).map(({ entityId }) => entityId)).toContain('two');
  });
});
