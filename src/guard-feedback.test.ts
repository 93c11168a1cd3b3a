import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aClient } from '../test/factories.ts';
import { GuardWorld } from '../test/guard-world.ts';
import type { DeliveryDraft, DeliveryStatus, MessageRecord } from './activity/record.ts';
import { Detector } from './detection/detector.ts';

let world: GuardWorld;
beforeEach(async () => {
  world = await GuardWorld.open({ followsLogs: true });
});
afterEach(() => world.close());

/** What the mail log says of the last message: of its first recipients that they do not exist, of the others that they have it. */
function told(gone: number, over: Partial<DeliveryDraft> = {}): DeliveryDraft {
  const message: MessageRecord = world.records.at(-1)!;
  const { at, organizationId, connectorId, userId, saslUsername, connectorEpoch, userEpoch } = message;
  const { messageId, mailServer, queueId } = message;
  const statusOf = (i: number): DeliveryStatus => (i < gone ? 'bounced' : 'delivered');
  return {
    kind: 'delivery',
    ...{ at, organizationId, connectorId, userId, saslUsername, connectorEpoch, userEpoch },
    ...{ messageId, mailServer, queueId },
    messageSeq: world.log.seq,
    recipients: message.recipients.map(({ address }, i) => ({ address, status: statusOf(i), dsn: '', text: '' })),
    accepted: message.recipients.length - gone,
    refused: gone,
    ...over,
  };
}

/** Good text, one address, no filter: a harvested list that every recipient of is taken from while the client is there. */
async function harvested(i: number, saslUsername?: string): Promise<string> {
  world.time += 20_000;
  return world.judge({
    client: aClient({ clientAddress: '192.0.2.10', saslUsername }),
    recipients: Array.from({ length: 5 }, (_, k) => ({ address: `person${i}-${k}@far${i}.example`, code: 250 })),
    queueId: `H${i}`,
    instance: `harvest.${i}`,
    content: {
      headerFrom: 'Anna <anna@ours.example>',
      subject: `Re: ${letters(i)}`,
      messageId: `<h${i}@ours.example>`,
      // No two are alike.
      textHead: Array.from({ length: 30 }, (_, word) => letters(i * 30 + word)).join(' '),
    },
  });
}

/** A word of its own for each number: digits are all alike to the sketch of a text. */
function letters(n: number): string {
  return n.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!);
}

async function harvest(most: number, gone: number, saslUsername?: string): Promise<number> {
  for (let i = 0; i < most; i++) {
    if ((await harvested(i, saslUsername)) !== 'accept') return i;
    if (gone > 0) world.guard.tell(told(gone));
  }
  return most;
}

