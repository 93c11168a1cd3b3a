import { describe, expect, test } from 'vitest';
import { aMessage } from '../../store/samples.ts';
import { type FollowedMessage, followedMessage, Join } from './join.ts';
import type { LogEvent } from './log-line.ts';

const HOUR = 3_600_000;
const NEVER = { messages: 1_000, strangers: 1_000 };

/** A message with these recipients, taken under this queue id. */
function taken(seq: number, queueId: string, ...addresses: string[]): FollowedMessage {
  const recipients = addresses.map((address) => ({ address, code: 250, relaying: true }));
  return followedMessage(aMessage(seq, { queueId, recipients, feedbackFrom: 'local' }))!;
}

type Over = Partial<Extract<LogEvent, { kind: 'delivery' }>>;
const head = { at: 0, host: 'relay', instance: 'postfix' };

function answer(queueId: string, recipient: string, over: Over = {}): LogEvent {
  const { status = 'sent' } = over;
  const words = { sent: '2.0.0 250 Ok', deferred: '4.2.0 451 not now', bounced: '5.1.1 550 no such user' }[
    String(status)
  ]!;
  const [dsn = '', code = '', ...text] = words.split(' ');
  const answered = { dsn, text: text.join(' '), code: Number(code), relay: 'mx.far.example[198.51.100.7]:25' };
  return { ...head, service: 'smtp', kind: 'delivery', queueId, recipient, status, ...answered, ...over };
}
const sent = (queueId: string, recipient: string, over: Over = {}) => answer(queueId, recipient, over);
const deferred = (queueId: string, recipient: string, over: Over = {}) =>
  answer(queueId, recipient, { status: 'deferred', ...over });
const bounced = (queueId: string, recipient: string, over: Over = {}) =>
  answer(queueId, recipient, { status: 'bounced', ...over });
const removed = (queueId: string, service = 'qmgr'): LogEvent => ({ ...head, service, kind: 'removed', queueId });
const received = (queueId: string): LogEvent => ({
  ...head,
  service: 'smtpd',
  kind: 'received',
  queueId,
  clientName: 'localhost',
  clientAddress: '127.0.0.1',
});

function aJoin(limits = NEVER) {
  const join = new Join(limits);
  const log = (...events: LogEvent[]) => {
    for (const event of events) join.take('local', event, 0);
  };
  /** Status by recipient, and what counts, of all that is told. */
  const told = (now = 0, all = false) =>
    join.due(now, all).map(({ messageSeq, recipients, accepted, refused }) => ({
      messageSeq,
      became: Object.fromEntries(recipients.map(({ address, status }) => [address, status])),
      counts: [accepted, refused],
    }));
  return { join, log, told };
}

const BOB = 'bob@far.example';
const EVE = 'eve@far.example';
const JOE = 'joe@other.example';

