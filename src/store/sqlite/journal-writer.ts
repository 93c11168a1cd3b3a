// The thread that writes journal.db: blocks of records and the snapshots that rest on them, and what retention removes.
// A commit is on disk when it is answered, so a power cut costs at most what was not yet sent here.
import { workerData } from 'node:worker_threads';
import type { JournalRecord, MessageRecord } from '../../activity/record.ts';
import type { Snapshot } from '../../detection/snapshot-store.ts';
import { Mention } from '../../mail/mention.ts';
import { erasedRecord } from '../erased-record.ts';
import { commit, openForWriting, purge, Statements } from './database-file.ts';
import { bodyOf, compress, type EncodedBlock, linesOf } from './journal-block.ts';
import { recordToErase } from './journal-match.ts';
import { attempt, serve } from './serve.ts';
import type { WriterSettings } from './thread.ts';

export type JournalWrite =
  /** All in one transaction. A block that is on disk already is passed over: the answer to it was lost. */
  | { readonly kind: 'write'; readonly blocks: readonly EncodedBlock[]; readonly snapshots: readonly Snapshot[] }
  /** Removes some of the blocks that are older as a whole. Answered with `Removed`. */
  | { readonly kind: 'remove'; readonly before: number }
  /** Removes what is older from one block, of one organization or of all. Answered with the number of records. */
  | {
      readonly kind: 'trim';
      readonly firstSeq: number;
      readonly before: number;
      readonly organizationId: string | undefined;
    }
  /** Takes an address out of the records of one block. Answered with the number of records that mentioned it. */
  | {
      readonly kind: 'erase';
      readonly firstSeq: number;
      readonly address: string;
      readonly organizationId: string | undefined;
    }
  /** Folds the write-ahead log into the file, so that nothing stands in either that was removed. */
  | { readonly kind: 'purge' }
  /** Removes mentions of blocks that are gone, of some subjects. Answered with the last one, or undefined at the end. */
  | { readonly kind: 'unmention'; readonly after: string };

export interface Removed {
  readonly records: number;
  readonly isDone: boolean;
}

/** One step of retention holds the writer for some milliseconds at most. */
const STEP_BLOCKS = 500;
const STEP_BYTES = 2 * 1024 * 1024;
const STEP_SUBJECTS = 200;

/** A quiet hour's small batches are joined into one block up to this size, so that they compress and are few to search. */
const JOINED_BYTES = 64 * 1024;

const { file, commitDelayMs } = workerData as WriterSettings;
const db = openForWriting(file, 'FULL');
const statements = new Statements(db);
/** The newest block as it is on disk, as long as the next may be joined to it. */
let tail: EncodedBlock | undefined;

