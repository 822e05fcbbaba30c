import { Buffer } from 'node:buffer';
import type { RecordSource } from '../../domain/ports/record-source.js';
import type { RecordHeader, RecordRun } from '../../domain/records/record-run.js';
import { newestRanges } from './newest-ranges.js';

/** The most bytes of values and keys that a sample keeps in memory. */
const MAX_BYTES = 64 * 1_024 * 1_024;

/** A copy of a record, in the form that the testing kit takes. */
export interface SampledRecord {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly headers: readonly RecordHeader[];
  readonly value: Buffer | null;
}

export interface Sample {
  readonly topic: string;
  readonly partitions: number;
  /** By partition and offset. */
  readonly records: readonly SampledRecord[];
  /** Bytes of values and keys. */
  readonly bytes: number;
  /** The sample would have been larger than this process keeps. */
  readonly isCut: boolean;
}

/** Reads the newest records of a topic. Joins no group and commits nothing. */
export async function readSample(
  source: RecordSource,
  { topic, count, signal }: { topic: string; count: number; signal: AbortSignal },
): Promise<Sample> {
  const { partitions } = await source.offsets(topic);
  const records: SampledRecord[] = [];
  const ranges = newestRanges(partitions, count);
  let bytes = 0;
  for await (const fetched of source.read(topic, ranges, signal)) {
    await fetched.open();
    for (const run of fetched.runs()) {
      for (let index = 0; index < run.count && bytes < MAX_BYTES; index++) {
        const record = copied(run, index);
        bytes += (record.value?.length ?? 0) + (record.key?.length ?? 0);
        records.push(record);
      }
    }
    if (bytes >= MAX_BYTES) break;
  }
  const isCut = bytes >= MAX_BYTES;
  return { topic, partitions: partitions.length, records, bytes, isCut };
}

function copied(run: RecordRun, index: number): SampledRecord {
  const slice = (start = -1, end = -1) =>
    start < 0 ? null : Buffer.from(run.bytes.subarray(start, end));
  return {
    partition: run.partition,
    offset: run.offsets[index] ?? -1,
    timestamp: run.timestamps[index] ?? -1,
    key: slice(run.keyStarts[index], run.keyEnds[index]),
    headers: run.headers(index),
    value: slice(run.valueStarts[index], run.valueEnds[index]),
  };
}
