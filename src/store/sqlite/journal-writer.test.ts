// The journal's writing thread, asked directly.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ORGANIZATION } from '../samples.ts';
import { type EncodedBlock, linesOf } from './journal-block.ts';
import { JOURNAL_MIGRATIONS } from './journal-migrations.ts';
import type { JournalWrite } from './journal-writer.ts';
import { migrate } from './migrate.ts';
import { DatabaseThread } from './thread.ts';

function aBlock(seq: number): EncodedBlock {
  return {
    firstSeq: seq,
    lastSeq: seq,
    earliest: seq,
    latest: seq,
    records: 1,
    subjects: [ORGANIZATION],
    bytes: Buffer.from(`${seq}\n`),
  };
}

test('a batch that is sent again, because its answer was lost, is written once, also by a new thread', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'cordon-store-'));
  const file = path.join(directory, 'journal.db');
  await migrate(file, JOURNAL_MIGRATIONS);
  const batches = [
    [aBlock(1), aBlock(2)],
    [aBlock(1), aBlock(2), aBlock(3)],
    [aBlock(3), aBlock(4)],
  ];
  for (const _ of ['a thread', 'another thread']) {
    const writer = new DatabaseThread<JournalWrite>(new URL('./journal-writer.ts', import.meta.url), 'journal.db', {
      file,
    });
    for (const blocks of batches) await writer.call({ kind: 'write', blocks, snapshots: [] });
    await writer.close();
  }
  const db = new DatabaseSync(file);
  const bodies = db.prepare('select body from block order by first_seq').all();
  db.close();
  expect(bodies.flatMap((row) => linesOf(row.body as Uint8Array))).toEqual(['1', '2', '3', '4']);
  await rm(directory, { recursive: true });
});
