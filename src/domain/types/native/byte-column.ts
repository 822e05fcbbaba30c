import { Buffer } from 'node:buffer';

/** First size of a buffer. It is small because a contract has many buffers, and they grow by doubling. */
const FIRST_BYTES = 4 * 1_024;

/** Up to this length, a loop copies faster than a native call. */
const MAX_LOOP_BYTES = 48;

/** Most bytes of an encoded length below 2^31, with seven bits in each byte. */
const MAX_LENGTH_BYTES = 5;

/** Values of one column in ClickHouse's `Native` format, one after the other, and the position where the current row began. */
export class ByteColumn {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  view = viewOf(this.bytes);
  length = 0;
  marked = 0;

  mark(): void {
    this.marked = this.length;
  }

  /** Returns to the mark. */
  rollback(): void {
    this.length = this.marked;
  }

  /** Moves the mark back to the first value. */
  rewind(): void {
    this.marked = 0;
  }

  clear(): void {
    this.length = 0;
    this.marked = 0;
  }

  /** The appended bytes, without a copy. They are valid until the next append. */
  appended(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  appendUInt8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Also appends an Int16, by its low 16 bits. */
  appendUInt16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.length, value, true);
    this.length += 2;
  }

  /** Also appends a UInt32, by its low 32 bits. */
  appendInt32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.length, value, true);
    this.length += 4;
  }

  /** Appends 64 bits as two halves, each of which may be signed or unsigned. */
  appendHalves(low: number, high: number): void {
    this.reserve(8);
    this.view.setInt32(this.length, low, true);
    this.view.setInt32(this.length + 4, high, true);
    this.length += 8;
  }

  appendFloat32(value: number): void {
    this.reserve(4);
    this.view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  appendFloat64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Appends the low `width` bytes of a whole number in two's complement. `width` is a multiple of 8. */
  appendBigInt(value: bigint, width: number): void {
    this.reserve(width);
    for (let word = 0; word < width; word += 8) {
      this.view.setBigUint64(
        this.length + word,
        BigInt.asUintN(64, value >> BigInt(word * 8)),
        true,
      );
    }
    this.length += width;
  }

  /** Appends a UInt64 from a whole number that JavaScript represents exactly. */
  appendCount(value: number): void {
    this.appendHalves(value | 0, Math.floor(value / 0x1_0000_0000));
  }

  appendZeros(count: number): void {
    this.reserve(count);
    this.bytes.fill(0, this.length, this.length + count);
    this.length += count;
  }

  appendBytes(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.copy(source, start, end);
  }

  /** Appends the bytes `[start, end)` as a String. */
  appendString(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start + MAX_LENGTH_BYTES);
    this.appendLength(end - start);
    this.copy(source, start, end);
  }

  /** Reserves room for this many more bytes. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) this.grow(this.length + count);
  }

  private copy(source: Uint8Array, start: number, end: number): void {
    const { bytes } = this;
    let to = this.length;
    this.length = to + end - start;
    if (end - start > MAX_LOOP_BYTES) {
      bytes.set(source.subarray(start, end), to);
      return;
    }
    for (let from = start; from < end; from++) bytes[to++] = source[from]!;
  }

  private appendLength(length: number): void {
    let at = this.length;
    let rest = length;
    while (rest >= 0x80) {
      this.bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[at++] = rest;
    this.length = at;
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, needed));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}
