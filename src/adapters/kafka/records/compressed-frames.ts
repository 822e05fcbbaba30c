import type { Buffer } from 'node:buffer';

/**
 * How many bytes compressed data can expand to at most, found by walking over its blocks without expanding them, because the
 * decoders have no limit of their own. Exact except for the last block of each frame, which may be shorter than its maximum.
 * Throws a `RangeError` if the data ends in the middle.
 */
export type ExpansionBound = (bytes: Buffer) => number;

const LZ4_MAGIC = 0x184d2204;
const LZ4_UNCOMPRESSED = 0x8000_0000;
/** One byte of an LZ4 sequence expands to 255 bytes at most. */
const LZ4_RATIO_MOST = 255;

export const lz4Bound: ExpansionBound = (bytes) => {
  if (bytes.readUInt32LE(0) !== LZ4_MAGIC) throw new RangeError('it is not an LZ4 frame');
  const flags = bytes.readUInt8(4);
  const maxBlockBytes = 1 << (8 + 2 * ((bytes.readUInt8(5) >> 4) & 0x07));
  const hasBlockChecksums = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let at = 4 + 2 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1;
  let bound = 0;
  for (;;) {
    const word = bytes.readUInt32LE(at);
    if (word === 0) return bound;
    const isPlain = word >= LZ4_UNCOMPRESSED;
    const size = isPlain ? word - LZ4_UNCOMPRESSED : word;
    bound += isPlain ? size : Math.min(maxBlockBytes, size * LZ4_RATIO_MOST);
    at += 4 + size + (hasBlockChecksums ? 4 : 0);
  }
};

const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_SKIPPABLE = 0x184d2a50;
const MAX_ZSTD_BLOCK_BYTES = 128 * 1_024;

export const zstdBound: ExpansionBound = (bytes) => {
  let bound = 0;
  let at = 0;
  while (at < bytes.length) {
    const magic = bytes.readUInt32LE(at);
    if ((magic & 0xffff_fff0) >>> 0 === ZSTD_SKIPPABLE) {
      at += 8 + bytes.readUInt32LE(at + 4);
      continue;
    }
    if (magic !== ZSTD_MAGIC) throw new RangeError('it is not a Zstandard frame');
    const frame = zstdFrame(bytes, at + 4);
    bound += frame.bound;
    at = frame.end;
  }
  return bound;
};

const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

/** One frame, from the byte after its magic number. */
function zstdFrame(bytes: Buffer, start: number): { readonly bound: number; readonly end: number } {
  const descriptor = bytes.readUInt8(start);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const contentSizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6] ?? 0;
  let at = start + 1;
  at += isSingleSegment ? 0 : 1;
  at += DICTIONARY_ID_BYTES[descriptor & 0x03] ?? 0;
  at += contentSizeBytes === 0 && isSingleSegment ? 1 : contentSizeBytes;
  let bound = 0;
  for (;;) {
    const block = bytes.readUIntLE(at, 3);
    const size = block >> 3;
    const type = (block >> 1) & 0x03;
    const isRepeated = type === 1;
    const isCompressed = type === 2;
    bound += isCompressed ? MAX_ZSTD_BLOCK_BYTES : size;
    at += 3 + (isRepeated ? 1 : size);
    if ((block & 1) === 1) return { bound, end: at + (hasChecksum ? 4 : 0) };
  }
}

/** A Snappy block begins with its expanded length. */
export const snappyBound: ExpansionBound = (bytes) => {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = bytes.readUInt8(at);
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return length;
  }
  throw new RangeError('it is not a Snappy block');
};
