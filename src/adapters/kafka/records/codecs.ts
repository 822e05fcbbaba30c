import { Decoder } from '@toondepauw/node-zstd';
import { decompressFrameSync } from 'lz4-napi';
import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { uncompressSync } from 'snappy';
import { lz4Bound, snappyBound, zstdBound } from './compressed-frames.js';
import { readableNumber } from '../../../domain/readable-units.js';

/** Expands the records of one batch. The result is valid until the next call. */
export type Expand = (codec: number, bytes: Buffer) => Buffer;

/** The records of a batch expand to more than this worker takes. */
export class ExpandsTooFar extends Error {
  override readonly name = 'ExpandsTooFar';

  constructor(maxBytes: number) {
    super(`it expands to more than ${readableNumber(maxBytes)} bytes, the limit of this worker`);
  }
}

/** As Kafka numbers them; 0 is none. */
export const GZIP = 1;
export const SNAPPY = 2;
export const LZ4 = 3;
export const ZSTD = 4;

/** Java's Snappy streams have a header, then blocks with their lengths in front (xerial's framing). Others are one bare block. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/** Creates an expander that checks sizes before it expands: no batch expands to more than `maxBytes`. It reuses its buffers. */
export function createExpander(maxBytes: number): Expand {
  const zstd = new Decoder();
  let scratch = Buffer.alloc(0);
  const within = (bound: number) => {
    if (bound > maxBytes) throw new ExpandsTooFar(maxBytes);
  };

  const snappy = (bytes: Buffer): Buffer => {
    const blocks = snappyBlocks(bytes);
    const total = blocks.reduce((sum, block) => sum + snappyBound(block), 0);
    within(total);
    if (blocks.length === 1) return blocks.map(uncompressBlock)[0] ?? scratch;
    if (scratch.length < total) scratch = Buffer.allocUnsafeSlow(total);
    let at = 0;
    for (const block of blocks) at += uncompressBlock(block).copy(scratch, at);
    return scratch.subarray(0, at);
  };

  return (codec, bytes) => {
    switch (codec) {
      case GZIP:
        return gunzip(bytes, maxBytes);
      case SNAPPY:
        return snappy(bytes);
      case LZ4:
        within(lz4Bound(bytes));
        return decompressFrameSync(bytes);
      case ZSTD:
        within(zstdBound(bytes));
        return zstd.decodeSync(bytes);
      default:
        throw new RangeError(`codec ${codec} is unknown`);
    }
  };
}

function gunzip(bytes: Buffer, maxBytes: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw new ExpandsTooFar(maxBytes);
    throw error;
  }
}

/** The blocks of a Snappy stream, or the one bare block. */
export function snappyBlocks(bytes: Buffer): Buffer[] {
  if (!isXerial(bytes, 0)) return [bytes];
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    // Streams may be laid end to end, each with a header.
    if (isXerial(bytes, at)) at += XERIAL_HEADER_BYTES;
    else {
      const start = at + 4;
      at = start + bytes.readInt32BE(at);
      if (at <= start || at > bytes.length)
        throw new RangeError('a Snappy block has a wrong length');
      blocks.push(bytes.subarray(start, at));
    }
  }
  return blocks;
}

function isXerial(bytes: Buffer, at: number): boolean {
  return bytes.subarray(at, at + XERIAL.length).equals(XERIAL);
}

export function uncompressBlock(block: Buffer): Buffer {
  return uncompressSync(block) as Buffer;
}
