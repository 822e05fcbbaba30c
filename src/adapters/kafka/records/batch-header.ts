import { crc32c } from '@node-rs/crc32';
import type { Buffer } from 'node:buffer';
import { RecordsCorrupt } from '../protocol/errors.js';

/** The header of a record batch (magic 2). */
export interface BatchHeader {
  readonly baseOffset: number;
  /** Compaction keeps it even if it removes the last record: it shows up to which offset the batch reaches. */
  readonly lastOffset: number;
  /** Epoch of the leader that accepted the batch. */
  readonly leaderEpoch: number;
  readonly codec: number;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  /** Every record has the broker's time of arrival instead of its own. */
  readonly isLogAppendTime: boolean;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly count: number;
  /** Where the batch, its records and the next batch begin in the bytes of the fetch. */
  readonly start: number;
  readonly recordsStart: number;
  readonly end: number;
}

const LENGTH_AT = 8;
const LEADER_EPOCH_AT = 12;
const MAGIC_AT = 16;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const BASE_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_ID_AT = 43;
const COUNT_AT = 57;
const HEADER_BYTES = 61;
/** What the length field leaves out: itself and the base offset. */
const BEFORE_LENGTH = 12;

const CODEC = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/**
 * Reads the batch at `start` and verifies its checksum. Null if the bytes end before the batch does, which may happen to the last
 * batch of a fetch. `where` names topic and partition in errors.
 */
export function batchAt(bytes: Buffer, start: number, where: string): BatchHeader | null {
  if (bytes.length - start <= MAGIC_AT) return null;
  const baseOffset = int64(bytes, start);
  const magic = bytes.readInt8(start + MAGIC_AT);
  if (magic !== 2) throw oldFormat(magic, baseOffset, where);
  const length = bytes.readInt32BE(start + LENGTH_AT);
  const end = start + BEFORE_LENGTH + length;
  if (length < HEADER_BYTES - BEFORE_LENGTH)
    throw corrupt(where, baseOffset, 'its length is wrong');
  if (end > bytes.length) return null;

  const attributes = bytes.readInt16BE(start + ATTRIBUTES_AT);
  const header = {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(start + LAST_OFFSET_DELTA_AT),
    leaderEpoch: bytes.readInt32BE(start + LEADER_EPOCH_AT),
    codec: attributes & CODEC,
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    isLogAppendTime: (attributes & LOG_APPEND_TIME) !== 0,
    baseTimestamp: int64(bytes, start + BASE_TIMESTAMP_AT),
    maxTimestamp: int64(bytes, start + MAX_TIMESTAMP_AT),
    count: bytes.readInt32BE(start + COUNT_AT),
    start,
    recordsStart: start + HEADER_BYTES,
    end,
  };
  checkHeader(bytes, header, where);
  return header;
}

/** Only read for transactions, because a bigint is an object. */
export function producerIdOf(bytes: Buffer, { start }: BatchHeader): bigint {
  return bytes.readBigInt64BE(start + PRODUCER_ID_AT);
}

/** Exact up to 2^53, and without an object per number. */
function int64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}

/** The checksum covers all but the base offset, the length and the leader epoch, which the broker writes on arrival. */
function checkHeader(bytes: Buffer, header: BatchHeader, where: string): void {
  const { start, end, baseOffset } = header;
  const sum = bytes.readUInt32BE(start + CRC_AT);
  if (sum !== crc32c(bytes.subarray(start + ATTRIBUTES_AT, end))) {
    throw corrupt(where, baseOffset, 'its checksum does not match');
  }
  const isSound =
    baseOffset >= 0 &&
    header.lastOffset >= baseOffset &&
    Number.isSafeInteger(header.lastOffset) &&
    header.count >= 0;
  if (!isSound) throw corrupt(where, baseOffset, 'its offsets or its count are wrong');
}

export function corrupt(where: string, baseOffset: number, what: string): RecordsCorrupt {
  return new RecordsCorrupt(
    `the batch at offset ${baseOffset} of ${where} can't be read because ${what}: bytes were damaged in transit or in the log`,
  );
}

function oldFormat(magic: number, baseOffset: number, where: string): RecordsCorrupt {
  const found =
    magic === 0 || magic === 1
      ? `is in Kafka's old message format ${magic}, which Kafka 0.11 replaced and 4.0 no longer supports: copy the records to a topic on a newer broker`
      : `has the unknown format ${magic}`;
  return new RecordsCorrupt(`the batch at offset ${baseOffset} of ${where} ${found}`);
}
