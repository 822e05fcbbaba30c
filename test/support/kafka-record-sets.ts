import { Encoder as ZstdEncoder } from '@toondepauw/node-zstd';
import { compressFrameSync } from 'lz4-napi';
import { gzipSync } from 'node:zlib';
import { compressSync } from 'snappy';
import type { RecordHeader } from '../../src/domain/records/record-run.js';

/**
 * Writes record batches as producers and brokers do, and as they never would. It follows the format's description, not
 * the reader.
 */

export interface GivenRecord {
  readonly offset: number;
  readonly timestamp?: number;
  readonly key?: Buffer | null;
  readonly value?: Buffer | null;
  readonly headers?: readonly RecordHeader[];
}

export interface GivenBatch {
  readonly records: readonly GivenRecord[];
  /** The first record's offset, unless compaction removed it. */
  readonly baseOffset?: number;
  readonly lastOffset?: number;
  readonly codec?: CodecName;
  readonly producerId?: bigint;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
  /** If set, it is the time of every record. */
  readonly logAppendTime?: number | undefined;
  readonly magic?: number;
  /** 0 unless given. */
  readonly leaderEpoch?: number;
  /** Replaces the compressed records. */
  readonly compressed?: Buffer;
}

export const CODEC_NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type CodecName = (typeof CODEC_NAMES)[number];

const NO_PRODUCER = -1n;

export function encodeBatch(batch: GivenBatch): Buffer {
  const { records, codec = 'none', producerId = NO_PRODUCER } = batch;
  const baseOffset = batch.baseOffset ?? records[0]?.offset ?? 0;
  const lastOffset = batch.lastOffset ?? records.at(-1)?.offset ?? baseOffset;
  const baseTimestamp = records[0]?.timestamp ?? 0;
  const plain = Buffer.concat(
    records.map((record) => encodeRecord(record, baseOffset, baseTimestamp)),
  );
  // Most Snappy data is Java's, in blocks.
  const isFramed = codec === 'snappy' && plain.length % 2 === 0;
  const body = batch.compressed ?? (isFramed ? framedSnappy([plain]) : compress(codec, plain));
  const bytes = Buffer.alloc(61 + body.length);
  bytes.writeBigInt64BE(BigInt(baseOffset), 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt32BE(batch.leaderEpoch ?? 0, 12);
  bytes.writeInt8(batch.magic ?? 2, 16);
  bytes.writeInt16BE(attributesOf(batch, codec), 21);
  bytes.writeInt32BE(lastOffset - baseOffset, 23);
  bytes.writeBigInt64BE(BigInt(baseTimestamp), 27);
  const times = records.map(({ timestamp = 0 }) => timestamp);
  const maxTimestamp = batch.logAppendTime ?? times.reduce((a, b) => Math.max(a, b), baseTimestamp);
  bytes.writeBigInt64BE(BigInt(maxTimestamp), 35);
  bytes.writeBigInt64BE(producerId, 43);
  bytes.writeInt16BE(producerId === NO_PRODUCER ? -1 : 0, 51);
  bytes.writeInt32BE(producerId === NO_PRODUCER ? -1 : 0, 53);
  bytes.writeInt32BE(records.length, 57);
  body.copy(bytes, 61);
  return seal(bytes);
}

/** Rewrites the checksum, for a batch that was changed. */
export function seal(batch: Buffer): Buffer {
  batch.writeUInt32BE(slowCrc32c(batch.subarray(21)), 17);
  return batch;
}

/** The record that ends a transaction, in a batch of its own. */
export function controlBatch(end: {
  readonly offset: number;
  readonly producerId: bigint;
  readonly type: 'abort' | 'commit';
}): GivenBatch {
  const key = Buffer.from([0, 0, 0, end.type === 'abort' ? 0 : 1]);
  const records = [{ offset: end.offset, key, value: Buffer.alloc(6) }];
  return { records, producerId: end.producerId, isTransactional: true, isControl: true };
}

function attributesOf(batch: GivenBatch, codec: CodecName): number {
  const { isTransactional, isControl, logAppendTime } = batch;
  return (
    CODEC_NAMES.indexOf(codec) |
    (logAppendTime === undefined ? 0 : 0x08) |
    (isTransactional ? 0x10 : 0) |
    (isControl ? 0x20 : 0)
  );
}

function encodeRecord(record: GivenRecord, baseOffset: number, baseTimestamp: number): Buffer {
  const { offset, timestamp = 0, key = null, value = null, headers = [] } = record;
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(BigInt(timestamp - baseTimestamp)),
    varint(BigInt(offset - baseOffset)),
    nullable(key),
    nullable(value),
    varint(BigInt(headers.length)),
    ...headers.flatMap((header) => [nullable(Buffer.from(header.key)), nullable(header.value)]),
  ]);
  return Buffer.concat([varint(BigInt(body.length)), body]);
}

function nullable(bytes: Buffer | null): Buffer {
  return bytes === null ? varint(-1n) : Buffer.concat([varint(BigInt(bytes.length)), bytes]);
}

/** Zigzag encoding, then seven bits per byte, lowest first. */
export function varint(value: bigint): Buffer {
  let rest = value >= 0n ? value * 2n : -value * 2n - 1n;
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

export function compress(codec: CodecName, plain: Buffer): Buffer {
  switch (codec) {
    case 'none':
      return plain;
    case 'gzip':
      return gzipSync(plain);
    case 'snappy':
      return compressSync(plain);
    case 'lz4':
      return compressFrameSync(plain);
    case 'zstd':
      return new ZstdEncoder(1).encodeSync(plain);
  }
}

/** As Java's SnappyOutputStream writes it, in blocks of 64 bytes. Several streams are concatenated. */
export function framedSnappy(streams: readonly Buffer[]): Buffer {
  const header = Buffer.from('82534e4150505900'.concat('00000001', '00000001'), 'hex');
  return Buffer.concat(streams.flatMap((plain) => [header, ...snappyBlocks(plain)]));
}

function* snappyBlocks(plain: Buffer): Generator<Buffer> {
  for (let at = 0; at < plain.length; at += 64) {
    const compressed = compressSync(plain.subarray(at, at + 64));
    const length = Buffer.alloc(4);
    length.writeInt32BE(compressed.length);
    yield length;
    yield compressed;
  }
}

/** Bit by bit, as in the textbook. */
export function slowCrc32c(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  }
  return ~sum >>> 0;
}
