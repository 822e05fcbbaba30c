// Promise: large batches are decompressed while the event loop keeps running, with the same result as small ones, never beyond
// the limit, and an invalid frame is an error. Checked on frames of real encoders. The turns of the event loop are counted, not
// timed.
import { gzipSync } from 'node:zlib';
import { compressSync } from 'snappy';
import { expect, test } from 'vitest';
import {
  expandedBound,
  expandLarge,
  isLarge,
  LARGE_BYTES,
} from '../../../../../src/adapters/kafka/records/large-batches.js';
import { CODEC_NAMES, compress, framedSnappy } from '../../../../support/kafka-record-sets.js';

const MEBIBYTE = 1_024 * 1_024;
const CODECS = CODEC_NAMES.flatMap((name, codec) => (codec === 0 ? [] : [[name, codec] as const]));
const SNAPPY = 2;

/** Compresses well, but not to one repeated byte in any codec. */
function text(bytes: number): Buffer {
  const unit = Buffer.from(
    Array.from({ length: 65_536 }, (_, index) => 32 + ((index * 7_919 + (index >> 5)) % 90)),
  );
  return Buffer.alloc(bytes, unit);
}

/** Java's framing, in blocks of 32 KiB as its producers write them. */
function javaSnappy(plain: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from('82534e41505059000000000100000001', 'hex')];
  for (let at = 0; at < plain.length; at += 32_768) {
    const block = compressSync(plain.subarray(at, at + 32_768));
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

async function turnsDuring<T>(work: Promise<T>): Promise<{ result: T; turns: number }> {
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const result = await work.finally(() => (isOver = true));
  return { result, turns };
}

const PLAIN = text(16 * MEBIBYTE);

test.each([
  ...CODECS.map(([name, codec]) => [name, codec, () => compress(name, PLAIN)] as const),
  ['Java’s snappy', SNAPPY, () => javaSnappy(PLAIN)] as const,
])('%s: a large batch does not block the event loop', async (_, codec, compressed) => {
  const bytes = compressed();
  expect(isLarge(codec, bytes)).toBe(true);
  const { result, turns } = await turnsDuring(expandLarge(codec, bytes, 64 * MEBIBYTE));
  expect(result.equals(PLAIN)).toBe(true);
  // None if it is decompressed at once. On a busy machine a codec's thread may finish before the loop turns again.
  expect(turns).toBeGreaterThanOrEqual(1);
});

test('a large batch in small blocks is decompressed in slices of a MiB', async () => {
  const { turns } = await turnsDuring(expandLarge(SNAPPY, javaSnappy(PLAIN), 64 * MEBIBYTE));
  expect(turns).toBeGreaterThanOrEqual(8);
});

test.each(CODECS)('%s: a small batch is not treated as large', (name, codec) => {
  expect(isLarge(codec, compress(name, text(100_000)))).toBe(false);
  expect(expandedBound(codec, compress(name, text(100_000)))).toBeGreaterThanOrEqual(100_000);
});

test.each(CODECS)('%s: nothing is decompressed beyond the limit', async (name, codec) => {
  const bomb = compress(name, Buffer.alloc(20 * MEBIBYTE));
  await expect(expandLarge(codec, bomb, 4 * MEBIBYTE)).rejects.toThrow(/more than 4,194,304 bytes/);
});

test('a gzip trailer with a wrong size has no effect', async () => {
  const lying = (told: number, plain: Buffer) => {
    const bytes = gzipSync(plain);
    bytes.writeUInt32LE(told, bytes.length - 4);
    return bytes;
  };
  // The decoder notices after the existing data.
  await expect(expandLarge(1, lying(1, text(2 * MEBIBYTE)), 4 * MEBIBYTE)).rejects.toThrow();
  await expect(expandLarge(1, lying(1, text(20 * MEBIBYTE)), 4 * MEBIBYTE)).rejects.toThrow(
    /more than/,
  );
  expect(expandedBound(1, lying(0xffff_ffff, text(1_000)))).toBeLessThan(LARGE_BYTES);
  // Several members are one stream, and only the last one's trailer is visible.
  const [long, short] = [text(3 * MEBIBYTE), Buffer.from('end')];
  const members = Buffer.concat([gzipSync(long), gzipSync(short)]);
  const expanded = await expandLarge(1, members, 4 * MEBIBYTE);
  expect(expanded.equals(Buffer.concat([long, short]))).toBe(true);
});

test('nested lengths beyond the input allocate no memory', async () => {
  const huge = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(huge.length);
  const header = Buffer.from('82534e41505059000000000100000001', 'hex');
  const frames = Buffer.concat([header, ...Array.from({ length: 9 }, () => [length, huge]).flat()]);
  expect(expandedBound(SNAPPY, frames)).toBeGreaterThan(2 ** 34);
  await expect(expandLarge(SNAPPY, frames, 64 * MEBIBYTE)).rejects.toThrow(/more than/);
});

test('truncated frames are errors, whatever they declared', async () => {
  for (const [name, codec] of CODECS) {
    const frame = compress(name, text(2 * MEBIBYTE));
    for (const size of [1, 5, 20, frame.length - 1]) {
      await expect(expandLarge(codec, frame.subarray(0, size), 4 * MEBIBYTE)).rejects.toThrow();
    }
  }
  const framed = framedSnappy([Buffer.alloc(200, 'x')]);
  await expect(expandLarge(SNAPPY, framed.subarray(0, -1), MEBIBYTE)).rejects.toThrow();
});