describe('answers are joined to their message', () => {
  test('the answers of one message make one record, as soon as the last one is there', () => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1B2C', BOB, EVE, JOE), 0);
    log(sent('A1B2C', BOB), bounced('A1B2C', EVE));
    expect(told()).toEqual([]);
    log(sent('A1B2C', JOE));
    expect(told()).toEqual([
      { messageSeq: 7, became: { [BOB]: 'delivered', [EVE]: 'bounced', [JOE]: 'delivered' }, counts: [2, 1] },
    ]);
    log(removed('A1B2C'));
    expect(told()).toEqual([]);
    expect(join.size).toBe(0);
  });

  test('those of a slow recipient come by themselves, after some seconds', () => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1B2C', BOB, EVE), 0);
    log(sent('A1B2C', BOB), deferred('A1B2C', EVE));
    expect(told(4_999)).toEqual([]);
    expect(told(5_000)).toEqual([{ messageSeq: 7, became: { [BOB]: 'delivered', [EVE]: 'deferred' }, counts: [1, 0] }]);
    log(bounced('A1B2C', EVE), removed('A1B2C'));
    expect(told(6_000)).toEqual([{ messageSeq: 7, became: { [EVE]: 'bounced' }, counts: [0, 1] }]);
  });

  test('what identifies the message goes with the record', () => {
    const { join, log } = aJoin();
    const record = aMessage(7, {
      userId: 'u',
      saslUsername: 'anna',
      userEpoch: 2,
      connectorEpoch: 1,
      feedbackFrom: 'local',
    });
    join.put(followedMessage(record)!, 0);
    log(bounced('4XAB', BOB, { at: record.at + 3_000, text: 'x'.repeat(1_000) }));
    const { organizationId, connectorId, userId, saslUsername, connectorEpoch, userEpoch, messageId } = record;
    const of = { organizationId, connectorId, userId, saslUsername, connectorEpoch, userEpoch, messageId };
    expect(join.due(0)).toEqual([
      {
        kind: 'delivery',
        ...of,
        at: record.at + 3_000,
        messageSeq: 7,
        mailServer: 'local',
        queueId: '4XAB',
        recipients: [{ address: BOB, status: 'bounced', dsn: '5.1.1', text: 'x'.repeat(200) }],
        accepted: 0,
        refused: 1,
      },
    ]);
  });

  test('a final answer counts once, a deferral is told once for each reason', () => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1B2C', BOB, EVE), 0);
    log(deferred('A1B2C', BOB), deferred('A1B2C', BOB));
    expect(told(5_000)).toHaveLength(1);
    log(deferred('A1B2C', BOB));
    expect(told(20_000)).toEqual([]);
    log(deferred('A1B2C', BOB, { dsn: '4.4.1' }));
    expect(told(30_000, true)).toHaveLength(1);
    log(bounced('A1B2C', BOB), bounced('A1B2C', BOB), sent('A1B2C', BOB));
    expect(told(40_000, true)).toEqual([{ messageSeq: 7, became: { [BOB]: 'bounced' }, counts: [0, 1] }]);
  });

  test('a message weighs once for its sender and once against him, over however long it is delivered', () => {
    const { join, log } = aJoin();
    const addresses = Array.from({ length: 40 }, (_, i) => `person${i}@far${i}.example`);
    join.put(taken(7, 'A1B2C', ...addresses), 0);
    const counts = addresses.flatMap((address, i) => {
      log(i % 10 === 9 ? bounced('A1B2C', address) : sent('A1B2C', address));
      return join.due(i * 10_000, true).map(({ accepted, refused }) => [accepted, refused]);
    });
    expect(counts).toHaveLength(40);
    expect(counts.filter(([accepted, refused]) => accepted! + refused! > 0)).toEqual([
      [1, 0],
      [0, 1],
    ]);
    const after = aJoin();
    for (const message of structuredClone(join.kept())) after.join.restore(message);
    after.join.put(taken(8, 'A1B2D', BOB, EVE), 0);
    after.join.know({ ...aDeliveryOf(8), recipients: [], refused: 1 });
    after.log(bounced('A1B2D', BOB));
    expect(after.told(0, true)).toEqual([{ messageSeq: 8, became: { [BOB]: 'bounced' }, counts: [0, 0] }]);
  });

  test('a recipient who was refused while the client was there is not counted again', () => {
    const { join, log, told } = aJoin();
    const recipients = [
      { address: BOB, code: 250, relaying: true },
      { address: EVE, code: 550, relaying: true },
    ];
    join.put(followedMessage(aMessage(7, { queueId: 'A1B2C', recipients, feedbackFrom: 'local' }))!, 0);
    log(bounced('A1B2C', EVE), sent('A1B2C', BOB));
    expect(told()).toEqual([{ messageSeq: 7, became: { [BOB]: 'delivered' }, counts: [1, 0] }]);
    expect(join.counts).toMatchObject({ joined: 1, unjoined: 1 });
  });

  test('an alias: the answer is that of the recipient who was asked for', () => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1B2C', 'Info@far.example'.toLowerCase()), 0);
    log(sent('A1B2C', 'somebody@else.example', { originalRecipient: 'Info@Far.Example' }));
    expect(told()).toEqual([{ messageSeq: 7, became: { 'info@far.example': 'delivered' }, counts: [1, 0] }]);
  });

  test('expired in the queue is bounced, and no evidence', () => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1B2C', BOB, EVE), 0);
    log(sent('A1B2C', BOB), deferred('A1B2C', EVE));
    told(5_000);
    log({ ...head, service: 'qmgr', kind: 'expired', queueId: 'A1B2C' } as LogEvent, removed('A1B2C'));
    expect(told()).toEqual([{ messageSeq: 7, became: { [EVE]: 'bounced' }, counts: [0, 0] }]);
  });

  test('what leaves the queue without a word is unknown, and who deleted it is said', () => {
    const { join, log } = aJoin();
    join.put(taken(7, 'A1B2C', BOB), 0);
    join.put(taken(8, 'A1B2D', EVE), 0);
    log(removed('A1B2C'), removed('A1B2D', 'postsuper'));
    const drafts = join.due(0);
    expect(drafts.map(({ recipients }) => recipients[0])).toMatchObject([
      { status: 'unknown', text: 'left the queue; the log says no more' },
      { status: 'unknown', text: 'deleted by an administrator' },
    ]);
    expect(drafts.every(({ accepted, refused }) => accepted + refused === 0)).toBe(true);
  });
});

