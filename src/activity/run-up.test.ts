import { expect, test } from 'vitest';
import { attemptsOf } from './attempts.ts';
import type { MessageDigest } from './journal-store.ts';
import { MOST_POINTS, type RunUpQuery, runUpOf } from './run-up.ts';

const UNTIL = Date.UTC(2026, 10, 20);
const DAY = 24 * 3_600_000;
const MANY = { messages: 100_000, milliseconds: 60_000 };

const query: RunUpQuery = {
  organizationId: 'o',
  entityId: 'c',
  entityKind: 'connector',
  shown: { from: UNTIL - 7 * DAY, until: UNTIL + 1 },
  attack: { from: UNTIL - 60_000, until: UNTIL + 1 },
  earlierAttacks: [],
};

/** Newest first, a second apart, in batches of ten; `count` is how many of them were taken. */
function aJournal(messages: number, over: (age: number) => Partial<MessageDigest> = () => ({})) {
  const journal = {
    batches: 0,
    async *digests() {
      for (let age = 0; age < messages; age += 10) {
        journal.batches++;
        yield Array.from({ length: Math.min(10, messages - age) }, (_, i) => aDigest(age + i, over(age + i)));
      }
    },
  };
  return journal;
}

function aDigest(age: number, over: Partial<MessageDigest>): MessageDigest {
  return {
    seq: 1_000_000 - age,
    at: UNTIL - age * 1_000,
    outcome: 'accepted',
    clientAddress: '192.0.2.1',
    clientName: '',
    recipients: 1,
    relayedTo: ['far.example'],
    score: { connector: { sum: 1, threshold: 13 } },
    ...over,
  };
}

test('a long timeline keeps its last hundred and each peak of before, and says how many were left out', async () => {
  const peaks = new Set([100, 777, 4_321, 9_999]);
  const sum = (age: number) => (peaks.has(age) ? 12 : 1);
  const journal = aJournal(10_000, (age) => ({ score: { connector: { sum: sum(age), threshold: 13 } } }));
  const { timeline, thinned, isCut } = await runUpOf(journal, query, MANY);
  expect(timeline).toHaveLength(MOST_POINTS);
  expect(thinned).toBe(10_000 - MOST_POINTS);
  expect(isCut).toBe(false);
  const ages = timeline.map(({ seq }) => 1_000_000 - seq);
  expect(ages.slice(-100)).toEqual(Array.from({ length: 100 }, (_, i) => 99 - i));
  expect(ages).toEqual(ages.toSorted((a, b) => b - a));
  expect(timeline.filter(({ score }) => score.sum === 12).map(({ seq }) => 1_000_000 - seq)).toEqual([
    9_999, 4_321, 777, 100,
  ]);
});

test('what fits is shown whole', async () => {
  const { timeline, thinned } = await runUpOf(aJournal(MOST_POINTS), query, MANY);
  expect([timeline.length, thinned]).toEqual([MOST_POINTS, 0]);
});

test('reading ends at the bound of messages, and says that the oldest is missing', async () => {
  const journal = aJournal(1_000);
  const { timeline, sources, isCut } = await runUpOf(journal, query, { ...MANY, messages: 35 });
  expect([timeline.length, isCut, journal.batches]).toEqual([35, true, 4]);
  // Nobody has read whether it was used before.
  expect(sources).toMatchObject([{ messages: 35, usedBefore: undefined }]);
  expect((await runUpOf(aJournal(35), query, { ...MANY, messages: 35 })).isCut).toBe(false);
});

test('reading ends at the bound of time', async () => {
  const journal = aJournal(1_000);
  const { timeline, isCut } = await runUpOf(journal, query, { ...MANY, milliseconds: -1 });
  expect([timeline.length, isCut, journal.batches]).toEqual([10, true, 1]);
});

test('an address is known by what was accepted of it in quiet times alone', async () => {
  const attacker = (age: number) => (age < 5 || (age >= 200 && age < 210) ? { clientAddress: '203.0.113.9' } : {});
  const before = { from: UNTIL - 209_000, until: UNTIL - 199_000 };
  const usedBefore = async (over: Partial<RunUpQuery>) => {
    const { sources } = await runUpOf(aJournal(1_000, attacker), { ...query, ...over }, MANY);
    return Object.fromEntries(sources.map((source) => [source.clientAddress, source.usedBefore]));
  };
  expect(await usedBefore({})).toEqual({ '192.0.2.1': true, '203.0.113.9': true });
  expect(await usedBefore({ earlierAttacks: [before] })).toEqual({ '192.0.2.1': true, '203.0.113.9': false });
});

test('of attempts the newest are read, and only those that its own restriction refused', async () => {
  const asked = { organizationId: 'o', entityId: 'c', entityKind: 'connector', span: query.shown } as const;
  const journal = () => aJournal(8_000, (age) => ({ tippedBy: age % 2 === 0 ? 'connector' : 'user', recipients: 3 }));
  const { byHour, ...all } = await attemptsOf(journal(), asked, MANY);
  expect(all).toEqual({ messages: 4_000, recipients: 12_000, lastAt: UNTIL, isCut: false });
  expect(byHour.map(({ at, messages }) => [at, messages])).toEqual([
    [UNTIL - 3 * 3_600_000, 399],
    [UNTIL - 2 * 3_600_000, 1_800],
    [UNTIL - 3_600_000, 1_800],
    [UNTIL, 1],
  ]);
  expect(await attemptsOf(journal(), asked, { ...MANY, messages: 100 })).toMatchObject({ messages: 50, isCut: true });
});
