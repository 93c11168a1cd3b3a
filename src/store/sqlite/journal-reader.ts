// The thread that reads journal.db, in steps of some milliseconds: a long search holds up neither the writer nor another
// reader, and keeps no transaction open between its steps.
import { workerData } from 'node:worker_threads';
import type { TraceQuery } from '../../activity/journal-store.ts';
import type { Snapshot } from '../../detection/snapshot-store.ts';
import { openForReading, Statements } from './database-file.ts';
import { linesOf } from './journal-block.ts';
import { type Matcher, matcherOf } from './journal-match.ts';
import { attempt, serve } from './serve.ts';
import type { ThreadSettings } from './thread.ts';

export type JournalRead =
  | { readonly kind: 'lastSeq' }
  /** Answered with `Lines`: the records with a greater seq. */
  | { readonly kind: 'lines'; readonly after: number }
  /** Answered with `TraceStep`. */
  | { readonly kind: 'trace'; readonly query: TraceQuery; readonly range: TraceRange | undefined }
  /** Answered with some snapshots, in the order of their entities' ids. */
  | { readonly kind: 'snapshots'; readonly after: string }
  /** Blocks of which only a part is older, and the newest block, which is never removed. Answered with their first seqs. */
  | { readonly kind: 'partly'; readonly before: number };

export interface Lines {
  readonly lines: readonly string[];
  /** Undefined: there are no more. */
  readonly lastSeq: number | undefined;
}

/** Blocks still to be searched: from `oldest` up to but not including `before`, by first seq. */
export interface TraceRange {
  readonly oldest: number;
  readonly before: number;
}

export interface TraceStep {
  /** Matching records as JSON, newest first. */
  readonly found: readonly string[];
  /** Undefined: all was searched. */
  readonly rest: TraceRange | undefined;
}

const STEP_MS = 20;
const STEP_LENGTH = 4 * 1024 * 1024;
const SNAPSHOTS_AT_ONCE = 200;

const db = openForReading((workerData as ThreadSettings).file);
const statements = new Statements(db);

function lastSeq(): number {
  const [newest] = statements.rows('select last_seq from block order by first_seq desc limit 1', []);
  return (newest?.last_seq as number | undefined) ?? 0;
}

function linesAfter(after: number): Lines {
  const blocks = statements.prepare(
    `select last_seq, body from block
     where first_seq >= (select coalesce(max(first_seq), 0) from block where first_seq <= ?) and last_seq > ?
     order by first_seq`,
  );
  const lines: string[] = [];
  let length = 0;
  let reached: number | undefined;
  for (const block of blocks.iterate(after + 1, after)) {
    for (const line of linesOf(block.body as Uint8Array)) {
      lines.push(line);
      length += line.length;
    }
    reached = block.last_seq as number;
    if (length > STEP_LENGTH) break;
  }
  return { lines, lastSeq: reached };
}

function traceRange({ from, until, beforeSeq }: TraceQuery): TraceRange {
  const newest = beforeSeq ?? Number.MAX_SAFE_INTEGER;
  if (from === undefined && until === undefined) return { oldest: 0, before: newest };
  const [row] = statements.rows(
    'select min(first_seq) as oldest, max(first_seq) as newest from block where latest >= ? and earliest < ?',
    [from ?? Number.MIN_SAFE_INTEGER, until ?? Number.MAX_SAFE_INTEGER],
  );
  if (row?.oldest === null) return { oldest: 0, before: 0 };
  return { oldest: row!.oldest as number, before: Math.min(newest, (row!.newest as number) + 1) };
}

function blocksOf(query: TraceQuery, range: TraceRange): Iterable<Record<string, unknown>> {
  const { from = Number.MIN_SAFE_INTEGER, until = Number.MAX_SAFE_INTEGER } = query;
  const within = 'block.first_seq < ? and block.first_seq >= ? and latest >= ? and earliest < ?';
  const subject = query.entityId ?? query.organizationId;
  if (subject === undefined) {
    const all = `select first_seq, body from block where ${within} order by first_seq desc`;
    return statements.prepare(all).iterate(range.before, range.oldest, from, until);
  }
  const mentioned = `select block.first_seq, body from mention cross join block on block.first_seq = mention.first_seq
    where subject_id = ? and mention.first_seq < ? and mention.first_seq >= ? and latest >= ? and earliest < ?
    order by mention.first_seq desc`;
  return statements.prepare(mentioned).iterate(subject, range.before, range.oldest, from, until);
}

function trace(query: TraceQuery, range: TraceRange): TraceStep {
  const matcher = matcherOf(query);
  const deadline = performance.now() + STEP_MS;
  const found: string[] = [];
  for (const block of blocksOf(query, range)) {
    collect(block.body as Uint8Array, matcher, query.limit, found);
    if (found.length >= query.limit) return { found, rest: undefined };
    if (performance.now() > deadline) {
      return { found, rest: { oldest: range.oldest, before: block.first_seq as number } };
    }
  }
  return { found, rest: undefined };
}

function collect(body: Uint8Array, matcher: Matcher, limit: number, found: string[]): void {
  const lines = linesOf(body);
  for (let i = lines.length - 1; i >= 0 && found.length < limit; i--) {
    if (matcher(lines[i]!)) found.push(lines[i]!);
  }
}

function snapshotsAfter(after: string): readonly Snapshot[] {
  return statements
    .rows('select * from snapshot where entity_id > ? order by entity_id limit ?', [after, SNAPSHOTS_AT_ONCE])
    .map((row) => ({
      entityId: row.entity_id as string,
      seq: row.seq as number,
      detectorVersion: row.detector_version as number,
      state: row.state as Uint8Array,
    }));
}

function partlyOlder(before: number): readonly number[] {
  return statements
    .rows(
      `select first_seq from block where latest >= ?1 and earliest < ?1
       union select first_seq from block where first_seq = (select max(first_seq) from block) and earliest < ?1`,
      [before],
    )
    .map((row) => row.first_seq as number);
}

function runOne(request: JournalRead): unknown {
  switch (request.kind) {
    case 'lastSeq':
      return lastSeq();
    case 'lines':
      return linesAfter(request.after);
    case 'trace':
      return trace(request.query, request.range ?? traceRange(request.query));
    case 'snapshots':
      return snapshotsAfter(request.after);
    case 'partly':
      return partlyOlder(request.before);
  }
}

serve<JournalRead>({
  run: (requests) => requests.map((request) => attempt(() => runOne(request))),
  close: () => db.close(),
});
