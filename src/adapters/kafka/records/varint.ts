/**
 * Reads the variable-length numbers of records. It does not check bounds: bytes after the end count as zeros, and a number that
 * does not end moves the position to infinity. Comparing the position with the end once per record detects both.
 */
export class VarintReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Zigzag-coded, up to 32 bits. */
  varint(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.at++]!;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let raw = byte & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      byte = bytes[this.at++]!;
      raw |= (byte & 0x7f) << shift;
      if (!(byte > 0x7f)) return (raw >>> 1) ^ -(raw & 1);
    }
    this.at = Number.POSITIVE_INFINITY;
    return 0;
  }

  /** Zigzag-coded, up to 64 bits; exact up to 2^53. */
  varlong(): number {
    const start = this.at;
    for (let size = 1; size < 5; size++) {
      if (this.#bytes[start + size - 1]! > 0x7f) continue;
      // Below 2^28 this is the same number, and integers are faster.
      return this.varint();
    }
    // The lowest bit is the sign. It is read first, because large numbers lose it.
    let byte = this.#bytes[this.at++]!;
    const isNegative = (byte & 1) === 1;
    let magnitude = (byte & 0x7f) >> 1;
    for (let size = 1, scale = 64; size < 10; size++, scale *= 128) {
      byte = this.#bytes[this.at++]!;
      magnitude += (byte & 0x7f) * scale;
      if (!(byte > 0x7f)) return isNegative ? -magnitude - 1 : magnitude;
    }
    this.at = Number.POSITIVE_INFINITY;
    return 0;
  }

  /** Moves past `length` bytes and returns their start. A negative length means null: returns -1 and does not move. */
  skip(length: number): number {
    if (length < 0) return -1;
    const start = this.at;
    this.at += length;
    return start;
  }
}
