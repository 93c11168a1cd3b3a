// Reads journal.db in steps of some milliseconds, in the reading thread: a long search holds up neither the writer nor
// another reader, and keeps no transaction open between its steps.

import type { DatabaseSync } from 'node:sqlite';
import type { MessageDigest, TraceFilter, TraceQuery, VolumeBin, VolumeQuery } from '../../activity/journal-store.ts';
import type { Snapshot } from '../../detection/snapshot-store.ts';
import { Mention } from '../../mail/mention.ts';
import { erasedRecord } from '../erased-record.ts';
import { openForReading, Statements } from './database-file.ts';
import { deliverySubject, earlierDeliverySubject, linesIn, linesOf, textOf } from './journal-block.ts';
import { digestOf } from './journal-digest.ts';
import { type Counted, counterOf, deliveriesOf, matcherOf, recordToErase, type SeqFilter } from './journal-match.ts';

export type JournalRead =
  | { readonly kind: 'lastSeq' }
  | { readonly kind: 'seqBefore'; readonly at: number }
  /** Answered with `Lines`: the records with a greater seq. */
  | { readonly kind: 'lines'; readonly after: number }
  /** Answered with `TraceStep`. */
  | { readonly kind: 'trace'; readonly query: TraceQuery; readonly range: TraceRange | undefined }
  /** Answered with `DigestStep`. */
  | { readonly kind: 'digests'; readonly query: TraceQuery; readonly range: TraceRange | undefined }
  /** Answered with `VolumeStep`. */
  | { readonly kind: 'volume'; readonly query: VolumeQuery; readonly range: TraceRange | undefined }
  /** Answered with `DeliveryStep`: delivery records of these messages; `blocks` are those still to be searched. */
  | {
      readonly kind: 'deliveries';
      readonly messageSeqs: readonly number[];
      readonly blocks: readonly number[] | undefined;
    }
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

export interface VolumeStep {
  /** What was found in this step, by the number of its bin. */
  readonly bins: ReadonlyMap<number, VolumeBin>;
  readonly bytes: number;
  /** Undefined: all was searched. */
  readonly rest: TraceRange | undefined;
  /** Where `bytesAtMost` were read: the time of the newest record that was not, if there is one. */
  readonly restLatest?: number | undefined;
}

export interface DeliveryStep {
  /** Delivery records as JSON, oldest first. */
  readonly found: readonly string[];
  /** First seqs of the blocks still to be searched; none: that was all. */
  readonly rest: readonly number[];
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

  #traceRange({ from, until, beforeSeq }: SeqFilter): TraceRange {
    const newest = beforeSeq ?? Number.MAX_SAFE_INTEGER;
    if (from === undefined && until === undefined) return { oldest: 0, before: newest };
    const [row] = this.#statements.rows(
      'select min(first_seq) as oldest, max(first_seq) as newest from block where latest >= ? and earliest < ?',
      [from ?? Number.MIN_SAFE_INTEGER, until ?? Number.MAX_SAFE_INTEGER],
    );
    if (row?.oldest === null) return { oldest: 0, before: 0 };
    return { oldest: row!.oldest as number, before: Math.min(newest, (row!.newest as number) + 1) };
  }

  #blocksOf(query: TraceFilter, range: TraceRange): Iterable<Record<string, unknown>> {
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
      const matches = [...matcher(block.body as Uint8Array)].reverse();
      for (const { line } of matches.slice(0, query.limit - found.length)) found.push(line);
      if (found.length >= query.limit) return { found, rest: undefined };
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
      for (const { record } of [...matcher(block.body as Uint8Array)].reverse()) found.push(digestOf(record));
      if (performance.now() > deadline) {
        rest = { oldest: range.oldest, before: block.first_seq as number };
        break;
      }
    }
    return { found: JSON.stringify(found), rest };
  }

  #volume(query: VolumeQuery, range: TraceRange): VolumeStep {
    const counted = counterOf(query);
    const deadline = performance.now() + STEP_MS;
    const bins = new Map<number, VolumeBin>();
    const binMs = (query.until - query.from) / query.bins;
    let bytes = 0;
    for (const block of this.#blocksOf(query, range)) {
      const body = block.body as Uint8Array;
      for (const each of counted(body)) countIn(bins, Math.floor((each.at - query.from) / binMs), each);
      bytes += body.byteLength;
      const before = block.first_seq as number;
      const rest = { oldest: range.oldest, before };
      if (bytes >= query.bytesAtMost) return { bins, bytes, rest, restLatest: this.#latestBefore(before) };
      if (performance.now() > deadline) return { bins, bytes, rest };
    }
    return { bins, bytes, rest: undefined };
  }

  /** The newest `at` in the blocks before this one. */
  #latestBefore(firstSeq: number): number | undefined {
    // By the index of times alone, from its end on: few blocks lie behind, and each row of the table is as long as its block.
    const newest = 'select latest from block where +first_seq < ? order by latest desc limit 1';
    return this.#statements.rows(newest, [firstSeq])[0]?.latest as number | undefined;
  }

  #deliveries(messageSeqs: readonly number[], blocks: readonly number[]): DeliveryStep {
    const deadline = performance.now() + STEP_MS;
    const asked = new Set(messageSeqs);
    const found: string[] = [];
    for (const [i, firstSeq] of blocks.entries()) {
      const [block] = this.#statements.rows('select body from block where first_seq = ?', [firstSeq]);
      if (block === undefined) continue;
      found.push(...deliveriesOf(block.body as Uint8Array, asked));
      if (performance.now() > deadline) return { found, rest: blocks.slice(i + 1) };
    }
    return { found, rest: [] };
  }

  /** With delivery records of these messages, and of others beside them. */
  #blocksTellingOf(messageSeqs: readonly number[]): readonly number[] {
    const firstSeqs = new Set<number>();
    for (const subject of new Set(messageSeqs.flatMap((seq) => [deliverySubject(seq), earlierDeliverySubject(seq)]))) {
      const mentions = 'select first_seq from mention where subject_id = ?';
      for (const row of this.#statements.rows(mentions, [subject])) firstSeqs.add(row.first_seq as number);
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
      case 'volume':
        return this.#volume(request.query, request.range ?? this.#traceRange(request.query));
      case 'deliveries':
        return this.#deliveries(request.messageSeqs, request.blocks ?? this.#blocksTellingOf(request.messageSeqs));
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

function countIn(bins: Map<number, VolumeBin>, number: number, { recipients, outcome }: Counted): void {
  const bin = bins.get(number) ?? { messages: 0, recipients: 0, byOutcome: {} };
  bin.messages++;
  bin.recipients += recipients;
  bin.byOutcome[outcome] = (bin.byOutcome[outcome] ?? 0) + 1;
  bins.set(number, bin);
}

function mentioning(body: Uint8Array, mention: Mention, organizationId: string | undefined): number {
  const text = textOf(body);
  if (!mention.mayBeIn(text.toLowerCase())) return 0;
  return linesIn(text).filter((line) => {
    const before = recordToErase(line, mention, organizationId);
    return before !== undefined && erasedRecord(before, mention) !== before;
  }).length;
}
