import { Decoder } from '@toondepauw/node-zstd';
import { compressSync, uncompressSync } from 'lz4-napi';
import { Transform } from 'node:stream';
import { cityHash128 } from './city-hash.js';
import { CANNOT_READ_ALL_DATA, NOT_IMPLEMENTED, ServerError } from './server-error.js';

/**
 * ClickHouse's own framing, block after block: checksum (16 bytes), method (1), size of method, sizes and data (4), plain
 * size (4), data.
 */
const CHECKSUM = 16;
const HEAD = CHECKSUM + 9;
const SIZE_AT = CHECKSUM + 1;
const PLAIN_SIZE_AT = CHECKSUM + 5;
const METHODS = { none: 0x02, lz4: 0x82, zstd: 0x90 } as const;

/** Uncompressed bytes per block of an answer. The server uses about as many. */
const ANSWER_BLOCK_BYTES = 65_536;

/** The LZ4 library puts the uncompressed size before the data, which is also its place in a block. */
const LZ4_AT = PLAIN_SIZE_AT;

/** The largest uncompressed size that a block may claim. The server's own blocks are 1 MiB. */
const MAX_BLOCK_BYTES = 256 * 1_048_576;

/** Decompresses a body (`decompress=1`). Ignores its checksums, because TCP has one. */
export function decompressBlocks(): Transform {
  let pending: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
        for (let end = blockEnd(pending); pending.length >= end; end = blockEnd(pending)) {
          this.push(plain(pending.subarray(0, end)));
          pending = pending.subarray(end);
        }
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      done(
        pending.length === 0
          ? null
          : new ServerError(CANNOT_READ_ALL_DATA, 'Cannot read all data. (CANNOT_READ_ALL_DATA)'),
      );
    },
  });
}

/** Compresses an answer (`compress=1`) with LZ4, because the Java client reads no other method. */
export function compressBlocks(plain: Uint8Array): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < plain.length; at += ANSWER_BLOCK_BYTES) {
    const data = compressSync(Buffer.from(plain.subarray(at, at + ANSWER_BLOCK_BYTES)));
    const sized = Buffer.alloc(5);
    sized.writeUInt8(METHODS.lz4, 0);
    sized.writeUInt32LE(sized.length + data.length, 1);
    const hashed = Buffer.concat([sized, data]);
    blocks.push(cityHash128(hashed), hashed);
  }
  return Buffer.concat(blocks);
}

/** Where the first block ends. While its head is incomplete, a place after the end of the data. */
function blockEnd(bytes: Buffer): number {
  return bytes.length < HEAD ? Infinity : CHECKSUM + bytes.readUInt32LE(SIZE_AT);
}

function plain(block: Buffer): Buffer {
  const method = block[CHECKSUM];
  if (block.readUInt32LE(PLAIN_SIZE_AT) > MAX_BLOCK_BYTES) {
    throw new ServerError(
      CANNOT_READ_ALL_DATA,
      'Too large size of a compressed block. (CANNOT_READ_ALL_DATA)',
    );
  }
  if (method === METHODS.lz4) return uncompressSync(block.subarray(LZ4_AT));
  if (method === METHODS.zstd) return new Decoder().decodeSync(block.subarray(HEAD));
  if (method === METHODS.none) return block.subarray(HEAD);
  const message = `Unknown codec ${method} of a compressed block. (NOT_IMPLEMENTED)`;
  throw new ServerError(NOT_IMPLEMENTED, message);
}
