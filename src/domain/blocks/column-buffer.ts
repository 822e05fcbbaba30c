import { Buffer } from 'node:buffer';

/** First size of a buffer. Buffers grow by doubling, and the pool keeps them, so few blocks have to grow one. */
const FIRST_BYTES = 64 * 1_024;

/** Up to this length, a loop over words copies faster than a native call (measured). */
const MAX_LOOP_BYTES = 128;

/** Most bytes of an encoded length below 2^31, with seven bits in each byte. */
const MAX_LENGTH_BYTES = 5;

/** Most bytes that free buffers keep in total: the columns of three or four blocks at the default limits. */
const MAX_KEPT_BYTES = 256 * 1_024 * 1_024;

/** Bytes to copy from, and a view of the same bytes that reads four of them at once. */
export interface ByteSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function byteSource(bytes: Uint8Array): ByteSource {
  return { bytes, view: viewOf(bytes) };
}

/** The values of one column in ClickHouse's `Native` format, one after the other. */
export class ColumnBuffer {
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private view = viewOf(this.bytes);
  private length = 0;

  get capacity(): number {
    return this.bytes.length;
  }

  clear(): void {
    this.length = 0;
  }

  /** The appended bytes, without a copy. They are valid until the buffer is cleared. */
  appended(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** Appends the bytes `[start, end)` as a String. */
  appendSpan({ bytes: source, view }: ByteSource, start: number, end: number): void {
    const size = end - start;
    let at = this.appendLength(size);
    this.length = at + size;
    const { bytes } = this;
    if (size > MAX_LOOP_BYTES) {
      bytes.set(source.subarray(start, end), at);
      return;
    }
    let from = start;
    for (const last = end - 4; from <= last; from += 4, at += 4) {
      this.view.setInt32(at, view.getInt32(from));
    }
    while (from < end) bytes[at++] = source[from++]!;
  }

  appendText(text: string): void {
    const size = Buffer.byteLength(text);
    const at = this.appendLength(size);
    this.length = at + this.bytes.write(text, at, size);
  }

  /** Appends values that are already encoded. */
  appendBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Appends a UInt32, or a DateTime in seconds. */
  appendUInt32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  private appendUInt64(value: number): void {
    this.appendUInt64Range(value, value + 1);
  }

  /** Appends a UInt64 for each whole number in `[first, end)`. */
  appendUInt64Range(first: number, end: number): void {
    this.reserve((end - first) * 8);
    const { view } = this;
    let at = this.length;
    for (let value = first; value < end; value++, at += 8) {
      // The shift takes the low 32 bits of any whole number that JavaScript represents exactly.
      view.setUint32(at, value >>> 0, true);
      view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
    }
    this.length = at;
  }

  /**
   * Appends a whole `LowCardinality(String)` column with one value. Its layout in `Native`: version, flags (its own keys,
   * one-byte indexes), number of keys, keys, number of rows, indexes.
   */
  appendDictionaryOf(text: string, rows: number): void {
    if (rows === 0) return;
    this.appendUInt64(1);
    this.appendUInt64(0x200);
    this.appendUInt64(1);
    this.appendText(text);
    this.appendUInt64(rows);
    this.reserve(rows);
    this.bytes.fill(0, this.length, this.length + rows);
    this.length += rows;
  }

  appendRepeatedUInt32(value: number, times: number): void {
    if (times === 0) return;
    const start = this.length;
    this.appendUInt32(value);
    this.repeatFrom(start, times);
  }

  /** Repeats the bytes from `start` on, so that they are there `times` times. */
  private repeatFrom(start: number, times: number): void {
    const once = this.bytes.subarray(start, this.length);
    const end = start + once.length * times;
    this.reserve(end - this.length);
    this.bytes.fill(once, this.length, end);
    this.length = end;
  }

  /** Reserves room for a String and writes its length. Returns the position of its first byte. */
  private appendLength(size: number): number {
    this.reserve(size + MAX_LENGTH_BYTES);
    let at = this.length;
    let rest = size;
    while (rest >= 0x80) {
      this.bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[at++] = rest;
    return at;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes > this.bytes.length) this.grow(this.length + bytes);
  }

  private grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, least));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

/** Keeps grown buffers for the next blocks, by column, because columns have very different sizes. */
export interface ColumnPool {
  /** An empty buffer. It belongs to the caller until it is given back. */
  take(column: string): ColumnBuffer;
  giveBack(column: string, buffer: ColumnBuffer): void;
}

export function createColumnPool(maxKeptBytes = MAX_KEPT_BYTES): ColumnPool {
  const free = new Map<string, ColumnBuffer[]>();
  let keptBytes = 0;
  return {
    take(column) {
      const buffer = free.get(column)?.pop();
      keptBytes -= buffer?.capacity ?? 0;
      return buffer ?? new ColumnBuffer();
    },
    giveBack(column, buffer) {
      if (keptBytes + buffer.capacity > maxKeptBytes) return;
      const kept = free.get(column) ?? [];
      buffer.clear();
      kept.push(buffer);
      free.set(column, kept);
      keptBytes += buffer.capacity;
    },
  };
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}
