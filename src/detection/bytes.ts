// Numbers and texts as bytes and back, bit for bit: what a snapshot of the detector's state is made of. Little-endian.

export class ByteWriter {
  #bytes = new Uint8Array(4_096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }

  flag(value: boolean): void {
    this.u32(value ? 1 : 0);
  }

  /** Undefined is kept apart from every number. */
  maybe(value: number | undefined): void {
    this.flag(value !== undefined);
    if (value !== undefined) this.f64(value);
  }

  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    this.u32(bytes.length);
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  u32s(values: Uint32Array): void {
    this.u32(values.length);
    for (const value of values) this.u32(value);
  }

  f64s(values: Float64Array): void {
    this.u32(values.length);
    for (const value of values) this.f64(value);
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #room(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}

/** Reads what a ByteWriter wrote. Throws a RangeError where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(): number {
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }

  f64(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  flag(): boolean {
    return this.u32() === 1;
  }

  maybe(): number | undefined {
    return this.flag() ? this.f64() : undefined;
  }

  text(): string {
    const length = this.#count(1);
    const text = Buffer.from(this.#bytes.subarray(this.#at, this.#at + length)).toString('utf8');
    this.#at += length;
    return text;
  }

  u32s(): Uint32Array<ArrayBuffer> {
    const values = new Uint32Array(this.#count(4));
    for (let i = 0; i < values.length; i++) values[i] = this.u32();
    return values;
  }

  f64s(): Float64Array<ArrayBuffer> {
    const values = new Float64Array(this.#count(8));
    for (let i = 0; i < values.length; i++) values[i] = this.f64();
    return values;
  }

  /** Throws a RangeError unless everything was read. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError(`${this.#bytes.length - this.#at} bytes too many`);
  }

  #count(size: number): number {
    const count = this.u32();
    if (count * size > this.#bytes.length - this.#at) throw new RangeError('the bytes end too early');
    return count;
  }
}
