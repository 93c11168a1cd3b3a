// A disk that takes its time: who waits for it, and who does not.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aMessage, aRestriction } from '../samples.ts';
import type { Store, StoreTrouble } from '../store.ts';
import { openSqliteStore } from './open.ts';

describe('a slow disk', () => {
  let directory: string;
  let store: Store;
  let troubles: StoreTrouble[];

  const open = async (commitDelayMs: number, journalBufferBytes?: number) => {
    store = await openSqliteStore({
      directory,
      log: { info: () => {} },
      onTrouble: (trouble) => troubles.push(trouble),
      onRecovered: () => {},
      batchMs: 5,
      retryMs: 20,
      commitDelayMs,
      journalBufferBytes,
    });
  };

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'cordon-store-'));
    troubles = [];
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  test('restrictions that wait for one commit share the next one', async () => {
    await open(100);
    let commits = 0;
    let isAnswering = false;
    const noteCommit = () => {
      if (isAnswering) return;
      commits++;
      isAnswering = true;
      setImmediate(() => {
        isAnswering = false;
      });
    };
    await Promise.all(Array.from({ length: 100 }, () => store.restrictions.restrict(aRestriction()).then(noteCommit)));
    expect(commits).toBeLessThanOrEqual(3);
    expect(await store.restrictions.active()).toHaveLength(100);
  });

  test('neither a list nor the journal waits for a restriction on its way to the disk', async () => {
    await open(1_000);
    const order: string[] = [];
    const restricted = store.restrictions.restrict(aRestriction()).then(() => order.push('restricted'));
    await store.restrictions.list({ limit: 10 }).then(() => order.push('listed'));
    await store.journal.lastSeq().then(() => order.push('read'));
    await restricted;
    expect(order).toEqual(['listed', 'read', 'restricted']);
  });

  test('records that come while a batch is on its way to the disk make the next batch, and none is lost', async () => {
    await open(50);
    for (let seq = 1; seq <= 5_000; seq++) {
      store.journal.append(aMessage(seq));
      if (seq % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await store.journal.flush();
    expect(await store.journal.lastSeq()).toBe(5_000);
    expect(troubles).toEqual([]);
  });

  test('slower than the mail for too long: the oldest records are lost, counted, and said to be', async () => {
    await open(200, 100_000);
    for (let seq = 1; seq <= 5_000; seq++) store.journal.append(aMessage(seq));
    await store.journal.flush();
    let kept = 0;
    for await (const some of store.journal.readFrom(0)) kept += some.length;
    expect(troubles.every((trouble) => trouble.part === 'journal' && trouble.lostRecords > 0)).toBe(true);
    expect(kept + troubles.reduce((sum, trouble) => sum + trouble.lostRecords, 0)).toBe(5_000);
    expect(kept).toBeLessThan(5_000);
  });

  test('who waits for records that are then given up is told so', async () => {
    await open(200, 100_000);
    for (let seq = 1; seq <= 200; seq++) store.journal.append(aMessage(seq));
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let seq = 201; seq <= 300; seq++) store.journal.append(aMessage(seq));
    const flushed = store.journal.flush();
    for (let seq = 301; seq <= 3_000; seq++) store.journal.append(aMessage(seq));
    await expect(flushed).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
