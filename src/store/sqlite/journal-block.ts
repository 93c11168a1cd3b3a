// Journal records as they are buffered, sent to the writer and kept on disk: a block is a batch of them as JSON Lines.
// JSON escapes lone surrogates and NUL, so whatever a client sent comes back as it was.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { JournalRecord } from '../../activity/record.ts';

/** What is known of a block without reading it. */
export interface BlockHead {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Smallest and largest `at`; the clock may have jumped in between. */
  readonly earliest: number;
  readonly latest: number;
  readonly records: number;
  /** Ids of the organizations, connectors and users that it speaks of, and for the messages whose fate it tells `deliverySubject`. */
  readonly subjects: readonly string[];
}

/** As it waits in memory: a JSON text for each record, and the length of all of them with their line ends, UTF-16 code units. */
export interface Block extends BlockHead {
  readonly lines: readonly string[];
  readonly length: number;
}

/** As the writer gets it: JSON Lines in UTF-8. */
export interface EncodedBlock extends BlockHead {
  readonly bytes: Uint8Array;
}

export const LINE_END = 10;
/** UTF-8 takes at most so many bytes for a UTF-16 code unit. */
const WIDEST = 3;

/**
 * Memory that both threads see and that serves one batch after another: fresh memory for each would cost more (page faults)
 * than all the rest of writing it. Who encodes must know that nobody reads the batch before any more.
 */
export class SharedLines {
  #bytes: Buffer<SharedArrayBuffer>;

  constructor(bytes: number) {
    this.#bytes = Buffer.from(new SharedArrayBuffer(bytes));
  }

  encode(blocks: readonly Block[]): EncodedBlock[] {
    const largest = blocks.reduce((sum, block) => sum + block.length, 0) * WIDEST;
    if (largest > this.#bytes.length) this.#bytes = Buffer.from(new SharedArrayBuffer(largest));
    let end = 0;
    return blocks.map(({ lines, length, ...head }) => {
      const start = end;
      for (const line of lines) {
        end += this.#bytes.write(line, end);
        this.#bytes[end++] = LINE_END;
      }
      return { ...head, bytes: this.#bytes.subarray(start, end) };
    });
  }
}

/**
 * So many messages share a subject. An index entry for each of them would cost more than the records; where many share one, so many blocks have
 * to be read for each message.
 */
const MESSAGES_OF_A_SUBJECT = 32;

/** By which the blocks are found that tell what became of this message and its neighbours. */
export function deliverySubject(messageSeq: number): string {
  return `deliveries/${MESSAGES_OF_A_SUBJECT} ${Math.floor(messageSeq / MESSAGES_OF_A_SUBJECT)}`;
}

/** The same in blocks that Cordon 0.1 wrote. */
export function earlierDeliverySubject(messageSeq: number): string {
  return `deliveries ${Math.floor(messageSeq / 256)}`;
}

/** Gathers records until somebody takes them as a block. */
export class OpenBlock {
  /** Kept apart: one long text would have to be put together first, which costs more than writing the lines one by one. */
  readonly #lines: string[] = [];
  #length = 0;
  #firstSeq = 0;
  #lastSeq = 0;
  #earliest = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;
  readonly #subjects = new Set<string>();

  get records(): number {
    return this.#lines.length;
  }

  /** UTF-16 code units so far. */
  get length(): number {
    return this.#length;
  }

  add(record: JournalRecord): void {
    if (this.#lines.length === 0) this.#firstSeq = record.seq;
    this.#lastSeq = record.seq;
    if (record.at < this.#earliest) this.#earliest = record.at;
    if (record.at > this.#latest) this.#latest = record.at;
    const line = JSON.stringify(record);
    this.#lines.push(line);
    this.#length += line.length + 1;
    this.#mention(record);
  }

  #mention(record: JournalRecord): void {
    this.#subjects.add(record.organizationId);
    if (record.kind === 'control') {
      this.#subjects.add(record.entityId);
      return;
    }
    if (record.kind === 'delivery') {
      this.#subjects.add(deliverySubject(record.messageSeq));
      return;
    }
    if (record.connectorId !== undefined) this.#subjects.add(record.connectorId);
    if (record.userId !== undefined) this.#subjects.add(record.userId);
  }

  take(): Block {
    return {
      firstSeq: this.#firstSeq,
      lastSeq: this.#lastSeq,
      earliest: this.#earliest,
      latest: this.#latest,
      records: this.#lines.length,
      subjects: [...this.#subjects],
      lines: this.#lines,
      length: this.#length,
    };
  }
}

/** Level 1: JSON Lines shrink to a sixth or less at about a nanosecond a byte. The checksum finds a damaged block. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } };

export function compress(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, COMPRESSION);
}

/** The lines of a block's body, in order, without their line ends. */
export function linesOf(body: Uint8Array): string[] {
  return linesIn(textOf(body));
}

/** All the lines in one text: most searches find nothing, and do not need to part them. */
export function textOf(body: Uint8Array): string {
  return bytesOf(body).toString('utf8');
}

/** All the lines in UTF-8. To decode them costs as much as to decompress them. */
export function bytesOf(body: Uint8Array): Buffer {
  return zstdDecompressSync(body);
}

/** The lines in which these bytes stand, in order; no others are decoded. The bytes must have no line end in them. */
export function* linesWith(bytes: Buffer, part: Uint8Array): Generator<string> {
  for (let at = bytes.indexOf(part); at !== -1; ) {
    const end = bytes.indexOf(LINE_END, at);
    yield bytes.toString('utf8', bytes.lastIndexOf(LINE_END, at) + 1, end);
    at = bytes.indexOf(part, end);
  }
}

export function linesIn(text: string): string[] {
  const lines = text.split('\n');
  lines.pop();
  return lines;
}

/** A block's body of these lines. */
export function bodyOf(lines: readonly string[]): Uint8Array {
  return compress(Buffer.from(lines.map((line) => `${line}\n`).join('')));
}
