// What every snapshot store must do.
import { describe, expect, test } from 'vitest';
import type { Snapshot, SnapshotStore } from '../detection/snapshot-store.ts';
import { aGuid, aMessage } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

async function all(store: SnapshotStore): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  for await (const some of store.snapshots()) found.push(...some);
  return found;
}

function aSnapshot(over: Partial<Snapshot> = {}): Snapshot {
  return { entityId: aGuid(), seq: 1, detectorVersion: 1, state: new Uint8Array([0, 1, 254, 255]), ...over };
}

export function snapshotStoreContract(make: MakePlace): void {
  describe('snapshot store', () => {
    const place = new StoreInTest(make);

    test('a new store has none', async () => {
      expect(await all(place.store.snapshots)).toEqual([]);
    });

    test('snapshots are there after a restart, bit for bit', async () => {
      const state = Uint8Array.from({ length: 60_000 }, (_, i) => (i * 31) % 256);
      const snapshots = [
        aSnapshot(),
        aSnapshot({ seq: 9, detectorVersion: 2, state }),
        aSnapshot({ state: new Uint8Array() }),
      ];
      await place.store.snapshots.putSnapshots(snapshots);
      expect(await all((await place.restart()).snapshots)).toEqual(snapshots);
    });

    test('a newer snapshot of an entity replaces the older one', async () => {
      const { snapshots } = place.store;
      const [first, other] = [aSnapshot(), aSnapshot()];
      await snapshots.putSnapshots([first, other]);
      const newer = { ...first, seq: 7, state: new Uint8Array([7]) };
      await snapshots.putSnapshots([newer]);
      expect(await all(snapshots)).toEqual([newer, other]);
    });

    test('a state that changes after it was handed over is kept as it was', async () => {
      const memory = new Uint8Array([1, 2, 3, 4, 5]);
      const snapshot = aSnapshot({ state: memory.subarray(1, 4) });
      place.store.journal.append(aMessage(1));
      const underWay = place.store.journal.flush();
      const put = place.store.snapshots.putSnapshots([snapshot]);
      memory.fill(9);
      await Promise.all([underWay, put]);
      expect((await all(place.store.snapshots))[0]!.state).toEqual(new Uint8Array([2, 3, 4]));
    });

    test('a thousand of them are read in several batches, each once', async () => {
      const snapshots = Array.from({ length: 1_000 }, () => aSnapshot());
      await place.store.snapshots.putSnapshots(snapshots);
      let batches = 0;
      for await (const _ of place.store.snapshots.snapshots()) batches++;
      expect(batches).toBeGreaterThan(1);
      expect(new Set((await all(place.store.snapshots)).map((each) => each.entityId)).size).toBe(1_000);
    });

    test('a snapshot is never ahead of the journal on disk', async () => {
      const { journal, snapshots } = place.store;
      for (let seq = 1; seq <= 100; seq++) journal.append(aMessage(seq));
      await snapshots.putSnapshots([aSnapshot({ seq: 100 })]);
      expect(await journal.lastSeq()).toBe(100);
    });
  });
}
