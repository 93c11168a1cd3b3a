// A disk without room, for real: what fails says so, nothing is half written, and writing goes on by itself when there is room.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../activity/record.ts';
import { ChainKey } from '../../audit/chain.ts';
import { ChainVerifier } from '../../audit/chain-verifier.ts';
import { AUDIT_KEY, anAuditLog } from '../audit-log-in-test.ts';
import { aGuid, aMessage, anAuditRecord, aRestriction, ORGANIZATION } from '../samples.ts';
import type { Store, StorePart, StoreTrouble } from '../store.ts';
import { openAuditFile } from './audit-file.ts';
import { openSqliteStore } from './open.ts';
import { SmallDisk } from './small-disk.ts';

const probe = SmallDisk.mount();
probe?.unmount();
const title = `a full disk${probe === undefined ? ' (skipped: only root on Linux can mount a small one)' : ''}`;
if (probe === undefined) console.warn(title);

describe.skipIf(probe === undefined)(title, () => {
  let disk: SmallDisk;
  let store: Store;
  let troubles: StoreTrouble[];
  let recovered: StorePart[];

  const open = (journalBufferBytes?: number) =>
    openSqliteStore({
      directory: disk.directory,
      log: { info: () => {} },
      onTrouble: (trouble) => troubles.push(trouble),
      onRecovered: (part) => recovered.push(part),
      batchMs: 5,
      retryMs: 20,
      journalBufferBytes,
    });
  const journaled = async (): Promise<JournalRecord[]> => {
    const records: JournalRecord[] = [];
    for await (const some of store.journal.readFrom(0)) records.push(...some);
    return records;
  };
  const lost = () => troubles.reduce((sum, trouble) => sum + trouble.lostRecords, 0);

  beforeEach(async () => {
    disk = SmallDisk.mount()!;
    troubles = [];
    recovered = [];
    store = await open();
  });
  afterEach(async () => {
    disk.free();
    await store.close();
    disk.unmount();
  });

  describe('under control data', () => {
    test('a restriction fails as unavailable, is not in force, and can be written when there is room again', async () => {
      const kept = aRestriction();
      await store.restrictions.restrict(kept);
      disk.fill();
      const big = aRestriction({ reason: 'x'.repeat(100_000) });
      await expect(store.restrictions.restrict(big)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(troubles).toMatchObject([{ part: 'control data', lostRecords: 0, error: { code: 'STORE_UNAVAILABLE' } }]);
      expect(await store.restrictions.active()).toEqual([kept]);

      disk.free();
      expect(await store.restrictions.restrict(big)).toBe('restricted');
      expect(recovered).toEqual(['control data']);
      expect(await store.restrictions.active()).toHaveLength(2);
    });

    test.each([2_000, 400_000])(
      'of many at once each is either in force or rejected, and which is which is true (steps of %i)',
      async (step) => {
        disk.fill();
        const restrictions = Array.from({ length: 12 }, (_, i) => aRestriction({ reason: 'x'.repeat(i * step) }));
        const results = await Promise.allSettled(restrictions.map((each) => store.restrictions.restrict(each)));
        const inForce = new Set((await store.restrictions.active()).map((each) => each.id));
        for (const [i, result] of results.entries()) {
          expect(result.status === 'fulfilled').toBe(inForce.has(restrictions[i]!.id));
        }
        expect(results.some((result) => result.status === 'rejected')).toBe(true);
      },
    );

    test('the audit log rejects what it cannot write, and goes on in a whole chain when there is room again', async () => {
      const audit = await anAuditLog(store.audit);
      await audit.append(anAuditRecord());
      disk.fill();
      const big = Array.from({ length: 6 }, () => anAuditRecord({ parameters: { reason: 'x'.repeat(100_000) } }));
      const results = await Promise.allSettled(big.map((each) => audit.append(each)));
      const written = big.filter((_, i) => results[i]!.status === 'fulfilled').length;
      expect(results.some(({ status }) => status === 'rejected')).toBe(true);
      disk.free();
      await audit.append(anAuditRecord());
      const [head] = await store.audit.heads();
      expect(head).toMatchObject({ sequence: 2 + written });
      const file = openAuditFile(disk.directory);
      const verifier = new ChainVerifier(new ChainKey(AUDIT_KEY), ORGANIZATION, undefined, []);
      for (const record of file.records(ORGANIZATION)) verifier.feed(record);
      file.close();
      expect(verifier.end()).toMatchObject({ broken: 0, records: 2 + written, head });
    });

    test('that there is room again is noticed also when nobody writes', async () => {
      disk.fill();
      await expect(store.restrictions.restrict(aRestriction({ reason: 'x'.repeat(100_000) }))).rejects.toThrow();
      disk.free();
      await expect.poll(() => recovered, { timeout: 5_000 }).toEqual(['control data']);
    });

    test('a store that is opened again opens all the same, and what was restricted is', async () => {
      const restriction = aRestriction();
      await store.restrictions.restrict(restriction);
      for (const _ of ['on the reserve', 'on a reserve that was made anew']) {
        await store.close();
        disk.fill();
        store = await open();
        expect(await store.restrictions.active()).toEqual([restriction]);
        const big = aRestriction({ reason: 'x'.repeat(500_000) });
        await expect(store.restrictions.restrict(big)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        disk.free();
        await store.close();
        store = await open();
      }
    });
  });

  describe('under the journal', () => {
    test('records wait in memory and are all written, in order, when there is room again', async () => {
      store.journal.append(aMessage(1));
      await store.journal.flush();
      disk.fill();
      for (let seq = 2; seq <= 2_000; seq++) store.journal.append(aMessage(seq, { subject: aGuid().repeat(20) }));
      // A turn later nothing is under way any more: the first batch goes out alone, and the second waits behind it.
      await new Promise((resolve) => setImmediate(resolve));
      const first = store.journal.flush();
      for (let seq = 2_001; seq <= 2_100; seq++) store.journal.append(aMessage(seq));
      const results = await Promise.allSettled([first, store.journal.flush()]);
      expect(results).toMatchObject([
        { status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } },
        { status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } },
      ]);
      expect(troubles).toMatchObject([{ part: 'journal', lostRecords: 0 }]);

      disk.free();
      await expect.poll(() => recovered, { timeout: 5_000 }).toEqual(['journal']);
      expect((await journaled()).map((record) => record.seq)).toEqual(Array.from({ length: 2_100 }, (_, i) => i + 1));
      expect(troubles).toHaveLength(1);
    });

    test('a small batch that failed again and again is written once', async () => {
      store.journal.append(aMessage(1));
      await store.journal.flush();
      disk.fill();
      store.journal.append(aMessage(2));
      for (let i = 0; i < 3; i++) await expect(store.journal.flush()).rejects.toThrow();
      disk.free();
      await expect.poll(() => store.journal.lastSeq(), { timeout: 5_000 }).toBe(2);
      expect(await journaled()).toEqual([aMessage(1), aMessage(2)]);
    });

    test('a snapshot is rejected with the records before it, and not written later by surprise', async () => {
      disk.fill();
      store.journal.append(aMessage(1));
      const state = new Uint8Array(200_000).map((_, i) => (i * i * 31) % 251);
      await expect(
        store.snapshots.putSnapshots([{ entityId: aGuid(), seq: 1, detectorVersion: 1, state }]),
      ).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      disk.free();
      await expect.poll(() => store.journal.lastSeq(), { timeout: 5_000 }).toBe(1);
      for await (const some of store.snapshots.snapshots()) expect(some).toEqual([]);
    });

    test('beyond the limit of memory the oldest records are lost, counted to the last one', async () => {
      await store.close();
      store = await open(200_000);
      store.journal.append(aMessage(1));
      await store.journal.flush();
      disk.fill();
      const total = 5_000;
      for (let seq = 2; seq <= total; seq++) store.journal.append(aMessage(seq));
      await expect(store.journal.flush()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(lost()).toBeGreaterThan(0);

      disk.free();
      await expect.poll(() => store.journal.lastSeq(), { timeout: 5_000 }).toBe(total);
      const kept = await journaled();
      expect(kept.length + lost()).toBe(total);
      expect(kept[0]!.seq).toBe(1);
      expect(kept.slice(1).map((record) => record.seq)).toEqual(
        Array.from({ length: kept.length - 1 }, (_, i) => total - kept.length + 2 + i),
      );
    });

    test('what cannot be written when the store is closed is counted as lost', async () => {
      store.journal.append(aMessage(1));
      await store.journal.flush();
      disk.fill();
      for (let seq = 2; seq <= 1_001; seq++) store.journal.append(aMessage(seq, { subject: aGuid().repeat(20) }));
      await store.close();
      expect(lost()).toBe(1_000);
    });
  });
});
