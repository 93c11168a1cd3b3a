// What the activity room asks of a store: the journal, kept in the order of `seq`, and the message trace read from it.
import type { Mention } from '../mail/mention.ts';
import type { DeliveryRecord, JournalRecord, MessageRecord, Outcome } from './record.ts';

/** Which messages are meant: those to which everything applies that is given. Addresses match case-insensitively and whole. */
export interface TraceFilter {
  /** Undefined: the provider's view over all organizations. */
  readonly organizationId?: string | undefined;
  /** Connector or user. */
  readonly entityId?: string | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly sender?: string | undefined;
  readonly recipient?: string | undefined;
  /** Only messages with which this test's sum was `compromised`, by their score. */
  readonly compromised?: 'connector' | 'user' | undefined;
  /** Any of these. */
  readonly outcomes?: readonly Outcome[] | undefined;
  /** The Message-ID with or without its angle brackets, or the queue id. */
  readonly messageId?: string | undefined;
  /** As `normalizeIp` writes it. */
  readonly clientAddress?: string | undefined;
}

/** A question of the message trace. Results are newest first. */
export interface TraceQuery extends TraceFilter {
  /** Keyset paging: only records with a smaller seq. */
  readonly beforeSeq?: number | undefined;
  /** 1 to 1 000. */
  readonly limit: number;
}

/** What is read of each message when there are many: who got it is left out, but for the domains. */
export interface MessageDigest
  extends Pick<MessageRecord, 'seq' | 'at' | 'outcome' | 'tippedBy' | 'clientAddress' | 'clientName' | 'score'> {
  readonly recipients: number;
  /** Of an accepted message: the domain of each recipient outside the accepted domains whom the mail server took. */
  readonly relayedTo: readonly string[];
}

/** A question of how much there was. */
export interface VolumeQuery extends TraceFilter {
  readonly from: number;
  readonly until: number;
  /** Equal parts of the time from `from` to `until`. */
  readonly bins: number;
  /** How much of the journal is read at most, bytes as they are on disk; the newest come first. */
  readonly bytesAtMost: number;
}

export interface VolumeBin {
  messages: number;
  recipients: number;
  /** Messages. */
  readonly byOutcome: Partial<Record<Outcome, number>>;
}

export interface Volume {
  /** Oldest first. */
  readonly bins: readonly VolumeBin[];
  /** What was older was not all read; `from` where everything was. */
  readonly completeFrom: number;
}

export interface JournalStore {
  /** Hands the record to the writer and returns at once; it is on disk within a second, or the store reports trouble. */
  append(record: JournalRecord): void;
  /** Waits until everything appended so far is on disk. Rejects with STORE_UNAVAILABLE when it cannot be. */
  flush(): Promise<void>;
  /** The highest seq on disk; 0 for an empty journal. */
  lastSeq(): Promise<number>;
  /** A seq before every record that is not older than `at`, and not much before it. */
  seqBefore(at: number): Promise<number>;
  /** Records with a greater seq, in order, in batches. */
  readFrom(seq: number): AsyncIterable<readonly JournalRecord[]>;
  trace(query: TraceQuery): Promise<readonly MessageRecord[]>;
  /**
   * As `trace`, without a limit: newest first, each batch after some milliseconds of reading, so that whoever has read enough can stop. A batch
   * may be empty. The records themselves stay in the reading thread.
   */
  digests(query: Omit<TraceQuery, 'limit'>): AsyncIterable<readonly MessageDigest[]>;
  volume(query: VolumeQuery): Promise<Volume>;
  /** What became of the messages with these seqs, oldest record first. Also what was appended a moment ago. */
  deliveries(messageSeqs: readonly number[]): Promise<readonly DeliveryRecord[]>;
  /** Removes what is older, of one organization or of all; returns how many records. */
  removeOlderThan(at: number, organizationId?: string): Promise<number>;
  /** Looks for an address in what is on disk now, and takes it out of the records unless it is only to be counted. */
  erase(order: JournalErasure): Promise<number>;
}

export interface JournalErasure {
  readonly mention: Mention;
  /** Undefined: in all organizations' records. */
  readonly organizationId?: string | undefined;
  /** Nothing is changed. */
  readonly countOnly: boolean;
  readonly onProgress: (done: number, total: number) => void;
  /** Where it is aborted, what was erased by then stays erased. */
  readonly signal: AbortSignal;
}
