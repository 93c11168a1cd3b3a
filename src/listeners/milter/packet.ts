// The frames of the milter protocol: a length of four bytes (big endian), a command letter, its payload. First thing that a
// mail server's bytes meet.

export interface Packet {
  /** Character code of the command letter. */
  readonly command: number;
  /** A view of the reader's memory: copy what is kept until after the next `push`. */
  readonly payload: Buffer;
}

/** Postfix sends header fields of at most 100 KiB (header_size_limit) and body pieces of 64 KiB. */
export const LARGEST_PACKET = 1024 * 1024;

const LENGTH_BYTES = 4;

/**
 * The packets of one connection: `push` what was received, then `next` until it is undefined.
 * Once `malformed` says why, there is no next packet any more: nobody knows where it would begin.
 * Memory is bounded by LARGEST_PACKET and one chunk, whatever is sent, and each byte is copied a few times at most.
 */
export class PacketReader {
  malformed: string | undefined;
  #data: Buffer = Buffer.alloc(0);
  /** Received, not yet read: [#from, #to) of #data. */
  #from = 0;
  #to = 0;

  push(chunk: Buffer): void {
    if (this.#from === this.#to) {
      this.#data = chunk;
      this.#from = 0;
      this.#to = chunk.length;
      return;
    }
    const kept = this.#to - this.#from;
    // A chunk that we were given is full to its end, and therefore never written to.
    if (this.#to + chunk.length > this.#data.length) {
      const grown = Buffer.allocUnsafe(this.#roomFor(kept + chunk.length));
      this.#data.copy(grown, 0, this.#from, this.#to);
      this.#data = grown;
      this.#from = 0;
      this.#to = kept;
    }
    chunk.copy(this.#data, this.#to);
    this.#to += chunk.length;
  }

  /** True where a packet has begun and not ended. */
  get isInPacket(): boolean {
    return this.#from < this.#to;
  }

  /** The next whole packet; undefined where it has not come yet, or where `malformed`. */
  next(): Packet | undefined {
    if (this.malformed !== undefined || this.#to - this.#from < LENGTH_BYTES) return undefined;
    const length = this.#data.readUInt32BE(this.#from);
    if (length < 1) return this.#stop('a packet without a command');
    if (length > LARGEST_PACKET) return this.#stop(`a packet of ${length} bytes`);
    const start = this.#from + LENGTH_BYTES;
    if (this.#to - start < length) return undefined;
    this.#from = start + length;
    return { command: this.#data[start]!, payload: this.#data.subarray(start + 1, start + length) };
  }

  /** The whole packet, once its length is known, but at most twice what came of it: many small chunks are not copied again and again. */
  #roomFor(bytes: number): number {
    if (this.#to - this.#from < LENGTH_BYTES) return 2 * bytes;
    const whole = LENGTH_BYTES + this.#data.readUInt32BE(this.#from);
    return Math.max(bytes, Math.min(whole, 2 * bytes));
  }

  #stop(why: string): undefined {
    this.malformed = why;
    this.#data = Buffer.alloc(0);
    this.#from = 0;
    this.#to = 0;
  }
}
