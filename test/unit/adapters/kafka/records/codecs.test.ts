// Promise: each codec's frames are read in all the forms that producers write, and none is decompressed beyond the limit.
// Checked on frames of real encoders and on ones made by hand from the formats' descriptions.
import { expect, test } from 'vitest';
import { createExpander } from '../../../../../src/adapters/kafka/records/codecs.js';
import { decodeRecords } from '../../../../support/kafka-decode.js';
import {
  CODEC_NAMES,
  compress,
  encodeBatch,
  framedSnappy,
} from '../../../../support/kafka-record-sets.js';

const [GZIP, SNAPPY, LZ4, ZSTD] = [1, 2, 3, 4];
const MOST = 1_000_000;
const expand = createExpander(MOST);
const TEXT = Buffer.from('the same words again and again, '.repeat(8_000));

test('compressed data is decompressed unchanged', () => {
  for (const codec of CODEC_NAMES.slice(1)) {
    expect(expand(CODEC_NAMES.indexOf(codec), compress(codec, TEXT)).equals(TEXT)).toBe(true);
  }
});

test("Java's framed Snappy is read, in one block, several blocks and concatenated streams", () => {
  const [a, b] = [TEXT.subarray(0, 40_000), Buffer.from('end')];
  expect(expand(SNAPPY, framedSnappy([b])).toString()).toBe('end');
  expect(expand(SNAPPY, framedSnappy([a])).equals(a)).toBe(true);
  expect(expand(SNAPPY, framedSnappy([a, b])).equals(Buffer.concat([a, b]))).toBe(true);
  // The memory of the larger one is reused.
  expect(expand(SNAPPY, framedSnappy([b, b])).toString()).toBe('endend');
});

test('LZ4 blocks may refer to the block before', () => {
  // Frame without checksums; 64 KiB blocks, dependent. The second block copies 11 bytes from the first.
  const frame = Buffer.from([
    ...[0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0],
    ...[0x0d, 0, 0, 0, 0xc0, ...Buffer.from('hello world!')],
    ...[0x0a, 0, 0, 0, 0x07, 0x0c, 0x00, 0x60, ...Buffer.from('again!')],
    ...[0, 0, 0, 0],
  ]);
  expect(expand(LZ4, frame).toString()).toBe('hello world!hello worldagain!');
});

test('LZ4 blocks may be uncompressed', () => {
  const noise = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7_919) % 251));
  expect(expand(LZ4, compress('lz4', noise)).equals(noise)).toBe(true);
});

test('Zstandard frames may omit their size, repeat a byte, and follow each other', () => {
  // A raw block of 5 bytes, then a last one that repeats 'z' 3 times; a window, no content size, no checksum.
  const frame = Buffer.from([
    ...[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58],
    ...[5 << 3, 0, 0, ...Buffer.from('hello')],
    ...[(3 << 3) | (1 << 1) | 1, 0, 0, 0x7a],
  ]);
  expect(expand(ZSTD, frame).toString()).toBe('hellozzz');
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);
  const several = Buffer.concat([frame, skippable, compress('zstd', TEXT), frame]);
  expect(expand(ZSTD, several).toString()).toBe(`hellozzz${TEXT.toString()}hellozzz`);
});

test('nothing is decompressed beyond the limit, and the message says so', () => {
  for (const [codec, filling] of CODEC_NAMES.slice(1).flatMap((name) => [
    [name, '\0'] as const,
    [name, 'the same words again and again, '] as const,
  ])) {
    const compressed = compress(codec, Buffer.alloc(20 * MOST, filling));
    expect(compressed.length).toBeLessThan(MOST + 1);
    expect(() => expand(CODEC_NAMES.indexOf(codec), compressed)).toThrow(
      /more than 1,000,000 bytes/,
    );
    const batch = encodeBatch({ records: [{ offset: 9 }], codec, compressed });
    expect(() => decodeRecords(batch, { maxBytes: MOST })).toThrow(
      /offset 9 of partition 3 of topic "t".*more than 1,000,000 bytes/,
    );
  }
});

test('a frame that declares too small a size is not decompressed beyond the limit either', () => {
  // Zstandard: 100 blocks that repeat a byte 128 Ki times, in a frame that says it holds 1 byte.
  const size = 128 * 1_024;
  const block = (last: number) => {
    const head = Buffer.alloc(3);
    head.writeUIntLE((size << 3) | (1 << 1) | last, 0, 3);
    return Buffer.concat([head, Buffer.from([0x61])]);
  };
  const blocks = Array.from({ length: 100 }, (_, index) => block(index === 99 ? 1 : 0));
  const start = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x01]);
  expect(() => expand(ZSTD, Buffer.concat([start, ...blocks]))).toThrow(/more than/);
  // LZ4: a content size of 2^60 in front of an empty frame asks for no memory.
  const lz4 = Buffer.from('04224d1868400000000000001000'.concat('00', '00000000'), 'hex');
  expect(() => expand(LZ4, lz4)).toThrow();
  // Snappy: a length of 4 GiB in front of nothing.
  expect(() => expand(SNAPPY, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]))).toThrow(/more than/);
});

test('truncated frames are errors', () => {
  for (const [codec, name] of CODEC_NAMES.entries()) {
    if (codec === 0) continue;
    const frame = compress(name, TEXT);
    for (const size of [0, 1, 5, 20, frame.length - 1]) {
      expect(() => expand(codec, frame.subarray(0, size))).toThrow();
    }
  }
});

test('an unknown codec is named', () => {
  const bytes = encodeBatch({ records: [{ offset: 9 }] });
  bytes[22] = 5;
  expect(() => expand(5, bytes)).toThrow(/codec 5/);
  expect(GZIP).toBe(1);
});
