import { beforeEach, describe, expect, test } from 'vitest';
import { aConnector, ORGANIZATION } from '../../test/factories.ts';
import type { Connector, User } from '../attribution/entity.ts';
import { DEFAULT_POLICY, type LimitPolicy, type SendingLimits } from '../attribution/sending-limits.ts';
import { LONGEST_RESERVATION_MS, tomorrow } from './entity-counts.ts';
import { gravest, SendLimiter, wordsOf } from './send-limiter.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;
const user: User = { kind: 'user', id: 'u', organizationId: ORGANIZATION, name: 'anna' };

let now: number;
let policy: LimitPolicy;
let limiter: SendLimiter;
beforeEach(() => {
  now = NOON;
  policy = { users: {}, connectors: {}, logins: {} };
  limiter = new SendLimiter(() => policy);
});

const limitedConnector = (sendingLimits: SendingLimits): Connector => aConnector({ sendingLimits });

/** Asks for recipients of a message; how many were let pass. */
function ask(entity: Connector | User, key: string, count: number, relaying = true): number {
  let passed = 0;
  for (let i = 0; i < count; i++) {
    const exceeded = limiter.reserve([entity], { key, address: `${key}-${i}@x`, relaying, at: now });
    if (gravest(exceeded) === undefined) passed++;
  }
  return passed;
}
const settle = (entity: Connector | User, key: string, external: number, internal = 0) =>
  limiter.settle([entity], key, now, { external, internal });

describe('at the boundary', () => {
  test.each([
    ['externalRecipientsPerHour', true],
    ['internalRecipientsPerHour', false],
    ['recipientsPerDay', true],
    ['recipientsPerMessage', true],
  ] as const)('%s: as many as allowed pass, and not one more', (measure, relaying) => {
    const connector = limitedConnector({ [measure]: { most: 7, action: 'refuse' } });
    expect(ask(connector, 'a', 9, relaying)).toBe(7);
    expect(ask(connector, 'a', 3, !relaying)).toBe(measure.endsWith('PerHour') ? 3 : 0);
  });

  test('messagesPerMinute counts messages, however many recipients they have', () => {
    const connector = limitedConnector({ messagesPerMinute: { most: 2, action: 'defer' } });
    expect([ask(connector, 'a', 5), ask(connector, 'b', 5), ask(connector, 'c', 5)]).toEqual([5, 5, 0]);
    now += 62_000;
    expect(ask(connector, 'd', 1)).toBe(1);
  });

  test('an hour later there is room again, after midnight UTC another day', () => {
    const connector = limitedConnector({
      externalRecipientsPerHour: { most: 3, action: 'defer' },
      recipientsPerDay: { most: 5, action: 'refuse' },
    });
    expect(ask(connector, 'a', 4)).toBe(3);
    settle(connector, 'a', 3);
    now += HOUR - 1;
    expect(ask(connector, 'b', 1)).toBe(0);
    now += 120_000;
    expect(ask(connector, 'c', 3)).toBe(2);
    settle(connector, 'c', 2);
    now = tomorrow(now);
    expect(ask(connector, 'd', 9)).toBe(3);
  });
});

describe('parallel sessions', () => {
  test('twenty of them do not overshoot together', () => {
    const connector = limitedConnector({ recipientsPerDay: { most: 50, action: 'refuse' } });
    let passed = 0;
    for (let round = 0; round < 5; round++) {
      for (let session = 0; session < 20; session++) {
        const asked = { key: `s${session}`, address: `r${round}@x`, relaying: true, at: now };
        if (limiter.reserve([connector], asked).length === 0) passed++;
      }
    }
    expect(passed).toBe(50);
  });

  test('what came to nothing is given back, what was refused by somebody else, too', () => {
    const connector = limitedConnector({
      recipientsPerDay: { most: 10, action: 'refuse' },
      messagesPerMinute: { most: 2, action: 'defer' },
    });
    expect(ask(connector, 'a', 10)).toBe(10);
    settle(connector, 'a', 4);
    expect(ask(connector, 'b', 10)).toBe(6);
    settle(connector, 'b', 0);
    expect(ask(connector, 'c', 10)).toBe(6);
    expect(limiter.use(connector, now)).toEqual([
      { measure: 'recipientsPerDay', most: 10, action: 'refuse', count: 10 },
      { measure: 'messagesPerMinute', most: 2, action: 'defer', count: 2 },
    ]);
  });

  test('a message that never ends gives its reservation back after ten minutes, and counts if it ends after all', () => {
    const connector = limitedConnector({ recipientsPerDay: { most: 10, action: 'refuse' } });
    expect(ask(connector, 'a', 10)).toBe(10);
    now += LONGEST_RESERVATION_MS - 1;
    expect(ask(connector, 'b', 1)).toBe(0);
    now += 1;
    expect(ask(connector, 'c', 4)).toBe(4);
    settle(connector, 'a', 10);
    expect(limiter.count(connector, 'recipientsPerDay', now)).toBe(14);
    expect(ask(connector, 'd', 1)).toBe(0);
  });

  test('a policy service that is listed twice asks twice, and counts once', () => {
    const connector = limitedConnector({ recipientsPerDay: { most: 2, action: 'refuse' } });
    const asked = (address: string) =>
      limiter.reserve([connector], { key: 'a', address, relaying: true, at: now }).length;
    expect(['x', 'x', 'y', 'y', 'z', 'z'].map(asked)).toEqual([0, 0, 0, 0, 1, 1]);
  });
});

