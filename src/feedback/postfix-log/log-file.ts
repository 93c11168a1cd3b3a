// One file of the mail log, read from a position on in whole lines. Plain files may still grow; a gzip one was compressed by logrotate.
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { createGunzip, gunzipSync, constants as zlib } from 'node:zlib';

/** Where the reading of a file stands. The fingerprint of its first bytes finds it again under another name, or compressed. */
export interface Position {
  readonly inode: number;
  /** Bytes of the plain text up to the end of the last whole line that was read. */
  readonly offset: number;
  readonly head: Head;
}

/** SHA-256 of so many first bytes. */
export interface Head {
  readonly bytes: number;
  readonly hash: string;
}

export type OnLine = (line: string) => void;

const HEAD_BYTES = 512;
const SLICE_BYTES = 256 * 1024;
const LINE_END = 10;

/** Gives whole lines; a longer line than the slice is passed over. */
class Lines {
  offset: number;
  #isSkipping = false;

  constructor(offset: number) {
    this.offset = offset;
  }

  /** How many of these bytes, which stand at `offset`, were used up. */
  take(bytes: Buffer, isFull: boolean, onLine: OnLine): number {
    const end = bytes.lastIndexOf(LINE_END) + 1;
    if (end === 0 && !isFull) return 0;
    const used = end === 0 ? bytes.length : end;
    if (end > 0) {
      const lines = bytes.toString('utf8', 0, end - 1).split('\n');
      for (let i = this.#isSkipping ? 1 : 0; i < lines.length; i++) onLine(lines[i]!);
    }
    this.#isSkipping = end === 0;
    this.offset += used;
    return used;
  }
}

/** A file that is open, whatever its name becomes. Throws where it cannot be opened. */
export class PlainFile {
  readonly inode: number;
  readonly #handle: number;
  readonly #lines: Lines;
  #head: Head;
  static readonly #buffer = Buffer.allocUnsafe(SLICE_BYTES);

  constructor(path: string, offset = 0) {
    this.#handle = openSync(path, 'r');
    this.inode = fstatSync(this.#handle).ino;
    this.#lines = new Lines(offset);
    this.#head = this.#readHead(HEAD_BYTES);
  }

  get size(): number {
    return fstatSync(this.#handle).size;
  }

  get position(): Position {
    return { inode: this.inode, offset: this.#lines.offset, head: this.#head };
  }

  /** Somebody emptied it, or wrote it anew, since the last `read`: its content is another one. */
  wasReplaced(): boolean {
    return this.size < this.#lines.offset || !this.beginsWith(this.#head);
  }

  beginsWith(head: Head): boolean {
    return isSame(this.#readHead(head.bytes), head);
  }

  /** The next slice of whole lines. False where there is none now. */
  read(onLine: OnLine): boolean {
    const buffer = PlainFile.#buffer;
    if (this.#head.bytes < HEAD_BYTES) this.#head = this.#readHead(HEAD_BYTES);
    const length = readSync(this.#handle, buffer, 0, buffer.length, this.#lines.offset);
    return this.#lines.take(buffer.subarray(0, length), length === buffer.length, onLine) > 0;
  }

  #readHead(bytes: number): Head {
    const buffer = Buffer.alloc(bytes);
    return headOf(buffer.subarray(0, readSync(this.#handle, buffer, 0, bytes, 0)));
  }

  close(): void {
    closeSync(this.#handle);
  }
}

/** A rotated file, plain or gzip, that does not grow any more, from an offset of its plain text on. */
export class ArchivedFile {
  readonly #path: string;
  readonly #lines: Lines;
  readonly #head: Head;
  readonly #inode: number;
  #chunks: AsyncIterator<Buffer> | undefined;
  #rest: Buffer = Buffer.alloc(0);

  /** Throws where it cannot be opened or is damaged. */
  constructor(path: string, offset: number) {
    this.#path = path;
    this.#lines = new Lines(offset);
    ({ head: this.#head, inode: this.#inode } = identityOf(path, HEAD_BYTES));
  }

  get position(): Position {
    return { inode: this.#inode, offset: this.#lines.offset, head: this.#head };
  }

  /** The next slice of whole lines; what has no line end at the end of the file is a line, too. False at its end. Rejects where it is damaged. */
  async read(onLine: OnLine): Promise<boolean> {
    this.#chunks ??= this.#open();
    const { value, done } = await this.#chunks.next();
    if (done) {
      if (this.#rest.length > 0) this.#lines.take(Buffer.concat([this.#rest, Buffer.of(LINE_END)]), true, onLine);
      this.#rest = Buffer.alloc(0);
      return false;
    }
    const bytes = Buffer.concat([this.#rest, value]);
    this.#rest = bytes.subarray(this.#lines.take(bytes, bytes.length >= SLICE_BYTES, onLine));
    return true;
  }

  async *#open(): AsyncGenerator<Buffer> {
    const isGzip = this.#path.endsWith('.gz');
    const start = this.#lines.offset;
    const file = createReadStream(this.#path, isGzip ? {} : { start, highWaterMark: SLICE_BYTES / 2 });
    if (!isGzip) return yield* file as AsyncIterable<Buffer>;
    let toSkip = start;
    const plain = createGunzip();
    file.on('error', (error) => plain.destroy(error));
    for await (const chunk of file.pipe(plain) as AsyncIterable<Buffer>) {
      if (toSkip < chunk.length) yield chunk.subarray(toSkip);
      toSkip = Math.max(0, toSkip - chunk.length);
    }
  }

  close(): void {
    void this.#chunks?.return?.();
  }
}

/** Does the text of this file, plain or gzip, begin so? Throws where it cannot be read. */
export function fileBeginsWith(path: string, head: Head): boolean {
  return head.bytes > 0 && isSame(identityOf(path, head.bytes).head, head);
}

function identityOf(path: string, bytes: number): { readonly head: Head; readonly inode: number } {
  const handle = openSync(path, 'r');
  try {
    const start = Buffer.alloc(path.endsWith('.gz') ? 16_384 : bytes);
    const read = start.subarray(0, readSync(handle, start, 0, start.length, 0));
    const plain = path.endsWith('.gz') ? gunzipSync(read, { finishFlush: zlib.Z_SYNC_FLUSH }) : read;
    return { head: headOf(plain.subarray(0, bytes)), inode: fstatSync(handle).ino };
  } finally {
    closeSync(handle);
  }
}

function headOf(bytes: Buffer): Head {
  return { bytes: bytes.length, hash: createHash('sha256').update(bytes).digest('hex').slice(0, 32) };
}

function isSame(a: Head, b: Head): boolean {
  return a.bytes === b.bytes && a.hash === b.hash;
}
