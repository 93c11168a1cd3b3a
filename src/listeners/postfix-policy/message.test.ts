import { expect, test } from 'vitest';
import { OpenMessage } from './message.ts';

const aMessage = (): OpenMessage =>
  new OpenMessage('1.2.3.4', { mailServer: 'local', clientAddress: '192.0.2.7', clientPort: 40_007 }, '25', '', 0);

test('a recipient asked twice in a row is one, with the later answer', () => {
  const message = aMessage();
  message.addRecipient('anna@far.example', 250);
  message.addRecipient('anna@far.example', 550);
  expect(message.recipients).toEqual([{ address: 'anna@far.example', code: 550 }]);
  expect(message.hasPassed).toBe(false);
});

test('a message remembers 10 000 recipients, and no more', () => {
  const message = aMessage();
  for (let i = 0; i < 12_000; i++) message.addRecipient(`r${i}@far.example`, 250);
  expect(message.recipients).toHaveLength(10_000);
});

test('a message remembers a million characters of recipients, and no more', () => {
  const message = aMessage();
  for (let i = 0; i < 100; i++) message.addRecipient(`${i}${'x'.repeat(60_000)}@far.example`, 250);
  const characters = message.recipients.reduce((sum, recipient) => sum + recipient.address.length, 0);
  expect(characters).toBeGreaterThan(900_000);
  expect(characters).toBeLessThanOrEqual(1_000_000);
});
