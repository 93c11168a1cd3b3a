import { expect, it } from 'vitest';
import { anObservation } from './log-arbitrary.ts';
import { type JudgedMessage, observationOf } from './observation.ts';

const record = (more: Partial<JudgedMessage> = {}): JudgedMessage => ({
  ...anObservation(),
  organizationId: 'o',
  listener: 'milter',
  connectorEpoch: 3,
  userEpoch: 4,
  recipients: [
    { address: 'Ann@Example.COM', code: 250, relaying: true },
    { address: 'bob@example.com', code: 550, relaying: false },
  ],
  ...more,
});

it('compares addresses as mail does', () => {
  const { recipients, envelopeSender } = observationOf(record({ envelopeSender: 'A@B.Example' }));
  expect(recipients[0]!.address).toBe('ann@example.com');
  expect(envelopeSender).toBe('a@b.example');
});

it('carries the epoch of the test that it is for', () => {
  expect(observationOf(record()).epoch).toBe(3);
  expect(observationOf(record(), 'user').epoch).toBe(4);
});

it('does not take our own 250 for the mail server’s: through the policy protocol only refusals are known', () => {
  expect(observationOf(record({ listener: 'postfix-policy' })).recipients.map(({ code }) => code)).toEqual([0, 550]);
  expect(observationOf(record()).recipients.map(({ code }) => code)).toEqual([250, 550]);
});
