// The bytes of a message as they pass from the client to the next hop, dots stuffed as they came (RFC 5321 4.5.2).
// Only CRLF ends a line here. Where somebody else would see another end of the message (`LF.LF` and its kin), there is a fault.

/** Why a message cannot go on. After a bare CR or LF nobody knows where it ends: the connection must be closed. */
export type DataFault = 'bare-cr' | 'bare-lf' | 'nul' | 'too-large';

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

const END = Buffer.from('\r\n.\r\n');
const NOTHING: Buffer = Buffer.alloc(0);

// Where the stream stands; as a number, how many bytes of END were read and are held back until it is clear what they are.
const IN_LINE = 0;
const AFTER_CR = 1;
const LINE_START = 2;
const AFTER_DOT = 3;
const AFTER_DOT_CR = 4;

/**
 * One message after 354. `push` each chunk and hand on what it gives. The last line end and the dot are never among it: they
 * are `end`, once `isOver`. After a fault nothing is handed on any more; the rest of the message is read and dropped, so that
 * the client gets the answer at the end of it.
 */
export class DataStream {
  fault: DataFault | undefined;
  /** The end of the message was read. */
  isOver = false;
  /** What the client sent behind it. */
  rest: Buffer = NOTHING;
  /** Bytes handed on; once `isOver`, those of the message without its final dot. (Stuffed dots count, unlike in RFC 1870.) */
  messageBytes = 0;
  readonly #most: number;
  /** A message begins as if after a line end, so that a dot in its first line ends it. */
  #state: number = LINE_START;
  /** Of that line end, which is not part of the message: 2 until the first bytes were handed on. */
  #notSent = 2;

  constructor(maxMessageBytes: number) {
    this.#most = maxMessageBytes;
  }

  /** The last bytes of the message: its last line end and the dot, or the dot alone where there is no line. */
  get end(): Buffer {
    return END.subarray(this.#notSent);
  }

  /** What may go on, in this order. */
  push(chunk: Buffer): readonly Buffer[] {
    const held = END.subarray(0, this.#state);
    const read = this.#isFramed ? this.#read(chunk) : this.#drop(chunk, 0);
    if (this.isOver) this.rest = chunk.subarray(read);
    return this.fault === undefined ? this.#handOn(held, chunk.subarray(0, read)) : [];
  }

  /** False after a bare CR or LF. */
  get #isFramed(): boolean {
    return this.fault !== 'bare-cr' && this.fault !== 'bare-lf';
  }

  #handOn(held: Buffer, chunk: Buffer): readonly Buffer[] {
    const going = held.length + chunk.length - (this.isOver ? END.length : this.#state);
    const fromHeld = held.subarray(this.#notSent, going);
    const fromChunk = chunk.subarray(0, Math.max(0, going - held.length));
    if (going > 0) this.#notSent = 0;
    this.messageBytes += fromHeld.length + fromChunk.length;
    if (this.isOver && this.#notSent === 0) this.messageBytes += 2;
    if (this.messageBytes > this.#most) {
      this.fault = 'too-large';
      return [];
    }
    return [fromHeld, fromChunk].filter((bytes) => bytes.length > 0);
  }

  /** Up to the end of the message, or of the chunk; gives how far. */
  #read(chunk: Buffer): number {
    let state = this.#state;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte > CR && state === IN_LINE) continue;
      if (byte === LF) {
        if (state === AFTER_DOT_CR) return this.#over(at + 1);
        if (state !== AFTER_CR) return this.#lose('bare-lf', state, chunk, at);
        state = LINE_START;
      } else if (state === AFTER_CR || state === AFTER_DOT_CR) {
        return this.#lose('bare-cr', state, chunk, at);
      } else if (byte === CR) {
        state = state === AFTER_DOT ? AFTER_DOT_CR : AFTER_CR;
      } else {
        if (byte === NUL) this.fault ??= 'nul';
        state = byte === DOT && state === LINE_START ? AFTER_DOT : IN_LINE;
      }
    }
    this.#state = state;
    return chunk.length;
  }

  /** The line ends are not to be trusted, as the byte at `at` shows. */
  #lose(fault: 'bare-cr' | 'bare-lf', state: number, chunk: Buffer, at: number): number {
    this.fault = fault;
    if (state === AFTER_DOT_CR) return this.#over(at);
    this.#state = state === AFTER_CR ? LINE_START : state;
    return this.#drop(chunk, at);
  }

  /**
   * Up to a dot that stands alone between line ends of any kind: wherever the client believes the end to be, he gets his answer.
   * Nothing behind it is believed, because the connection is closed.
   */
  #drop(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === CR || byte === LF) {
        if (this.#state === AFTER_DOT) return this.#over(at + 1);
        this.#state = LINE_START;
      } else {
        this.#state = byte === DOT && this.#state === LINE_START ? AFTER_DOT : IN_LINE;
      }
    }
    return chunk.length;
  }

  #over(at: number): number {
    this.isOver = true;
    return at;
  }
}