describe('whose limits', () => {
  test("a connector's own measure comes before the organization's, a login's before its users'", () => {
    policy = {
      users: { recipientsPerDay: { most: 2, action: 'refuse' }, messagesPerMinute: { most: 9, action: 'defer' } },
      connectors: { recipientsPerDay: { most: 3, action: 'alert' }, messagesPerMinute: { most: 7, action: 'defer' } },
      logins: { ben: { recipientsPerDay: { most: 5, action: 'restrict' } } },
    };
    expect(limiter.limitsOf(user)).toEqual(policy.users);
    expect(limiter.limitsOf({ ...user, name: 'ben' })).toEqual({
      ...policy.users,
      recipientsPerDay: { most: 5, action: 'restrict' },
    });
    expect(limiter.limitsOf({ ...user, name: 'constructor' })).toEqual(policy.users);
    const own = { recipientsPerDay: { most: 1, action: 'refuse' } } as const;
    expect(limiter.limitsOf(limitedConnector(own))).toEqual({ ...policy.connectors, ...own });
  });

  test('a recipient counts for both, or for none', () => {
    policy = { ...policy, users: { recipientsPerDay: { most: 1, action: 'refuse' } } };
    const connector = limitedConnector({ recipientsPerDay: { most: 5, action: 'refuse' } });
    for (const address of ['a', 'b', 'c'])
      limiter.reserve([user, connector], { key: 'k', address, relaying: true, at: now });
    expect(limiter.count(connector, 'recipientsPerDay', now)).toBe(1);
  });

  test('by default a user has what Exchange Online gives him, a connector no limit', () => {
    policy = DEFAULT_POLICY;
    expect(limiter.use(user, now).map(({ measure, most, action }) => `${measure} ${most} ${action}`)).toEqual([
      'recipientsPerDay 10000 restrictUntilTomorrow',
      'messagesPerMinute 30 defer',
      'recipientsPerMessage 1000 defer',
    ]);
    expect(limiter.use(aConnector(), now)).toEqual([]);
  });
});

describe('beyond it', () => {
  test('the gravest action counts where there are several, and an alert lets pass', () => {
    const connector = limitedConnector({
      recipientsPerDay: { most: 1, action: 'alert' },
      recipientsPerMessage: { most: 1, action: 'defer' },
      externalRecipientsPerHour: { most: 1, action: 'restrict' },
    });
    expect(ask(connector, 'a', 1)).toBe(1);
    const exceeded = limiter.reserve([connector], { key: 'a', address: 'b', relaying: true, at: now });
    expect(gravest(exceeded)?.measure).toBe('externalRecipientsPerHour');
    const alerting = limitedConnector({ recipientsPerDay: { most: 1, action: 'alert' } });
    expect(ask(alerting, 'b', 3)).toBe(3);
  });

  test('is said with its numbers', () => {
    const limit = { most: 10_000, action: 'restrictUntilTomorrow' } as const;
    expect(wordsOf({ measure: 'recipientsPerDay', limit, count: 10_001 })).toBe(
      '10 001 recipients in a day, limit 10 000',
    );
  });

  test('an unblock begins at nothing', () => {
    const connector = limitedConnector({ recipientsPerDay: { most: 2, action: 'restrict' } });
    ask(connector, 'a', 5);
    limiter.reset(connector.id);
    expect(ask(connector, 'b', 5)).toBe(2);
  });

  test('is told once a day', () => {
    const told = () => limiter.isNews('e', 'recipientsPerDay', now);
    expect([told(), told()]).toEqual([true, false]);
    now = tomorrow(now);
    expect([told(), told()]).toEqual([true, false]);
  });
});