describe('a queue id is not for ever', () => {
  test('one that was removed and comes again belongs to nobody', () => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1B2C', BOB), 0);
    log(sent('A1B2C', BOB), removed('A1B2C'));
    told();
    log(bounced('A1B2C', BOB), removed('A1B2C'));
    expect(told(0, true)).toEqual([]);
  });

  test('of two messages with one queue id the later has it', () => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1B2C', BOB), 0);
    join.put(taken(8, 'A1B2C', BOB), 0);
    log(bounced('A1B2C', BOB));
    expect(told(0, true)).toEqual([{ messageSeq: 8, became: { [BOB]: 'bounced' }, counts: [0, 1] }]);
  });

  test('a recipient who is not the message’s is somebody else’s mail', () => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1B2C', BOB), 0);
    log(bounced('A1B2C', EVE));
    expect(told(0, true)).toEqual([]);
    expect(join.counts.unjoined).toBe(1);
  });

  test('another mail server has queue ids of its own', () => {
    const { join, told } = aJoin();
    join.put(taken(7, 'A1B2C', BOB), 0);
    join.take('192.0.2.25', bounced('A1B2C', BOB), 0);
    expect(told(0, true)).toEqual([]);
  });

  test('nothing is waited for longer than a mail server waits', () => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1B2C', BOB), 0);
    told(131 * HOUR);
    expect(join.size).toBe(1);
    told(133 * HOUR);
    log(bounced('A1B2C', BOB));
    expect(told(0, true)).toEqual([]);
    expect(join.counts.givenUp).toBe(1);
  });

  test('memory is bounded: the oldest messages are given up, and events of strangers are forgotten', () => {
    const { join, log, told } = aJoin({ messages: 10, strangers: 10 });
    for (let seq = 1; seq <= 30; seq++) join.put(taken(seq, `M${seq}`, BOB), 0);
    expect(join.size).toBe(10);
    for (let i = 0; i < 50; i++) log(sent(`S${i}`, BOB));
    expect(join.counts).toEqual({ joined: 0, unjoined: 45, givenUp: 20 });
    for (let seq = 1; seq <= 30; seq++) log(sent(`M${seq}`, BOB));
    expect(told(0, true).map(({ messageSeq }) => messageSeq)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
  });
});

