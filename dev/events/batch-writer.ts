import { crc32c } from '@node-rs/crc32';
import { type Codec, codecId, compress } from './compress.js';

/** Bytes of a batch's header, and the most bytes before a record's value. */
const HEADER_BYTES = 61;
const RECORD_HEAD_BYTES = 24;

/** With its default of `message.max.bytes`, Kafka refuses a larger batch. */
const MAX_BATCH_BYTES = 1_000_000;

/** Writes record batches (magic 2) one after the other into the same buffer. Records have no key and no headers. */
export interface BatchWriter {
  readonly records: number;
  /** False if the batch is full: call `finish` first. */
  hasRoom(valueBytes: number): boolean;
  /** Makes room for a value and returns its place in `bytes`. Null adds a record without a value. */
  add(valueBytes: number | null): number;
  readonly bytes: Buffer;
  /** Returns the batch. It is valid until the next `add`, which begins another one. All its records have this time. */
  finish(timestampMs: number): Buffer;
}

export function createBatchWriter(codec: Codec): BatchWriter {
  const bytes = Buffer.alloc(HEADER_BYTES + MAX_BATCH_BYTES);
  let end = HEADER_BYTES;
  let records = 0;

  /** Zigzag encoding, seven bits per byte, lowest bits first. For -1 and numbers from 0. */
  const varint = (value: number) => {
    let rest = value < 0 ? 1 : value * 2;
    for (; rest > 0x7f; rest >>>= 7) bytes[end++] = (rest & 0x7f) | 0x80;
    bytes[end++] = rest;
  };

  return {
    bytes,
    get records() {
      return records;
    },
    hasRoom: (valueBytes) => end + RECORD_HEAD_BYTES + valueBytes <= bytes.length,
    add(valueBytes) {
      const stored = valueBytes ?? 0;
      const valueHead = varintBytes(valueBytes ?? -1);
      // Attributes, time, key length and header count need one byte each.
      varint(4 + varintBytes(records) + valueHead + stored);
      varint(0);
      varint(0);
      varint(records);
      varint(-1);
      varint(valueBytes ?? -1);
      const at = end;
      end += stored;
      varint(0);
      records += 1;
      return at;
    },
    finish(timestampMs) {
      const body = compress(codec, bytes.subarray(HEADER_BYTES, end));
      const batch =
        codec === 'none' ? bytes.subarray(0, end) : Buffer.alloc(HEADER_BYTES + body.length);
      if (codec !== 'none') body.copy(batch, HEADER_BYTES);
      writeHeader(batch, { codec, records, timestampMs });
      end = HEADER_BYTES;
      records = 0;
      return batch;
    },
  };
}

function varintBytes(value: number): number {
  const zigzag = value < 0 ? 1 : value * 2;
  return zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x20_0000 ? 3 : 4;
}

function writeHeader(
  batch: Buffer,
  about: { readonly codec: Codec; readonly records: number; readonly timestampMs: number },
): void {
  const { records } = about;
  // The broker sets the first offset and the leader epoch.
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(-1, 12);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(codecId(about.codec), 21);
  batch.writeInt32BE(records - 1, 23);
  batch.writeBigInt64BE(BigInt(about.timestampMs), 27);
  batch.writeBigInt64BE(BigInt(about.timestampMs), 35);
  // No producer id, epoch and sequence: not idempotent, not transactional.
  batch.writeBigInt64BE(-1n, 43);
  batch.writeInt16BE(-1, 51);
  batch.writeInt32BE(-1, 53);
  batch.writeInt32BE(records, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
}
