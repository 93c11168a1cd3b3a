// Reads journal.db in steps of some milliseconds, in the reading thread: a long search holds up neither the writer nor
// another reader, and keeps no transaction open between its steps.

import type { DatabaseSync } from 'node:sqlite';
import type { MessageDigest, TraceQuery } from '../../activity/journal-store.ts';
import type { MessageRecord } from '../../activity/record.ts';
import type { Snapshot } from '../../detection/snapshot-store.ts';
import { Mention } from '../../mail/mention.ts';
import { erasedRecord } from '../erased-record.ts';
import { openForReading, Statements } from './database-file.ts';
import { deliverySubject, linesIn, linesOf, textOf } from './journal-block.ts';
import { digestOf } from './journal-digest.ts';
import { type Matcher, matcherOf, recordToErase, tellsOf } from './journal-match.ts';

export type JournalRead =
  | { readonly kind: 'lastSeq' }
  | { readonly kind: 'seqBefore'; readonly at: number }
  /** Answered with `Lines`: the records with a greater seq. */
  | { readonly kind: 'lines'; readonly after: number }
  /** Answered with `TraceStep`. */
  | { readonly kind: 'trace'; readonly query: TraceQuery; readonly range: TraceRange | undefined }
  /** Answered with `DigestStep`. */
  | { readonly kind: 'digests'; readonly query: TraceQuery; readonly range: TraceRange | undefined }
  /** Answered with `DeliveryStep`: delivery records of these messages, from the blocks after `after` on. */
  | { readonly kind: 'deliveries'; readonly messageSeqs: readonly number[]; readonly after: number }
  /** Answered with some snapshots, in the order of their entities' ids. */
  | { readonly kind: 'snapshots'; readonly after: string }
  /** Blocks of which only a part is older, and the newest block, which is never removed. Answered with their first seqs. */
  | { readonly kind: 'partly'; readonly before: number }
  /** Blocks with older records of this organization, or of others in the same block. Answered with their first seqs. */
  | { readonly kind: 'partlyOf'; readonly organizationId: string; readonly before: number }
  /** Answered with `MentionStep`: blocks after `after` with records that mention the address. */
  | {
      readonly kind: 'mentions';
      readonly address: string;
      readonly organizationId: string | undefined;
      readonly after: number;
    };

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

export interface DigestStep {
  /** `MessageDigest`s, newest first, as one JSON text: half the price of objects for the thread that gets them. */
  readonly found: string;
  /** Undefined: all was searched. */
  readonly rest: TraceRange | undefined;
}

export interface DeliveryStep {
  /** Delivery records as JSON, oldest first. */
  readonly found: readonly string[];
  /** Undefined: there are no more. */
  readonly after: number | undefined;
}

export interface MentionStep {
  /** First seqs. */
  readonly blocks: readonly number[];
  /** Records in them that mention the address. */
  readonly records: number;
  /** Blocks searched so far, and all that there are. */
  readonly done: number;
  readonly total: number;
  /** Undefined: there are no more. */
  readonly after: number | undefined;
}

const STEP_MS = 20;
const STEP_LENGTH = 4 * 1024 * 1024;
const SNAPSHOTS_AT_ONCE = 200;

export class JournalReader {
  readonly #db: DatabaseSync;
  readonly #statements: Statements;

  constructor(file: string) {
    this.#db = openForReading(file);
    this.#statements = new Statements(this.#db);
  }