describe('the order of things', () => {
  test('the log may be faster than the journal', () => {
    const { join, log, told } = aJoin();
    log(sent('A1B2C', BOB), removed('A1B2C'));
    join.put(taken(7, 'A1B2C', BOB), 60_000);
    expect(told()).toEqual([{ messageSeq: 7, became: { [BOB]: 'delivered' }, counts: [1, 0] }]);
    expect(join.size).toBe(0);
  });

  test('but not by more than two minutes', () => {
    const { join, log, told } = aJoin();
    log(sent('A1B2C', BOB), removed('A1B2C'));
    join.take('local', sent('OTHER', BOB), 121_000);
    join.put(taken(7, 'A1B2C', BOB), 121_000);
    expect(told(0, true)).toEqual([]);
    expect(join.counts.unjoined).toBe(1);
  });

  const filtered = (queuedAs: string) => ({ relay: '127.0.0.1[127.0.0.1]:10025', queuedAs });
  const steps = {
    'the filter gives it back, then says so': (log: (...events: LogEvent[]) => void) =>
      log(received('B1'), sent('A1', BOB, filtered('B1')), removed('A1'), bounced('B1', BOB), removed('B1')),
    'all of the second is over before the first is told': (log: (...events: LogEvent[]) => void) =>
      log(received('B1'), bounced('B1', BOB), removed('B1'), sent('A1', BOB, filtered('B1')), removed('A1')),
  };
  test.each(Object.entries(steps))('a content filter on loopback: %s', (_, happen) => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1', BOB), 0);
    happen(log);
    expect(told()).toEqual([{ messageSeq: 7, became: { [BOB]: 'bounced' }, counts: [0, 1] }]);
    expect(join.size).toBe(0);
  });

  test('another mail server on loopback has taken it: its queue id is not of this log', () => {
    const { join, log, told } = aJoin();
    join.put(taken(7, 'A1', BOB), 0);
    log(sent('A1', BOB, filtered('B1')), removed('A1'));
    expect(told()).toEqual([{ messageSeq: 7, became: { [BOB]: 'delivered' }, counts: [1, 0] }]);
  });

  test('kept and restored, it goes on where it was, and tells nothing twice', () => {
    const before = aJoin();
    before.join.put(taken(7, 'A1', BOB, EVE), 0);
    before.log(received('B1'), sent('A1', BOB, filtered('B1')), sent('A1', EVE), sent('B1', BOB));
    expect(before.told(0, true)).toHaveLength(1);
    before.join.put(taken(8, 'A2', BOB, EVE), 0);
    const after = aJoin();
    for (const message of structuredClone(before.join.kept())) after.join.restore(message);
    after.join.put(taken(8, 'A2', BOB, EVE), 0);
    const [known] = before.join.due(0, true);
    expect(known).toBeUndefined();
    after.join.know({ ...aDeliveryOf(8), recipients: [{ address: EVE, status: 'bounced', dsn: '5.1.1', text: '' }] });
    after.log(sent('B1', BOB), sent('A1', EVE), bounced('A2', EVE), sent('A2', BOB));
    expect(after.told(0, true)).toEqual([{ messageSeq: 8, became: { [BOB]: 'delivered' }, counts: [1, 0] }]);
  });
});

function aDeliveryOf(messageSeq: number) {
  const { organizationId, connectorEpoch, userEpoch, messageId, queueId } = aMessage(messageSeq);
  const of = { organizationId, connectorEpoch, userEpoch, messageId, queueId };
  return { kind: 'delivery', seq: 99, at: 0, messageSeq, mailServer: 'local', accepted: 0, refused: 0, ...of } as const;
}

describe('which messages are waited for', () => {
  test('those whose mail server’s log is followed and that it took, by the queue id it gave', () => {
    const followed = { feedbackFrom: 'local' };
    expect(followedMessage(aMessage(1))).toBeUndefined();
    expect(followedMessage(aMessage(1, { ...followed, outcome: 'tipped' }))).toBeUndefined();
    expect(followedMessage(aMessage(1, { ...followed, queueId: '' }))).toBeUndefined();
    expect(followedMessage(aMessage(1, followed))).toMatchObject({ seq: 1, mailServer: 'local', queueId: '4XAB' });
    const relayed = { ...followed, listener: 'smtp-relay', queueId: '' } as const;
    expect(followedMessage(aMessage(1, { ...relayed, reply: '250 2.0.0 Ok: queued as 4d9xYz1Qkz' }))).toMatchObject({
      queueId: '4d9xYz1Qkz',
    });
    expect(followedMessage(aMessage(1, { ...relayed, reply: '250 Thanks' }))).toBeUndefined();
  });
});

describe('an address that is forgotten', () => {
  test('is not told, and the message is complete without it', () => {
    const { join, log, told } = aJoin();
    join.put(taken(1, 'A1', BOB, EVE), 0);
    log(bounced('A1', BOB));
    join.forget(BOB);
    log(sent('A1', EVE), deferred('A1', BOB));
    expect(told()).toEqual([{ messageSeq: 1, became: { [EVE]: 'delivered' }, counts: [1, 1] }]);
    expect(JSON.stringify(join.kept())).not.toContain(BOB);
  });

  test('as the last one ends the waiting', () => {
    const { join } = aJoin();
    join.put(taken(1, 'A1', BOB), 0);
    join.forget(BOB);
    expect(join.size).toBe(0);
  });

  test("as the login of who sent it goes from the message, and another organization's stays", () => {
    const { join } = aJoin();
    join.put({ ...taken(1, 'A1', EVE), saslUsername: BOB, userId: 'u' }, 0);
    join.forget(BOB, 'somebody else');
    expect(join.kept()[0]!.message.saslUsername).toBe(BOB);
    join.forget(BOB);
    expect(join.kept()[0]!.message).toMatchObject({ userId: undefined, saslUsername: undefined, recipients: [EVE] });
  });
});
