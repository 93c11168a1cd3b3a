import { describe, expect, test } from 'vitest';
import { aConnector, ORGANIZATION } from '../../test/factories.ts';
import type { Attribution } from '../attribution/attribution.ts';
import type { User } from '../attribution/entity.ts';
import type { ListenerName } from '../mail/relay-request.ts';
import { multiLine, oneLine } from '../mail/reply.ts';
import type { ActiveRestriction } from '../restrictions/active-list.ts';
import { decideRecipient } from './decide.ts';

const acceptedBy = (domain: string) =>
  domain === 'ours.example' ? ORGANIZATION : domain === 'theirs.example' ? 'other' : undefined;
const connector = aConnector();
const user: User = { kind: 'user', id: 'u', organizationId: ORGANIZATION, name: 'anna' };
const basis = { by: 'clientAddress', value: '192.0.2.0/24' } as const;
const byConnector: Attribution = { organizationId: ORGANIZATION, connector, basis };
const byBoth: Attribution = { ...byConnector, user };

function decide(
  attribution: Attribution | undefined,
  recipient: string,
  restricted: string[] = [],
  { durable = true, listener = 'postfix-policy' as ListenerName } = {},
): string {
  const restrictionOf = (id: string) => (restricted.includes(id) ? ({ durable } as ActiveRestriction) : undefined);
  const decision = decideRecipient(attribution, recipient, listener, { acceptedBy, restrictionOf });
  return decision.action === 'accept' ? 'accept' : oneLine(decision.reply);
}

const CONNECTOR = '550 5.7.711 Access denied, bad inbound connector. AS(2204).';
const USER = '550 5.1.8 Access denied, bad outbound sender AS(42004)';
const RELAY = '550 5.7.64 TenantAttribution; Relay Access Denied SMTP';

describe('may this recipient pass?', () => {
  test.each([
    ['bob@far.example', CONNECTOR],
    ['bob@theirs.example', CONNECTOR],
    ['anna@ours.example', 'accept'],
    ['anna@OURS.example.', 'accept'],
    ['postmaster@ours.example', 'accept'],
    ['Abuse@ours.example', 'accept'],
    ['postmaster', 'accept'],
    ['postmaster@far.example', CONNECTOR],
    ['bob%far.example@ours.example', CONNECTOR],
    ['far.example!bob@ours.example', CONNECTOR],
    ['"bob@far.example"@ours.example', CONNECTOR],
    ['bob%far.example', CONNECTOR],
  ])('from a restricted connector to %s: %s', (recipient, expected) => {
    expect(decide(byConnector, recipient, [connector.id])).toBe(expected);
  });

  test.each([
    ['bob@far.example', USER],
    ['carl@ours.example', USER],
    ['postmaster@ours.example', 'accept'],
    ['abuse@ours.example', 'accept'],
    ['abuse@far.example', USER],
  ])('from a restricted user to %s: %s', (recipient, expected) => {
    expect(decide(byBoth, recipient, [user.id])).toBe(expected);
  });

  test('the user comes first where both are restricted', () => {
    expect(decide(byBoth, 'bob@far.example', [user.id, connector.id])).toBe(USER);
  });

  test('a restriction that is not on disk yet is no reason for a permanent refusal', () => {
    expect(decide(byConnector, 'bob@far.example', [connector.id], { durable: false })).toBe(
      '451 4.7.1 Service unavailable, try again later',
    );
  });

  test('an unknown client relays through our own relay only to accepted domains', () => {
    const relay = { listener: 'smtp-relay' as const };
    expect(decide(undefined, 'bob@far.example', [], relay)).toBe(RELAY);
    expect(decide(undefined, 'bob%far.example@ours.example', [], relay)).toBe(RELAY);
    expect(decide(undefined, 'anna@ours.example', [], relay)).toBe('accept');
    expect(decide(undefined, 'bob@far.example')).toBe('accept');
  });

  test('a Partner connector delivers to us and does not relay, but its logged-in users may', () => {
    const partner: Attribution = { ...byConnector, connector: aConnector({ type: 'Partner' }) };
    expect(decide(partner, 'bob@far.example')).toBe(RELAY);
    expect(decide(partner, 'anna@ours.example')).toBe('accept');
    expect(decide({ ...partner, user }, 'bob@far.example')).toBe('accept');
  });

  test('nobody is restricted: everything passes', () => {
    expect(decide(byBoth, 'bob@far.example')).toBe('accept');
  });
});

describe('the words of a refusal', () => {
  test('a protocol with two lines says the human sentence first', () => {
    const decision = decideRecipient(byConnector, 'bob@far.example', 'milter', {
      acceptedBy,
      restrictionOf: () => ({ durable: true }) as ActiveRestriction,
    });
    if (decision.action === 'accept') throw new Error('was accepted');
    expect(multiLine(decision.reply)).toBe(
      "550-5.7.711 Your message couldn't be delivered. The most common reason for this is that your organization's email connector is suspected of sending spam or phish and it's no longer allowed to send email. Contact your email admin for assistance.\r\n" +
        '550 5.7.711 Access denied, bad inbound connector. AS(2204).',
    );
  });
});
