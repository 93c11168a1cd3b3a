// The journal and the snapshots on SQLite. Records are gathered here for a quarter of a second and written by a thread; one
// batch is under way at a time, and what comes meanwhile makes the next one, so a busy guard writes large batches.
import type {
  JournalErasure,
  JournalStore,
  MessageDigest,
  TraceQuery,
  Volume,
  VolumeBin,
  VolumeQuery,
} from '../../activity/journal-store.ts';
import type { DeliveryRecord, JournalRecord, MessageRecord, Outcome } from '../../activity/record.ts';
import type { Snapshot, SnapshotStore } from '../../detection/snapshot-store.ts';
import { CordonError } from '../../errors.ts';
import type { Health } from './health.ts';
import { SharedLines } from './journal-block.ts';
import { JournalQueue, type Parcel, type QueueLimits } from './journal-queue.ts';
import type {
  DeliveryStep,
  DigestStep,
  JournalRead,
  Lines,
  MentionStep,
  TraceRange,
  TraceStep,
  VolumeStep,
} from './journal-reader.ts';
import type { JournalWrite, Removed } from './journal-writer.ts';
import type { Read } from './reader.ts';
import { DatabaseThread, type WriterSettings } from './thread.ts';

export interface JournalSettings extends WriterSettings, QueueLimits {
  /** How long a record waits for others before it is written, milliseconds. */
  readonly batchMs: number;
  /** How long after a failure the journal tries again, milliseconds. */
  readonly retryMs: number;
}

export class SqliteJournal implements JournalStore, SnapshotStore {
  readonly #settings: JournalSettings;
  readonly #health: Health;
  readonly #queue: JournalQueue;
  /** Of the one batch that is under way. */
  readonly #shared: SharedLines;
  readonly #writer: DatabaseThread<JournalWrite>;
  readonly #reader: DatabaseThread<Read>;
  #lastAppended = 0;
  /** Set while records wait in the open block. */
  #batchTimer: NodeJS.Timeout | undefined;
  /** Set while a failure is not yet old enough to try again. */
  #retryTimer: NodeJS.Timeout | undefined;
  #isDue = false;
  #isWriting = false;
  #isClosed = false;
  #lastError = new CordonError('STORE_UNAVAILABLE', 'journal.db: the disk is slower than the mail');

  /** The reading thread is the caller's, who closes it. */
  constructor(settings: JournalSettings, reader: DatabaseThread<Read>, health: Health) {
    this.#settings = settings;
    this.#health = health;
    this.#queue = new JournalQueue(settings);
    this.#shared = new SharedLines(settings.parcelBytes);
    this.#writer = new DatabaseThread(new URL('./journal-writer.ts', import.meta.url), 'journal.db', settings);
    this.#reader = reader;
  }

  /** Rejects with STORE_UNAVAILABLE where journal.db cannot be read. */
  async check(): Promise<void> {
    this.#lastAppended = await this.lastSeq();
  }

  append(record: JournalRecord): void {
    if (this.#isClosed || record.seq <= this.#lastAppended) {
      const words = this.#isClosed ? 'after the journal was closed' : `after ${this.#lastAppended}`;
      this.#health.trouble(new CordonError('STORE_UNAVAILABLE', `journal.db: record ${record.seq} came ${words}`), 1);
      return;
    }
    this.#lastAppended = record.seq;
    if (this.#queue.add(record)) {
      this.#giveUpExcess();
      void this.#writeWaiting();
    } else {
      this.#batchTimer ??= setTimeout(() => this.#endBatch(), this.#settings.batchMs).unref();
    }
  }

