import { expect, it } from 'vitest';
import { anObservation, aText, START } from './log-arbitrary.ts';
import { readMessage } from './message.ts';
import { type JudgedMessage, observationOf } from './observation.ts';
import { Repeats } from './repeats.ts';

const MINUTE = 60_000;

function mail(more: Partial<JudgedMessage> = {}): JudgedMessage {
  const {
    kind: _,
    epoch: __,
    recipients: ___,
    ...rest
  } = anObservation({ sketch: aText(1), queueId: '4XyZ', messageId: '<1@x>' });
  const recipients = ['a', 'b'].map((name) => ({ address: `${name}@example.com`, code: 250, relaying: true }));
  return {
    ...rest,
    organizationId: 'o',
    listener: 'milter',
    connectorId: 'c',
    userId: undefined,
    connectorEpoch: 0,
    userEpoch: 0,
    recipients,
    ...more,
  };
}

function seen(...messages: JudgedMessage[]): (message: JudgedMessage) => boolean {
  const repeats = new Repeats();
  const read = (message: JudgedMessage) => readMessage(observationOf(message), 1);
  for (const message of messages) repeats.remember(message, read(message));
  return (message) => repeats.isRepeat(message, read(message));
}

it('a second pass under another queue identifier is a repeat by its Message-ID', () => {
  expect(seen(mail())(mail({ at: START + MINUTE, queueId: 'other' }))).toBe(true);
});

it('a second pass without Message-ID is a repeat by its queue identifier', () => {
  const blank = mail({ messageId: '' });
  expect(seen(blank)({ ...blank, at: START + MINUTE })).toBe(true);
});

it('recipients may come in another order', () => {
  const { recipients } = mail();
  expect(seen(mail())(mail({ recipients: [...recipients].reverse() }))).toBe(true);
});

it.each<[string, Partial<JudgedMessage>]>([
  ['Message-ID and queue identifier', { messageId: '<2@x>', queueId: 'other' }],
  ['recipients', { recipients: mail().recipients.slice(1) }],
  ['envelope sender', { envelopeSender: 'other@example.org' }],
  ['text', { sketch: aText(2) }],
  ['connector', { connectorId: 'd' }],
  ['user', { userId: 'u' }],
])('with other %s it is another mail', (_, change) => {
  expect(seen(mail())(mail(change))).toBe(false);
});

it('without any identifier nothing is a repeat', () => {
  const blank = mail({ messageId: '', queueId: '' });
  expect(seen(blank)(blank)).toBe(false);
});

it('an empty queue identifier is no identifier', () => {
  expect(seen(mail({ queueId: '' }))(mail({ queueId: '', messageId: '<2@x>' }))).toBe(false);
});

it('is forgotten after five days, and sooner when there is too much to remember', () => {
  const isRepeat = seen(mail());
  expect(isRepeat(mail({ at: START + 5 * 86_400_000 }))).toBe(true);
  expect(isRepeat(mail({ at: START + 5 * 86_400_000 + 1 }))).toBe(false);
  const many = Array.from({ length: 40_000 }, (_, n) => mail({ messageId: `<n${n}>`, queueId: `q${n}` }));
  expect(seen(mail(), ...many)(mail())).toBe(false);
  expect(seen(mail(), ...many)(many.at(-1)!)).toBe(true);
});