  #lastSeq(): number {
    const [newest] = this.#statements.rows('select last_seq from block order by first_seq desc limit 1', []);
    return (newest?.last_seq as number | undefined) ?? 0;
  }

  #seqBefore(at: number): number {
    const [block] = this.#statements.rows('select min(first_seq) as first from block where latest >= ?', [at]);
    return block?.first === null ? this.#lastSeq() : (block!.first as number) - 1;
  }

  #linesAfter(after: number): Lines {
    const blocks = this.#statements.prepare(
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

  #traceRange({ from, until, beforeSeq }: TraceQuery): TraceRange {
    const newest = beforeSeq ?? Number.MAX_SAFE_INTEGER;
    if (from === undefined && until === undefined) return { oldest: 0, before: newest };
    const [row] = this.#statements.rows(
      'select min(first_seq) as oldest, max(first_seq) as newest from block where latest >= ? and earliest < ?',
      [from ?? Number.MIN_SAFE_INTEGER, until ?? Number.MAX_SAFE_INTEGER],
    );
    if (row?.oldest === null) return { oldest: 0, before: 0 };
    return { oldest: row!.oldest as number, before: Math.min(newest, (row!.newest as number) + 1) };
  }

  #blocksOf(query: TraceQuery, range: TraceRange): Iterable<Record<string, unknown>> {
    const { from = Number.MIN_SAFE_INTEGER, until = Number.MAX_SAFE_INTEGER } = query;
    const within = 'block.first_seq < ? and block.first_seq >= ? and latest >= ? and earliest < ?';
    const subject = query.entityId ?? query.organizationId;
    if (subject === undefined) {
      const all = `select first_seq, body from block where ${within} order by first_seq desc`;
      return this.#statements.prepare(all).iterate(range.before, range.oldest, from, until);
    }
    const mentioned = `select block.first_seq, body from mention cross join block on block.first_seq = mention.first_seq
    where subject_id = ? and mention.first_seq < ? and mention.first_seq >= ? and latest >= ? and earliest < ?
    order by mention.first_seq desc`;
    return this.#statements.prepare(mentioned).iterate(subject, range.before, range.oldest, from, until);
  }

  #trace(query: TraceQuery, range: TraceRange): TraceStep {
    const matcher = matcherOf(query);
    const deadline = performance.now() + STEP_MS;
    const found: string[] = [];
    for (const block of this.#blocksOf(query, range)) {
      for (const { line } of matchesIn(block.body as Uint8Array, matcher)) {
        found.push(line);
        if (found.length >= query.limit) return { found, rest: undefined };
      }
      if (performance.now() > deadline) {
        return { found, rest: { oldest: range.oldest, before: block.first_seq as number } };
      }
    }
    return { found, rest: undefined };
  }

  #digests(query: TraceQuery, range: TraceRange): DigestStep {
    const matcher = matcherOf(query);
    const deadline = performance.now() + STEP_MS;
    const found: MessageDigest[] = [];
    let rest: TraceRange | undefined;
    for (const block of this.#blocksOf(query, range)) {
      for (const { record } of matchesIn(block.body as Uint8Array, matcher)) found.push(digestOf(record));
      if (performance.now() > deadline) {
        rest = { oldest: range.oldest, before: block.first_seq as number };
        break;
      }
    }
    return { found: JSON.stringify(found), rest };
  }

  #deliveries(messageSeqs: readonly number[], after: number): DeliveryStep {
    const deadline = performance.now() + STEP_MS;
    const asked = new Set(messageSeqs);
    const found: string[] = [];
    for (const firstSeq of this.#blocksMentioning(new Set(messageSeqs.map(deliverySubject)), after)) {
      const [block] = this.#statements.rows('select body from block where first_seq = ?', [firstSeq]);
      if (block === undefined) continue;
      for (const line of linesOf(block.body as Uint8Array)) if (tellsOf(line, asked)) found.push(line);
      if (performance.now() > deadline) return { found, after: firstSeq };
    }
    return { found, after: undefined };
  }

  #blocksMentioning(subjects: ReadonlySet<string>, after: number): number[] {
    const firstSeqs = new Set<number>();
    for (const subject of subjects) {
      const mentions = 'select first_seq from mention where subject_id = ? and first_seq > ?';
      for (const row of this.#statements.rows(mentions, [subject, after])) firstSeqs.add(row.first_seq as number);
    }
    return [...firstSeqs].sort((a, b) => a - b);
  }

  #snapshotsAfter(after: string): readonly Snapshot[] {
    return this.#statements
      .rows('select * from snapshot where entity_id > ? order by entity_id limit ?', [after, SNAPSHOTS_AT_ONCE])
      .map((row) => ({
        entityId: row.entity_id as string,
        seq: row.seq as number,
        detectorVersion: row.detector_version as number,
        state: row.state as Uint8Array,
      }));
  }

  #partlyOlder(before: number): readonly number[] {
    return this.#statements
      .rows(
        `select first_seq from block where latest >= ?1 and earliest < ?1
       union select first_seq from block where first_seq = (select max(first_seq) from block) and earliest < ?1`,
        [before],
      )
      .map((row) => row.first_seq as number);
  }

  #partlyOlderOf(organizationId: string, before: number): readonly number[] {
    return this.#statements
      .rows(
        `select block.first_seq from mention cross join block on block.first_seq = mention.first_seq
       where subject_id = ? and earliest < ?`,
        [organizationId, before],
      )
      .map((row) => row.first_seq as number);
  }

  #mentions(address: string, organizationId: string | undefined, after: number): MentionStep {
    const mention = Mention.of(address)!;
    const deadline = performance.now() + STEP_MS;
    const blocks: number[] = [];
    let records = 0;
    let reached: number | undefined;
    const all = this.#statements.prepare('select first_seq, body from block where first_seq > ? order by first_seq');
    for (const block of all.iterate(after)) {
      reached = block.first_seq as number;
      const found = mentioning(block.body as Uint8Array, mention, organizationId);
      if (found > 0) blocks.push(reached);
      records += found;
      if (performance.now() > deadline) break;
    }
    const [count] = this.#statements.rows(
      'select count(*) as total, coalesce(sum(first_seq <= ?), 0) as done from block',
      [reached ?? Number.MAX_SAFE_INTEGER],
    );
    return { blocks, records, done: count!.done as number, total: count!.total as number, after: reached };
  }

  run(request: JournalRead): unknown {
    switch (request.kind) {
      case 'lastSeq':
        return this.#lastSeq();
      case 'seqBefore':
        return this.#seqBefore(request.at);
      case 'lines':
        return this.#linesAfter(request.after);
      case 'trace':
        return this.#trace(request.query, request.range ?? this.#traceRange(request.query));
      case 'digests':
        return this.#digests(request.query, request.range ?? this.#traceRange(request.query));
      case 'deliveries':
        return this.#deliveries(request.messageSeqs, request.after);
      case 'snapshots':
        return this.#snapshotsAfter(request.after);
      case 'partly':
        return this.#partlyOlder(request.before);
      case 'partlyOf':
        return this.#partlyOlderOf(request.organizationId, request.before);
      case 'mentions':
        return this.#mentions(request.address, request.organizationId, request.after);
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** Newest first. */
function* matchesIn(body: Uint8Array, matcher: Matcher): Generator<{ line: string; record: MessageRecord }> {
  const text = textOf(body);
  if (!matcher.mayBeIn(text)) return;
  const lines = linesIn(text);
  for (let i = lines.length - 1; i >= 0; i--) {
    const record = matcher.matching(lines[i]!);
    if (record !== undefined) yield { line: lines[i]!, record };
  }
}

function mentioning(body: Uint8Array, mention: Mention, organizationId: string | undefined): number {
  const text = textOf(body);
  if (!mention.mayBeIn(text.toLowerCase())) return 0;
  return linesIn(text).filter((line) => {
    const before = recordToErase(line, mention, organizationId);
    return before !== undefined && erasedRecord(before, mention) !== before;
  }).length;
}
