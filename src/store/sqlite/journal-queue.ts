// What the journal has in memory on its way to the writer: the open block, closed blocks, and who waits for them. Bounded:
// where the disk is full or too slow for too long, the oldest records are given up, and counted.
import type { JournalRecord } from '../../activity/record.ts';
import type { Snapshot } from '../../detection/snapshot-store.ts';
import { type Block, OpenBlock } from './journal-block.ts';

/** Somebody waits until everything before is on disk, with these snapshots. */
export interface Mark {
  readonly snapshots: readonly Snapshot[];
  resolve(): void;
  reject(error: Error): void;
}

/** What is written in one transaction. */
export interface Parcel {
  readonly blocks: readonly Block[];
  readonly marks: readonly Mark[];
}

export interface QueueLimits {
  /** A block is closed when its text is this long, UTF-16 code units. */
  readonly blockLength: number;
  /** How much is sent at once at most, bytes (a character counts as one). */
  readonly parcelBytes: number;
  /** How much waits in memory at most, the open block and a parcel under way apart, bytes. */
  readonly waitingBytes: number;
}

export class JournalQueue {
  readonly #limits: QueueLimits;
  #open = new OpenBlock();
  #waiting: (Block | Mark)[] = [];
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** True where this record filled the block. */
  add(record: JournalRecord): boolean {
    this.#open.add(record);
    if (this.#open.length < this.#limits.blockLength) return false;
    this.closeBlock();
    return true;
  }

  closeBlock(): void {
    if (this.#open.records === 0) return;
    const block = this.#open.take();
    this.#open = new OpenBlock();
    this.#waiting.push(block);
    this.#bytes += bytesOf(block);
  }

  mark(mark: Mark): void {
    this.closeBlock();
    this.#waiting.push(mark);
  }

  /** The oldest of what waits; undefined where nothing does. */
  take(): Parcel | undefined {
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && bytes < this.#limits.parcelBytes) bytes += bytesOf(this.#waiting[count++]!);
    if (count === 0) return undefined;
    const taken = this.#waiting.splice(0, count);
    const blocks = taken.filter(isBlock);
    for (const block of blocks) this.#bytes -= bytesOf(block);
    return { blocks, marks: taken.filter((each): each is Mark => !isBlock(each)) };
  }

  /** Blocks that could not be written wait again, before all others. */
  putBack(blocks: readonly Block[]): void {
    this.#waiting.unshift(...blocks);
    for (const block of blocks) this.#bytes += bytesOf(block);
  }

  /** Gives up the oldest blocks beyond the limit, and whoever waits for them; the number of records lost. */
  giveUpExcess(error: Error): number {
    if (this.#bytes <= this.#limits.waitingBytes) return 0;
    let lost = 0;
    while (this.#bytes > this.#limits.waitingBytes) lost += this.#giveUpOldest();
    this.#failMarks(error);
    return lost;
  }

  #giveUpOldest(): number {
    const [block] = this.#waiting.splice(this.#waiting.findIndex(isBlock), 1) as [Block];
    this.#bytes -= bytesOf(block);
    return block.records;
  }

  #failMarks(error: Error): void {
    for (const each of this.#waiting) if (!isBlock(each)) each.reject(error);
    this.#waiting = this.#waiting.filter(isBlock);
  }

  /** Gives up everything. */
  clear(error: Error): number {
    this.closeBlock();
    this.#failMarks(error);
    const lost = this.#waiting.filter(isBlock).reduce((sum, block) => sum + block.records, 0);
    this.#waiting = [];
    this.#bytes = 0;
    return lost;
  }
}

function isBlock(each: Block | Mark): each is Block {
  return 'lines' in each;
}

/** Roughly what it takes in memory and on its way. */
function bytesOf(each: Block | Mark): number {
  if (isBlock(each)) return 500 + each.length + 50 * (each.records + each.subjects.length);
  return each.snapshots.reduce((sum, snapshot) => sum + snapshot.state.byteLength, 0);
}