describe('answers that come after the message', () => {
  test('restrict the connector whose recipients do not exist, and its next message is refused', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    expect(await harvest(40, 2)).toBeLessThan(20);
    const { evidence } = world.restricted.active.get(connector.id)!.restriction;
    expect(evidence!.families.find(({ family }) => family === 'failures')!.sum).toBeGreaterThan(1);
    expect(evidence!.tippedBy.messageId).toMatch(/^<h\d+@ours\.example>$/);
    expect(world.faults).toEqual([]);
  });

  test('say nothing where everybody has it', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    expect(await harvest(40, 0)).toBe(40);
    const before = world.log.standingOf(connector.id)!.sum;
    for (let i = 0; i < 3; i++) world.guard.tell(told(0));
    expect(world.log.standingOf(connector.id)!.sum).toBeLessThan(before);
    expect(world.restricted.active.size).toBe(0);
  });

  test('count for the connector and for the user', async () => {
    const connector = await world.addConnector();
    await world.quietWeek('192.0.2.10', 'anna');
    await harvested(0, 'anna');
    const { userId } = world.records.at(-1)!;
    const sums = () => [connector.id, userId!].map((id) => world.log.standingOf(id)!.sum);
    const [connectorBefore, userBefore] = sums();
    world.guard.tell(told(2));
    const [connectorAfter, userAfter] = sums();
    expect(connectorAfter! - connectorBefore!).toBeGreaterThan(1);
    expect(userAfter! - userBefore!).toBeGreaterThan(1);
  });

  test('of mail from before an unblock are not judged', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    await harvested(0);
    const late = told(3);
    await world.restricted.restrict({ entity: connector, cause: 'manual', reason: 'test', by: 'anna' }).settled;
    const order = { by: 'anna', reason: '', graceHours: 0, learn: false } as const;
    await world.restricted.unblock(connector.id, order);
    for (let i = 0; i < 10; i++) world.guard.tell(late);
    expect(world.log.standingOf(connector.id)).toMatchObject({ sum: 0, epoch: 1 });
  });

  test('to the mail of a user are not held against his connector once he is restricted, nor after his unblock', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    await harvested(0);
    world.guard.tell(told(2));
    await harvested(1, 'ben');
    const late = told(3);
    const ben = { kind: 'user', id: late.userId!, organizationId: world.organizationId, name: 'ben' } as const;
    const sum = world.log.standingOf(connector.id)!.sum;
    await world.restricted.restrict({ entity: ben, cause: 'manual', reason: 'test', by: 'anna' }).settled;
    for (let i = 0; i < 10; i++) world.guard.tell(late);
    await world.restricted.unblock(ben.id, { by: 'anna', reason: '', graceHours: 0, learn: false });
    for (let i = 0; i < 10; i++) world.guard.tell(late);
    expect(world.log.standingOf(connector.id)!.sum).toBe(sum);
    expect(world.restricted.active.size).toBe(0);
  });

  test('do not restrict a user in his grace, though his connector’s sum tips', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    await harvested(0, 'ben');
    const { userId } = told(0);
    const ben = { kind: 'user', id: userId!, organizationId: world.organizationId, name: 'ben' } as const;
    await world.restricted.restrict({ entity: ben, cause: 'manual', reason: 'test', by: 'anna' }).settled;
    await world.restricted.unblock(ben.id, { by: 'anna', reason: '', graceHours: 4, learn: false });
    const sum = () => world.log.standingOf(connector.id)!.sum;
    for (let i = 1; i < 12; i++) expect(await harvested(i, 'ben')).toBe('accept');
    const before = sum();
    for (let i = 0; i < 6 && sum() >= before; i++) world.guard.tell(told(3));
    // It has tipped: what was his is gone.
    expect(sum()).toBeLessThan(before);
    expect(world.restricted.active.size).toBe(0);
  });

  test('are the only answers that count where the mail log is followed: a 250 is just the queue’s', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    await harvested(0);
    world.guard.tell(told(3));
    const followed = world.log.standingOf(connector.id)!.sum;
    await world.close();
    world = await GuardWorld.open();
    const other = await world.addConnector();
    await world.quietWeek();
    await harvested(0);
    world.guard.tell(told(3));
    expect(followed).toBeGreaterThan(world.log.standingOf(other.id)!.sum);
  });

  test('leave the same sums after a crash, to the last bit', async () => {
    const connector = await world.addConnector();
    await world.quietWeek('192.0.2.10', 'ben');
    for (let i = 0; i < 4; i++) {
      await harvested(i, 'ben');
      world.guard.tell(told(i % 3, { at: world.time + 2_000 - 7_000 * i }));
      if (i === 1) await world.log.snapshot();
    }
    await world.store.journal.flush();
    const userId = world.records.at(-1)!.userId!;
    for (const useSnapshots of [false, true]) {
      const recovered = new Detector({ key: 7 });
      if (useSnapshots) {
        for await (const some of world.store.snapshots.snapshots()) for (const each of some) recovered.restore(each);
      }
      for await (const records of world.store.journal.readFrom(recovered.replayFrom)) {
        for (const record of records) recovered.apply(record);
      }
      for (const id of [connector.id, userId]) {
        expect(recovered.standing(id)!.sum).toBe(world.log.standingOf(id)!.sum);
        expect(recovered.standing(id)!.sum).toBeGreaterThan(0);
      }
    }
  });
});
