import { Decoder } from '@toondepauw/node-zstd';
import { decompressFrame } from 'lz4-napi';
import { Buffer } from 'node:buffer';
import { setImmediate as turn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { uncompress } from 'snappy';
import { ExpandsTooFar, GZIP, LZ4, SNAPPY, snappyBlocks, uncompressBlock, ZSTD } from './codecs.js';
import { lz4Bound, snappyBound, zstdBound } from './compressed-frames.js';

/**
 * Batches that expand to more are expanded outside of the event loop. One MiB takes some milliseconds, and even on a machine that
 * is ten times slower only a hundredth of the heartbeat timeout. For less, the detour costs more than it saves.
 */
export const LARGE_BYTES = 1_024 * 1_024;

/**
 * Gzip only states its expanded size modulo 4 GiB, and that may be wrong. Data can't expand to more than 1,032 times its size, so
 * a batch that is taken to be small expands to 129 MiB at most.
 */
const GZIP_SMALL_BYTES = 128 * 1_024;
const GZIP_RATIO_MAX = 1_032;
const GZIP_TRAILER_BYTES = 4;
const GZIP_CHUNK_BYTES = 1_024 * 1_024;

/** The largest size that the records of a batch can expand to, as far as its bytes show; for gzip, the size that they state. */
export function expandedBound(codec: number, bytes: Buffer): number {
  try {
    return boundOf(codec, bytes);
  } catch (error) {
    // Truncated frames are reported, with their offset, when their records are read.
    if (error instanceof RangeError) return 0;
    throw error;
  }
}

function boundOf(codec: number, bytes: Buffer): number {
  switch (codec) {
    case GZIP:
      return gzipTold(bytes);
    case SNAPPY:
      return snappyBlocks(bytes).reduce((sum, block) => sum + snappyBound(block), 0);
    case LZ4:
      return lz4Bound(bytes);
    case ZSTD:
      return zstdBound(bytes);
    default:
      throw new RangeError(`codec ${codec} is unknown`);
  }
}

/** The size that the trailer states, limited to what is possible. */
function gzipTold(bytes: Buffer): number {
  if (bytes.length < GZIP_TRAILER_BYTES) return 0;
  const told = bytes.readUInt32LE(bytes.length - GZIP_TRAILER_BYTES);
  return Math.min(told, bytes.length * GZIP_RATIO_MAX);
}

export function isLarge(codec: number, bytes: Buffer): boolean {
  if (codec === 0) return false;
  if (codec === GZIP && bytes.length > GZIP_SMALL_BYTES) return true;
  return expandedBound(codec, bytes) > LARGE_BYTES;
}

/**
 * Expands one batch without blocking the event loop: codecs work in threads of their own, and small pieces are interleaved.
 * Throws `ExpandsTooFar` beyond `maxBytes`, and a codec's own error for bytes that don't have its format.
 */
export async function expandLarge(codec: number, bytes: Buffer, maxBytes: number): Promise<Buffer> {
  const bound = boundOf(codec, bytes);
  if (codec !== GZIP && bound > maxBytes) throw new ExpandsTooFar(maxBytes);
  switch (codec) {
    case GZIP:
      return gunzipLarge(bytes, bound, maxBytes);
    case SNAPPY:
      return uncompressLarge(bytes, bound);
    case LZ4:
      return decompressFrame(bytes);
    case ZSTD:
      return new Decoder().decode(bytes);
    default:
      throw new RangeError(`codec ${codec} is unknown`);
  }
}

/** Expands into memory of the size that the trailer states, and takes more if that is too little. */
async function gunzipLarge(bytes: Buffer, told: number, maxBytes: number): Promise<Buffer> {
  let target = Buffer.allocUnsafeSlow(Math.min(told, maxBytes));
  let size = 0;
  const gunzip = createGunzip({ chunkSize: GZIP_CHUNK_BYTES });
  gunzip.end(bytes);
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    const needed = size + chunk.length;
    // Leaving the loop destroys the stream.
    if (needed > maxBytes) throw new ExpandsTooFar(maxBytes);
    if (needed > target.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(maxBytes, 2 * needed));
      target.copy(larger, 0, 0, size);
      target = larger;
    }
    size += chunk.copy(target, size);
  }
  return target.subarray(0, size);
}

async function uncompressLarge(bytes: Buffer, bound: number): Promise<Buffer> {
  const blocks = snappyBlocks(bytes);
  const [only] = blocks;
  if (blocks.length === 1 && only !== undefined) return (await uncompress(only)) as Buffer;
  const target = Buffer.allocUnsafeSlow(bound);
  let at = 0;
  let turnedAt = 0;
  for (const block of blocks) {
    const isBig = snappyBound(block) > LARGE_BYTES;
    const expanded = isBig ? ((await uncompress(block)) as Buffer) : uncompressBlock(block);
    at += expanded.copy(target, at);
    if (at - turnedAt < LARGE_BYTES) continue;
    turnedAt = at;
    await turn();
  }
  return target.subarray(0, at);
}
