// The bytes of one message, kept for a content filter that reads the whole: up to a bound, and nothing of a message beyond it.

const NOTHING = Buffer.alloc(0);
const SMALLEST = 8_192;

export class MessageCopy {
  readonly #most: number;
  readonly #isDotStuffed: boolean;
  #bytes: Buffer = NOTHING;
  #length = 0;
  #isTooLong = false;

  /** `isDotStuffed`: as in SMTP's DATA (RFC 5321 4.5.2). */
  constructor(maximumBytes: number, isDotStuffed: boolean) {
    this.#most = maximumBytes;
    this.#isDotStuffed = isDotStuffed;
  }

  /** Longer than the bound. A filter is not asked about a part: a MIME structure that breaks off looks like spam to it. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** Copies: a slice would keep the socket's whole chunk alive until the end of the message. */
  write(bytes: Buffer): void {
    if (this.#isTooLong) return;
    const length = this.#length + bytes.length;
    if (length > this.#most) {
      this.#giveUp();
      return;
    }
    if (length > this.#bytes.length) this.#grow(length);
    bytes.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** The size that the client declares (RFC 1870), 0 where it declares none: what is going to be too long need not be kept. */
  expect(declaredBytes: number): void {
    if (declaredBytes > this.#most) this.#giveUp();
  }

  /** What was written, dots as the sender meant them; undefined where it was too long. */
  get message(): Buffer | undefined {
    if (this.#isTooLong) return undefined;
    const written = this.#bytes.subarray(0, this.#length);
    return this.#isDotStuffed ? withoutStuffing(written) : written;
  }

  #giveUp(): void {
    this.#isTooLong = true;
    this.#bytes = NOTHING;
  }

  #grow(length: number): void {
    const grown = Buffer.allocUnsafe(Math.min(this.#most, Math.max(length, 2 * this.#bytes.length, SMALLEST)));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function withoutStuffing(bytes: Buffer): Buffer {
  if (!bytes.includes('\r\n.')) return bytes;
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n.', '\r\n'), 'latin1');
}
