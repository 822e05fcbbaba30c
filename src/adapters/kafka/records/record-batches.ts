import type { Buffer } from 'node:buffer';
import type { RecordRun } from '../../../domain/records/record-run.js';
import { RecordsCorrupt } from '../protocol/errors.js';
import { type BatchHeader, corrupt, producerIdOf } from './batch-header.js';
import { type Expand, ExpandsTooFar } from './codecs.js';
import { MAX_RUN_BYTES, MAX_RUN_RECORDS, type RunColumns } from './run-columns.js';
import { VarintReader } from './varint.js';
import type { AbortedTransaction } from '../protocol/fetch.js';

/** Whole batches of one fetch, and the range of offsets to read. */
export interface BatchesToRead {
  /** Names topic and partition in errors. */
  readonly where: string;
  readonly bytes: Buffer;
  readonly batches: readonly BatchHeader[];
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly aborted: AbortedProducers;
}

/** A batch with its records expanded, and how far they have been read. */
interface OpenBatch {
  readonly header: BatchHeader;
  readonly bytes: Buffer;
  readonly end: number;
  at: number;
  left: number;
  lastOffset: number;
}

const ABORT = 0;

/** The committed records within `[first, end)`, in runs that share their columns. */
export function* recordRuns(
  read: BatchesToRead,
  columns: RunColumns,
  expand: Expand,
): Generator<RecordRun> {
  columns.count = 0;
  for (const header of read.batches) {
    if (isLeftOut(header, read)) continue;
    // Whatever was expanded before may lie in the memory that the next batch is expanded into.
    const goesOn = header.codec === 0 && columns.bytes === read.bytes;
    if (columns.count > 0 && !goesOn) {
      yield columns;
      columns.count = 0;
    }
    const batch = openBatch(header, read, expand);
    columns.bytes = batch.bytes;
    while (batch.left > 0) {
      if (columns.count === MAX_RUN_RECORDS) {
        yield columns;
        columns.count = 0;
      }
      fill(columns, batch, read);
      if (batch.left > 0 && columns.count > 0) {
        yield columns;
        columns.count = 0;
      }
    }
  }
  if (columns.count > 0) yield columns;
}

/** The batches whose records are read. Control batches and aborted ones are excluded, and must not be expanded. */
export function batchesRead(read: BatchesToRead): readonly BatchHeader[] {
  return read.batches.filter((header) => !isLeftOut(header, read));
}

/** Tracks transactions: a batch belongs to one producer, and all of it to one transaction. */
function isLeftOut(header: BatchHeader, { aborted, bytes, first }: BatchesToRead): boolean {
  const { isControl, isTransactional, lastOffset } = header;
  if (isControl || isTransactional) {
    aborted.advance(lastOffset);
    const producerId = producerIdOf(bytes, header);
    if (isControl) {
      if (isAbortMarker(bytes, header)) aborted.end(producerId);
      return true;
    }
    if (aborted.has(producerId)) return true;
  }
  return header.count === 0 || lastOffset < first;
}

/** The key of a control record says how a transaction ends: a version and a type, 16 bits each. */
function isAbortMarker(bytes: Buffer, { recordsStart, end, count }: BatchHeader): boolean {
  if (count === 0) return false;
  const reader = new VarintReader(bytes, recordsStart);
  reader.varint();
  reader.skip(1);
  reader.varlong();
  reader.varint();
  const key = reader.skip(reader.varint());
  return key >= 0 && key + 4 <= end && bytes.readInt16BE(key + 2) === ABORT;
}

function openBatch(header: BatchHeader, read: BatchesToRead, expand: Expand): OpenBatch {
  const { codec, recordsStart, end, count, baseOffset } = header;
  const open = { header, left: count, lastOffset: baseOffset - 1 };
  if (codec === 0) return { ...open, bytes: read.bytes, at: recordsStart, end };
  try {
    const bytes = expand(codec, read.bytes.subarray(recordsStart, end));
    return { ...open, bytes, at: 0, end: bytes.length };
  } catch (error) {
    throw notExpanded(error, read.where, header);
  }
}

/** Why the records of a batch could not be expanded, with its place. */
export function notExpanded(error: unknown, where: string, { baseOffset }: BatchHeader): Error {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof ExpandsTooFar) {
    return new RecordsCorrupt(`the batch at offset ${baseOffset} of ${where}: ${reason}`);
  }
  return corrupt(where, baseOffset, `its records can't be expanded (${reason})`);
}

/** Decodes records until the batch, the range or the columns end. */
function fill(columns: RunColumns, batch: OpenBatch, { first, end, where }: BatchesToRead): void {
  const { header, end: limit } = batch;
  const { baseOffset, baseTimestamp, isLogAppendTime, maxTimestamp } = header;
  const { offsets, timestamps, valueStarts, valueEnds, keyStarts, keyEnds } = columns;
  const { headersStarts, recordEnds } = columns;
  const reader = new VarintReader(batch.bytes, batch.at);
  let { left, lastOffset } = batch;
  let { count } = columns;
  const stopAt = batch.at + MAX_RUN_BYTES;
  for (; left > 0 && count < MAX_RUN_RECORDS && reader.at < stopAt; left--) {
    const length = reader.varint();
    const recordEnd = reader.at + length;
    reader.skip(1);
    const timestamp = baseTimestamp + reader.varlong();
    const offset = baseOffset + reader.varint();
    const keyStart = reader.skip(reader.varint());
    const keyEnd = keyStart < 0 ? -1 : reader.at;
    const valueStart = reader.skip(reader.varint());
    // At least the count of headers follows the value.
    const isWithin = reader.at < recordEnd && recordEnd <= limit;
    if (!isWithin || offset <= lastOffset || offset > header.lastOffset) {
      throw corrupt(where, baseOffset, 'the lengths of a record do not match its bytes');
    }
    if (offset >= end) {
      left = 0;
      break;
    }
    lastOffset = offset;
    offsets[count] = offset;
    timestamps[count] = isLogAppendTime ? maxTimestamp : timestamp;
    keyStarts[count] = keyStart;
    keyEnds[count] = keyEnd;
    valueStarts[count] = valueStart;
    valueEnds[count] = valueStart < 0 ? -1 : reader.at;
    headersStarts[count] = reader.at;
    recordEnds[count] = recordEnd;
    if (offset >= first) count += 1;
    reader.at = recordEnd;
    if (left === 1 && recordEnd !== limit) {
      throw corrupt(where, baseOffset, 'it is longer than its records');
    }
  }
  columns.count = count;
  batch.at = reader.at;
  batch.left = left;
  batch.lastOffset = lastOffset;
}

/** Tracks, while batches pass in offset order, which producers are in a transaction that will be aborted. */
export class AbortedProducers {
  /** Sorted by first offset. The broker's list is sorted by the ends of transactions. */
  readonly #ahead: readonly AbortedTransaction[];
  readonly #active = new Set<bigint>();
  #next = 0;

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Activates every transaction that begins up to `offset`: several may begin before one ends. */
  advance(offset: number): void {
    for (;;) {
      const next = this.#ahead[this.#next];
      if (next === undefined || next.firstOffset > offset) return;
      this.#active.add(next.producerId);
      this.#next += 1;
    }
  }

  has(producerId: bigint): boolean {
    return this.#active.has(producerId);
  }

  end(producerId: bigint): void {
    this.#active.delete(producerId);
  }
}
