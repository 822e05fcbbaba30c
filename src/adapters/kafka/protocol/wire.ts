import { Buffer } from 'node:buffer';

/** Encodes the primitive types of Kafka's protocol; `compact` ones belong to its flexible versions. */
export class WireWriter {
  readonly #parts: Buffer[] = [];

  int8(value: number): this {
    return this.#push(1, (bytes) => bytes.writeInt8(value));
  }

  int16(value: number): this {
    return this.#push(2, (bytes) => bytes.writeInt16BE(value));
  }

  int32(value: number): this {
    return this.#push(4, (bytes) => bytes.writeInt32BE(value));
  }

  int64(value: number): this {
    return this.#push(8, (bytes) => bytes.writeBigInt64BE(BigInt(value)));
  }

  string(value: string): this {
    const bytes = Buffer.from(value);
    this.int16(bytes.length).#parts.push(bytes);
    return this;
  }

  compactString(value: string): this {
    const bytes = Buffer.from(value);
    this.uvarint(bytes.length + 1).#parts.push(bytes);
    return this;
  }

  uvarint(value: number): this {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#uint8((rest & 0x7f) | 0x80);
    return this.#uint8(rest);
  }

  raw(bytes: Buffer): this {
    this.#parts.push(bytes);
    return this;
  }

  noTags(): this {
    return this.uvarint(0);
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #uint8(value: number): this {
    return this.#push(1, (bytes) => bytes.writeUInt8(value));
  }

  #push(size: number, write: (bytes: Buffer) => void): this {
    const bytes = Buffer.alloc(size);
    write(bytes);
    this.#parts.push(bytes);
    return this;
  }
}

/** Decodes the same types. Reading past the end throws a `RangeError`, as Node's buffers do. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#skip(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#skip(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#skip(4));
  }

  /** Exact for offsets and timestamps, which stay far below 2^53. */
  int64(): number {
    return Number(this.#bytes.readBigInt64BE(this.#skip(8)));
  }

  bigint64(): bigint {
    return this.#bytes.readBigInt64BE(this.#skip(8));
  }

  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.bytes(length).toString();
  }

  compactString(): string | null {
    const length = this.uvarint() - 1;
    return length < 0 ? null : this.bytes(length).toString();
  }

  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#skip(1));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new RangeError('a length takes more than five bytes');
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const start = this.#skip(length);
    if (length < 0 || this.#at > this.#bytes.length) throw new RangeError('a length is too large');
    return this.#bytes.subarray(start, this.#at);
  }

  array<T>(read: () => T): T[] {
    return this.#times(this.int32(), read);
  }

  compactArray<T>(read: () => T): T[] {
    return this.#times(this.uvarint() - 1, read);
  }

  /** Tagged fields are additions of newer brokers, all optional. */
  skipTags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint();
      this.bytes(this.uvarint());
    }
  }

  #times<T>(count: number, read: () => T): T[] {
    const items: T[] = [];
    for (let left = count; left > 0; left--) items.push(read());
    return items;
  }

  #skip(size: number): number {
    const at = this.#at;
    this.#at += size;
    return at;
  }
}
