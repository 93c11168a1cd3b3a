// What every restriction store must do.
import { describe, expect, test } from 'vitest';
import { anEnd, aRestriction, ORGANIZATION, OTHER_ORGANIZATION } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

export function restrictionStoreContract(make: MakePlace): void {
  describe('restriction store', () => {
    const place = new StoreInTest(make);

    test('a restriction is in force as it was given, also after a restart', async () => {
      const bare = aRestriction();
      const full = aRestriction({
        until: 1_795_000_900_000,
        entityKind: 'user',
        entityName: 'Zoë 📮',
        evidence: {
          detectorVersion: 3,
          sum: 13.25,
          threshold: 13,
          tippedBy: { messageId: '<1@x>', queueId: '4C', at: 1_795_000_000_001 },
          families: [
            {
              family: 'content',
              sum: 6.5,
              words: 'new text to 97 %',
              messages: [{ messageId: '<1@x>', at: 1_795_000_000_001, term: 2.5 }],
            },
          ],
        },
      });
      const counted = aRestriction({ cause: 'limit', figures: { messageSeq: 7, exceeded: 'recipientsPerDay' } });
      const both = aRestriction({
        evidence: full.evidence,
        figures: { messageSeq: 8, outboundMail: 3, outboundSpam: 0 },
      });
      const all = [bare, full, counted, both];
      for (const each of all) expect(await place.store.restrictions.restrict(each)).toBe('restricted');
      const restarted = await place.restart();
      expect(await restarted.restrictions.active()).toEqual(all.sort((a, b) => (a.id < b.id ? -1 : 1)));
    });

    test('an entity has at most one restriction in force', async () => {
      const first = aRestriction();
      await place.store.restrictions.restrict(first);
      expect(await place.store.restrictions.restrict(aRestriction({ entityId: first.entityId }))).toBe('already');
      expect(await place.store.restrictions.active()).toEqual([first]);
    });

    test('the same restriction asked for again, because an answer was lost, is the same restriction', async () => {
      const restriction = aRestriction();
      expect(await place.store.restrictions.restrict(restriction)).toBe('restricted');
      expect(await place.store.restrictions.restrict(restriction)).toBe('restricted');
      expect(await place.store.restrictions.active()).toEqual([restriction]);
    });

    test('to end one raises the epoch by one, and what rests on the old epoch is stale', async () => {
      const { restrictions } = place.store;
      const first = aRestriction();
      await restrictions.restrict(first);
      expect(await restrictions.end(first.id, anEnd())).toBe(1);
      expect(await restrictions.epochs()).toEqual(new Map([[first.entityId, 1]]));
      expect(await restrictions.active()).toEqual([]);

      const stale = aRestriction({ entityId: first.entityId, epoch: 0 });
      expect(await restrictions.restrict(stale)).toBe('stale');
      expect(await restrictions.active()).toEqual([]);
      expect(await restrictions.list({ limit: 10 })).toHaveLength(1);

      const fresh = aRestriction({ entityId: first.entityId, epoch: 1 });
      expect(await restrictions.restrict(fresh)).toBe('restricted');
      expect(await restrictions.end(fresh.id, anEnd())).toBe(2);
    });

    test('an epoch from the future is stale, too', async () => {
      expect(await place.store.restrictions.restrict(aRestriction({ epoch: 1 }))).toBe('stale');
      expect(await place.store.restrictions.active()).toEqual([]);
    });

    test('a stale one is stale also while another is in force, and leaves that one alone', async () => {
      const { restrictions } = place.store;
      const first = aRestriction();
      await restrictions.restrict(first);
      await restrictions.end(first.id, anEnd());
      const second = aRestriction({ entityId: first.entityId, epoch: 1 });
      await restrictions.restrict(second);
      expect(await restrictions.restrict(aRestriction({ entityId: first.entityId, epoch: 0 }))).toBe('stale');
      expect(await restrictions.active()).toEqual([second]);
    });

    test('one that was ended is not brought back by a late repetition, and its history stays', async () => {
      const { restrictions } = place.store;
      const restriction = aRestriction();
      await restrictions.restrict(restriction);
      await restrictions.end(restriction.id, anEnd());
      expect(await restrictions.restrict(restriction)).toBe('stale');
      expect(await restrictions.list({ limit: 10 })).toMatchObject([{ id: restriction.id, ended: anEnd() }]);
    });

    test('ending twice ends once', async () => {
      const { restrictions } = place.store;
      const restriction = aRestriction();
      await restrictions.restrict(restriction);
      expect(await restrictions.end(restriction.id, anEnd({ by: 'anna' }))).toBe(1);
      expect(await restrictions.end(restriction.id, anEnd({ by: 'bert' }))).toBeUndefined();
      expect(await restrictions.epochs()).toEqual(new Map([[restriction.entityId, 1]]));
      expect(await restrictions.list({ limit: 10 })).toMatchObject([{ ended: { by: 'anna' } }]);
    });

    test('an old restriction cannot be ended again while a new one of its entity is in force', async () => {
      const { restrictions } = place.store;
      const old = aRestriction();
      await restrictions.restrict(old);
      await restrictions.end(old.id, anEnd());
      const current = aRestriction({ entityId: old.entityId, epoch: 1 });
      await restrictions.restrict(current);
      expect(await restrictions.end(old.id, anEnd())).toBeUndefined();
      expect(await restrictions.active()).toEqual([current]);
      expect(await restrictions.epochs()).toEqual(new Map([[old.entityId, 1]]));
    });

    test('what was never restricted cannot be ended', async () => {
      expect(await place.store.restrictions.end('22222222-0000-4000-8000-000000000000', anEnd())).toBeUndefined();
      expect(await place.store.restrictions.epochs()).toEqual(new Map());
    });

    test('ends and epochs are there after a restart', async () => {
      const restriction = aRestriction();
      const end = anEnd({ graceHours: 4, learn: true });
      await place.store.restrictions.restrict(restriction);
      await place.store.restrictions.end(restriction.id, end);
      const { restrictions } = await place.restart();
      expect(await restrictions.epochs()).toEqual(new Map([[restriction.entityId, 1]]));
      expect(await restrictions.list({ limit: 10 })).toEqual([{ ...restriction, ended: end }]);
    });

    test('fifty that restrict one entity at once: one does, and all others learn that it is', async () => {
      const { entityId } = aRestriction();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => place.store.restrictions.restrict(aRestriction({ entityId }))),
      );
      expect(answers.filter((answer) => answer === 'restricted')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'already')).toHaveLength(49);
      expect(await place.store.restrictions.active()).toHaveLength(1);
    });

    test('fifty that end one restriction at once: one does', async () => {
      const restriction = aRestriction();
      await place.store.restrictions.restrict(restriction);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => place.store.restrictions.end(restriction.id, anEnd())),
      );
      expect(answers.filter((answer) => answer !== undefined)).toEqual([1]);
      expect(await place.store.restrictions.epochs()).toEqual(new Map([[restriction.entityId, 1]]));
    });

    test('restricting and ending ten entities at once, over and over, every epoch counts the ends of its entity', async () => {
      const { restrictions } = place.store;
      const entities = Array.from({ length: 10 }, () => aRestriction().entityId);
      const ends = new Map<string, number>();
      const storm = async (entityId: string) => {
        for (let round = 0; round < 5; round++) {
          const restriction = aRestriction({ entityId, epoch: (await restrictions.epochs()).get(entityId) ?? 0 });
          if ((await restrictions.restrict(restriction)) !== 'restricted') continue;
          const epoch = await restrictions.end(restriction.id, anEnd());
          expect(epoch).toBe(restriction.epoch + 1);
          ends.set(entityId, (ends.get(entityId) ?? 0) + 1);
        }
      };
      await Promise.all(entities.flatMap((entityId) => Array.from({ length: 5 }, () => storm(entityId))));
      expect(await restrictions.active()).toEqual([]);
      expect(await restrictions.epochs()).toEqual(ends);
    });

    test('an organization sees its own restrictions only, newest first; the provider sees all', async () => {
      const { restrictions } = place.store;
      const ours = [1, 2, 3].map((since) => aRestriction({ since, organizationId: ORGANIZATION }));
      const theirs = aRestriction({ since: 2, organizationId: OTHER_ORGANIZATION });
      for (const each of [...ours, theirs]) await restrictions.restrict(each);
      await restrictions.end(ours[1]!.id, anEnd());

      const ids = async (query: Parameters<typeof restrictions.list>[0]) =>
        (await restrictions.list(query)).map((restriction) => restriction.id);
      expect(await ids({ organizationId: ORGANIZATION, limit: 10 })).toEqual(
        [ours[2], ours[1], ours[0]].map((r) => r!.id),
      );
      expect(await ids({ organizationId: ORGANIZATION, limit: 2 })).toEqual([ours[2], ours[1]].map((r) => r!.id));
      expect(await ids({ organizationId: ORGANIZATION, active: true, limit: 10 })).toEqual([ours[2]!.id, ours[0]!.id]);
      expect(await ids({ active: false, limit: 10 })).toEqual([ours[1]!.id]);
      expect(await ids({ entityId: theirs.entityId, limit: 10 })).toEqual([theirs.id]);
      expect(await ids({ entityId: theirs.entityId, organizationId: ORGANIZATION, limit: 10 })).toEqual([]);
      expect(await ids({ limit: 1_000 })).toHaveLength(4);
    });

    test('pages that begin after the last one of the page before show each restriction once, also those of one moment', async () => {
      const { restrictions } = place.store;
      for (const since of [3, 2, 2, 2, 2, 1]) await restrictions.restrict(aRestriction({ since }));
      const all = await restrictions.list({ limit: 10 });
      expect(all.map(({ since }) => since)).toEqual([3, 2, 2, 2, 2, 1]);
      const paged = [];
      for (let after = all[0]; after !== undefined; ) {
        const page = await restrictions.list({ after, limit: 2 });
        paged.push(...page);
        after = page.at(-1);
      }
      expect(paged).toEqual(all.slice(1));
    });
  });
}
