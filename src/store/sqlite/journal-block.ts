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
  /** Ids of the organizations, connectors and users that it speaks of. */
  readonly subjects: readonly string[];
}

/** As it waits in memory: JSON Lines. */
export interface Block extends BlockHead {
  readonly text: string;
}

/** As the writer gets it: the same in UTF-8. */
export interface EncodedBlock extends BlockHead {
  readonly lines: Uint8Array;
}

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
    const needed = blocks.reduce((sum, block) => sum + Buffer.byteLength(block.text), 0);
    if (needed > this.#bytes.length) this.#bytes = Buffer.from(new SharedArrayBuffer(needed));
    let end = 0;
    return blocks.map(({ text, ...head }) => {
      const start = end;
      end += this.#bytes.write(text, start);
      return { ...head, lines: this.#bytes.subarray(start, end) };
    });
  }
}

/** Gathers records until somebody takes them as a block. */
export class OpenBlock {
  #text = '';
  #records = 0;
  #firstSeq = 0;
  #lastSeq = 0;
  #earliest = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;
  readonly #subjects = new Set<string>();

  get records(): number {
    return this.#records;
  }

  /** UTF-16 code units so far. */
  get length(): number {
    return this.#text.length;
  }

  add(record: JournalRecord): void {
    if (this.#records === 0) this.#firstSeq = record.seq;
    this.#lastSeq = record.seq;
    if (record.at < this.#earliest) this.#earliest = record.at;
    if (record.at > this.#latest) this.#latest = record.at;
    this.#records++;
    this.#text += `${JSON.stringify(record)}\n`;
    this.#mention(record);
  }

  #mention(record: JournalRecord): void {
    this.#subjects.add(record.organizationId);
    if (record.kind === 'control') {
      this.#subjects.add(record.entityId);
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
      records: this.#records,
      subjects: [...this.#subjects],
      text: this.#text,
    };
  }
}

/** Level 1: JSON Lines shrink to a sixth or less at about a nanosecond a byte. The checksum finds a damaged block. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } };

export function compress(lines: Uint8Array): Uint8Array {
  return zstdCompressSync(lines, COMPRESSION);
}

/** The lines of a block's body, in order, without their line ends. */
export function linesOf(body: Uint8Array): string[] {
  const lines = zstdDecompressSync(body).toString('utf8').split('\n');
  lines.pop();
  return lines;
}
