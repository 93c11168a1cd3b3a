// What the journal keeps of the sums, for people: the sum over time up to the message that tipped it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aClient } from '../test/factories.ts';
import { GuardWorld } from '../test/guard-world.ts';
import type { MessageRecord } from './activity/record.ts';
import { Detector } from './detection/detector.ts';
import type { Evidence } from './restrictions/restriction.ts';

let world: GuardWorld;
beforeEach(async () => {
  world = await GuardWorld.open();
});
afterEach(() => world.close());

/** Oldest first. */
async function journaled(): Promise<readonly MessageRecord[]> {
  return (await world.store.journal.trace({ limit: 1_000 })).toReversed();
}

function evidenceOf(entityId: string): Evidence {
  return world.restricted.active.get(entityId)!.restriction.evidence!;
}

const total = (terms: readonly number[]) => terms.reduce((sum, term) => sum + term, 0);

test('every judged message has its sum, and that which tipped it has the evidence’s families', async () => {
  const connector = await world.addConnector();
  await world.quietWeek();
  const { leaked } = await world.attack();
  const scores = (await journaled()).map(({ score }) => score?.connector);
  expect(scores).toHaveLength(140 + leaked + 1);
  for (const score of scores) {
    expect(score!.threshold).toBe(13);
    expect(total(score!.terms ?? [])).toBeCloseTo(score!.sum, 1);
  }
  expect(scores[139]!.sum).toBeLessThan(1);
  expect(scores[139]).not.toHaveProperty('level');
  expect(scores.at(-2)!.sum).toBeLessThan(13);
  const evidence = evidenceOf(connector.id);
  expect(scores.at(-1)).toEqual({
    sum: Math.round(evidence.sum * 100) / 100,
    threshold: 13,
    level: 'compromised',
    terms: evidence.families.map(({ sum }) => Math.round(sum * 100) / 100),
  });
});

test('a user’s sum stands beside his connector’s; where he is the culprit only that is there which refused him', async () => {
  await world.addConnector();
  await world.quietWeek();
  const client = aClient({ clientAddress: '192.0.2.200', saslUsername: 'ben@ours.example' });
  const { leaked } = await world.attack(40, { client });
  const his = (await journaled()).slice(140);
  expect(his).toHaveLength(leaked + 1);
  for (const { score } of his.slice(0, -1)) {
    expect(score).toMatchObject({ connector: { threshold: 13 }, user: { threshold: 13 } });
  }
  const last = his.at(-1)!;
  expect(last).toMatchObject({ outcome: 'tipped', tippedBy: 'user' });
  expect(Object.keys(last.score!)).toEqual(['connector']);
  expect(last.score!.connector!.sum).toBeCloseTo(evidenceOf(last.userId!).sum, 2);
});

test('what is not judged has none: a repeat, and whatever comes while its sender is restricted', async () => {
  await world.addConnector();
  await world.quietWeek();
  await world.judge(world.attackMessage(1));
  await world.judge(world.attackMessage(1));
  await world.attack();
  await world.judge(world.attackMessage(90));
  await world.judge({ recipients: [{ address: 'anna@ours.example', code: 250 }] });
  const records = await journaled();
  const without = records.filter(({ score }) => score === undefined).map(({ outcome }) => outcome);
  // The last one stays at home and passes; its connector is restricted, and nothing is judged.
  expect(without).toEqual(['repeated', 'restricted', 'accepted']);
});

test('the detector comes back from the journal to the same bits, with the scores in it or without', async () => {
  const connector = await world.addConnector();
  await world.quietWeek();
  await world.judge(world.attackMessage(0));
  const before = world.log.standingOf(connector.id)!;
  expect(before.sum).toBeGreaterThan(1);
  await world.store.journal.flush();
  const kept = new Detector({ key: 7 });
  const stripped = new Detector({ key: 7 });
  for await (const records of world.store.journal.readFrom(0)) {
    for (const record of records) {
      kept.apply(record);
      stripped.apply(record.kind === 'message' ? { ...record, score: undefined } : record);
    }
  }
  expect(kept.standing(connector.id)).toEqual(before);
  expect(stripped.standing(connector.id)).toEqual(before);
});