function atomically<Value>(work: () => Value): Value {
  db.exec('begin immediate');
  try {
    const value = work();
    commit(db, commitDelayMs);
    return value;
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

function write(blocks: readonly EncodedBlock[], snapshots: readonly Snapshot[]): EncodedBlock | undefined {
  let newest = tail;
  let lastSeq = lastSeqOnDisk();
  for (const block of blocks) {
    if (block.firstSeq <= lastSeq) continue;
    newest = newest !== undefined && fitsInto(newest, block) ? joined(newest, block) : block;
    putBlock(newest, block.subjects);
    lastSeq = block.lastSeq;
  }
  putSnapshots(snapshots);
  return newest === undefined || newest.bytes.byteLength > JOINED_BYTES ? undefined : ownCopy(newest);
}

/** The memory that a block came in belongs to the next batch. */
function ownCopy(block: EncodedBlock): EncodedBlock {
  return { ...block, bytes: new Uint8Array(block.bytes) };
}

function lastSeqOnDisk(): number {
  const row = statements.prepare('select last_seq from block order by first_seq desc limit 1').get();
  return row === undefined ? 0 : (row.last_seq as number);
}

function fitsInto(newest: EncodedBlock, block: EncodedBlock): boolean {
  return newest.bytes.byteLength + block.bytes.byteLength <= JOINED_BYTES;
}

function joined(newest: EncodedBlock, block: EncodedBlock): EncodedBlock {
  return {
    firstSeq: newest.firstSeq,
    lastSeq: block.lastSeq,
    earliest: Math.min(newest.earliest, block.earliest),
    latest: Math.max(newest.latest, block.latest),
    records: newest.records + block.records,
    subjects: [],
    bytes: Buffer.concat([newest.bytes, block.bytes]),
  };
}

function putBlock({ firstSeq, lastSeq, earliest, latest, records, bytes }: EncodedBlock, subjects: readonly string[]) {
  const put = statements.prepare(
    `insert into block values (?, ?, ?, ?, ?, ?) on conflict (first_seq) do update
     set last_seq = excluded.last_seq, earliest = excluded.earliest, latest = excluded.latest,
         records = excluded.records, body = excluded.body`,
  );
  put.run(firstSeq, lastSeq, earliest, latest, records, compress(bytes));
  const mention = statements.prepare('insert into mention values (?, ?) on conflict do nothing');
  for (const subject of subjects) mention.run(subject, firstSeq);
}

function putSnapshots(snapshots: readonly Snapshot[]): void {
  const put = statements.prepare(
    `insert into snapshot values (?, ?, ?, ?) on conflict (entity_id) do update
     set seq = excluded.seq, detector_version = excluded.detector_version, state = excluded.state`,
  );
  for (const { entityId, seq, detectorVersion, state } of snapshots) put.run(entityId, seq, detectorVersion, state);
}

/** Never the newest block: its `last_seq` says where the next records go on. */
function remove(before: number): Removed {
  const old = statements.rows(
    `select first_seq, records, length(body) as bytes from block
     where latest < ? and first_seq < (select max(first_seq) from block) limit ?`,
    [before, STEP_BLOCKS],
  ) as unknown as { first_seq: number; records: number; bytes: number }[];
  const erase = statements.prepare('delete from block where first_seq = ?');
  let bytes = 0;
  let records = 0;
  for (const block of old) {
    if (bytes > STEP_BYTES) return { records, isDone: false };
    erase.run(block.first_seq);
    bytes += block.bytes;
    records += block.records;
  }
  return { records, isDone: old.length < STEP_BLOCKS };
}

function trim(firstSeq: number, before: number, organizationId: string | undefined): number {
  const lines = linesAt(firstSeq);
  const kept = lines.filter((line) => {
    const record = JSON.parse(line) as JournalRecord;
    return record.at >= before || (organizationId !== undefined && record.organizationId !== organizationId);
  });
  if (kept.length < lines.length) put(firstSeq, kept);
  if (organizationId === undefined) {
    statements.rows('update block set earliest = min(latest, ?) where first_seq = ?', [before, firstSeq]);
  } else if (!kept.some((line) => line.includes(organizationId))) unmentionIn(firstSeq, organizationId);
  return lines.length - kept.length;
}

function erase(firstSeq: number, address: string, organizationId: string | undefined): number {
  const mention = Mention.of(address)!;
  let found = 0;
  const lines = linesAt(firstSeq).map((line) => {
    const before = recordToErase(line, mention, organizationId);
    const after = before && erasedRecord(before, mention);
    if (after === before) return line;
    found++;
    const { userId } = before as MessageRecord;
    if (userId !== undefined && (after as MessageRecord).userId === undefined) unmentionIn(firstSeq, userId);
    return JSON.stringify(after);
  });
  if (found > 0) put(firstSeq, lines);
  return found;
}

function linesAt(firstSeq: number): readonly string[] {
  const [block] = statements.rows('select body from block where first_seq = ?', [firstSeq]);
  return block === undefined ? [] : linesOf(block.body as Uint8Array);
}

function put(firstSeq: number, lines: readonly string[]): void {
  const set = 'update block set records = ?, body = ? where first_seq = ?';
  statements.rows(set, [lines.length, bodyOf(lines), firstSeq]);
}

function unmentionIn(firstSeq: number, subject: string): void {
  statements.rows('delete from mention where subject_id = ? and first_seq = ?', [subject, firstSeq]);
}

function unmention(after: string): string | undefined {
  const next = statements.prepare('select subject_id from mention where subject_id > ? order by subject_id limit 1');
  const erase = statements.prepare(
    'delete from mention where subject_id = ? and first_seq < (select min(first_seq) from block)',
  );
  let subject = after;
  for (let i = 0; i < STEP_SUBJECTS; i++) {
    const row = next.get(subject);
    if (row === undefined) return undefined;
    subject = row.subject_id as string;
    erase.run(subject);
  }
  return subject;
}

function runOne(request: JournalWrite): unknown {
  if (request.kind === 'write') {
    tail = atomically(() => write(request.blocks, request.snapshots));
    return undefined;
  }
  tail = undefined;
  if (request.kind === 'remove') return atomically(() => remove(request.before));
  if (request.kind === 'trim') return atomically(() => trim(request.firstSeq, request.before, request.organizationId));
  if (request.kind === 'erase')
    return atomically(() => erase(request.firstSeq, request.address, request.organizationId));
  if (request.kind === 'purge') return purge(db);
  return atomically(() => unmention(request.after));
}

serve<JournalWrite>({
  run: (requests) => requests.map((request) => attempt(() => runOne(request))),
  close: () => db.close(),
});