  #endBatch(): void {
    this.#batchTimer = undefined;
    this.#isDue = true;
    void this.#writeWaiting();
  }

  #giveUpExcess(): void {
    const lost = this.#queue.giveUpExcess(this.#lastError);
    if (lost > 0) this.#health.trouble(this.#lastError, lost);
  }

  async #writeWaiting(): Promise<void> {
    if (this.#isWriting || this.#retryTimer !== undefined) return;
    this.#isWriting = true;
    try {
      for (let parcel = this.#next(); parcel !== undefined; parcel = this.#next()) {
        if (!(await this.#isWritten(parcel))) break;
      }
    } finally {
      this.#isWriting = false;
    }
  }

  #next(): Parcel | undefined {
    if (this.#isDue) this.#queue.closeBlock();
    this.#isDue = false;
    return this.#queue.take();
  }

  async #isWritten(parcel: Parcel): Promise<boolean> {
    try {
      const snapshots = parcel.marks.flatMap((mark) => mark.snapshots);
      await this.#write({ kind: 'write', blocks: this.#shared.encode(parcel.blocks), snapshots });
    } catch (error) {
      this.#failed(parcel, error as Error);
      return false;
    }
    this.#health.recovered();
    for (const mark of parcel.marks) mark.resolve();
    return true;
  }

  #failed(parcel: Parcel, cause: Error): void {
    if (cause instanceof CordonError) {
      this.#lastError = cause;
      this.#queue.putBack(parcel.blocks);
      this.#health.trouble(cause);
      this.#giveUpExcess();
    } else {
      // Not the disk: it would fail for ever, and everything behind it with it.
      this.#lastError = new CordonError('STORE_UNAVAILABLE', cause.message, { cause });
      this.#health.trouble(
        this.#lastError,
        parcel.blocks.reduce((sum, block) => sum + block.records, 0),
      );
    }
    for (const mark of parcel.marks) mark.reject(this.#lastError);
    this.#retryTimer = setTimeout(() => this.#retry(), this.#settings.retryMs).unref();
  }

  #retry(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#isDue = true;
    void this.#writeWaiting();
  }

  flush(): Promise<void> {
    return this.putSnapshots([]);
  }

  putSnapshots(snapshots: readonly Snapshot[]): Promise<void> {
    if (this.#isClosed) return Promise.reject(new CordonError('STORE_UNAVAILABLE', 'the store is closed'));
    return new Promise((resolve, reject) => {
      // A copy: a state may be a view of a larger buffer, which would be sent whole, or change before it is sent.
      const copies = snapshots.map((snapshot) => ({ ...snapshot, state: snapshot.state.slice() }));
      this.#queue.mark({ snapshots: copies, resolve, reject });
      this.#retry();
    });
  }

  async *snapshots(): AsyncGenerator<readonly Snapshot[]> {
    let after = '';
    for (;;) {
      const some = await this.#read<readonly Snapshot[]>({ kind: 'snapshots', after });
      const last = some.at(-1);
      if (last === undefined) return;
      yield some;
      after = last.entityId;
    }
  }

  lastSeq(): Promise<number> {
    return this.#read({ kind: 'lastSeq' });
  }

  seqBefore(at: number): Promise<number> {
    return this.#read({ kind: 'seqBefore', at });
  }

  async *readFrom(seq: number): AsyncGenerator<readonly JournalRecord[]> {
    let after = seq;
    for (;;) {
      const { lines, lastSeq } = await this.#read<Lines>({ kind: 'lines', after });
      if (lastSeq === undefined) return;
      const records = lines.map((line) => JSON.parse(line) as JournalRecord);
      yield records.filter((record) => record.seq > seq);
      after = lastSeq;
    }
  }

  /** Also finds what was appended a moment ago, as long as the journal can be written. */
  async trace(query: TraceQuery): Promise<readonly MessageRecord[]> {
    if (this.#retryTimer === undefined) await this.flush().catch(() => {});
    const found: string[] = [];
    let range: TraceRange | undefined;
    do {
      const limit = query.limit - found.length;
      const step: TraceStep = await this.#read({ kind: 'trace', query: { ...query, limit }, range });
      found.push(...step.found);
      range = step.rest;
    } while (range !== undefined);
    return found.map((line) => JSON.parse(line) as MessageRecord);
  }

  async *digests(asked: Omit<TraceQuery, 'limit'>): AsyncGenerator<readonly MessageDigest[]> {
    if (this.#retryTimer === undefined) await this.flush().catch(() => {});
    const query: TraceQuery = { ...asked, limit: Number.POSITIVE_INFINITY };
    let range: TraceRange | undefined;
    do {
      const step: DigestStep = await this.#read({ kind: 'digests', query, range });
      yield JSON.parse(step.found) as MessageDigest[];
      range = step.rest;
    } while (range !== undefined);
  }

  /** Also counts what was appended a moment ago, as long as the journal can be written. */
  async volume(query: VolumeQuery): Promise<Volume> {
    if (this.#retryTimer === undefined) await this.flush().catch(() => {});
    const bins = Array.from({ length: query.bins }, (): VolumeBin => ({ messages: 0, recipients: 0, byOutcome: {} }));
    let range: TraceRange | undefined;
    let bytesAtMost = query.bytesAtMost;
    for (;;) {
      const step: VolumeStep = await this.#read({ kind: 'volume', query: { ...query, bytesAtMost }, range });
      for (const [number, counted] of step.bins) addTo(bins[Math.min(number, query.bins - 1)]!, counted);
      bytesAtMost -= step.bytes;
      range = step.rest;
      if (range === undefined) return { bins, completeFrom: query.from };
      if (bytesAtMost > 0) continue;
      const { restLatest = query.from - 1 } = step;
      return { bins, completeFrom: clamp(restLatest + 1, query.from, query.until) };
    }
  }

  async deliveries(messageSeqs: readonly number[]): Promise<readonly DeliveryRecord[]> {
    if (messageSeqs.length === 0) return [];
    if (this.#retryTimer === undefined) await this.flush().catch(() => {});
    const found: string[] = [];
    let blocks: readonly number[] | undefined;
    do {
      const step: DeliveryStep = await this.#read({ kind: 'deliveries', messageSeqs, blocks });
      found.push(...step.found);
      blocks = step.rest;
    } while (blocks.length > 0);
    return found.map((line) => JSON.parse(line) as DeliveryRecord);
  }

  /** In small steps, between which new records are written. Rejects with STORE_UNAVAILABLE. */
  async removeOlderThan(at: number, organizationId?: string): Promise<number> {
    await this.flush();
    if (organizationId !== undefined)
      return this.#trim({ kind: 'partlyOf', organizationId, before: at }, organizationId);
    let records = 0;
    for (let isDone = false; !isDone; ) {
      const removed = await this.#write<Removed>({ kind: 'remove', before: at });
      records += removed.records;
      isDone = removed.isDone;
    }
    records += await this.#trim({ kind: 'partly', before: at });
    for (let after: string | undefined = ''; after !== undefined; ) {
      after = await this.#write<string | undefined>({ kind: 'unmention', after });
    }
    return records;
  }

  async #trim(which: Extract<JournalRead, { before: number }>, organizationId?: string): Promise<number> {
    const { before } = which;
    let records = 0;
    for (const firstSeq of await this.#read<readonly number[]>(which)) {
      records += await this.#write<number>({ kind: 'trim', firstSeq, before, organizationId });
    }
    return records;
  }

  /** In small steps. Rejects with STORE_UNAVAILABLE, or with the signal's reason. */
  async erase({ mention, organizationId, countOnly, onProgress, signal }: JournalErasure): Promise<number> {
    await this.flush();
    const newest = await this.lastSeq();
    const { address } = mention;
    let records = 0;
    for (let after: number | undefined = 0; after !== undefined && after < newest; ) {
      signal.throwIfAborted();
      const step: MentionStep = await this.#read({ kind: 'mentions', address, organizationId, after });
      if (countOnly) records += step.records;
      else {
        for (const firstSeq of step.blocks) {
          records += await this.#write<number>({ kind: 'erase', firstSeq, address, organizationId });
        }
      }
      onProgress(step.done, step.total);
      after = step.after;
    }
    return records;
  }

  /** Rejects with STORE_UNAVAILABLE. */
  purge(): Promise<void> {
    return this.#write({ kind: 'purge' });
  }

  #write<Value>(request: JournalWrite): Promise<Value> {
    return this.#writer.call<Value>(request);
  }

  #read<Value>(request: JournalRead): Promise<Value> {
    return this.#reader.call<Value>(request);
  }

  async close(): Promise<void> {
    if (!this.#isClosed) await this.flush().catch(() => {});
    this.#isClosed = true;
    clearTimeout(this.#batchTimer);
    clearTimeout(this.#retryTimer);
    const lost = this.#queue.clear(this.#lastError);
    if (lost > 0) this.#health.trouble(this.#lastError, lost);
    await this.#writer.close();
  }
}

function addTo(bin: VolumeBin, { messages, recipients, byOutcome }: VolumeBin): void {
  bin.messages += messages;
  bin.recipients += recipients;
  for (const [outcome, count] of Object.entries(byOutcome) as [Outcome, number][]) {
    bin.byOutcome[outcome] = (bin.byOutcome[outcome] ?? 0) + count;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
