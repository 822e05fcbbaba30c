import type { AbortedTransaction } from '../../src/adapters/kafka/protocol/fetch.js';
import { AbortedProducers, recordRuns } from '../../src/adapters/kafka/records/record-batches.js';
import { createExpander } from '../../src/adapters/kafka/records/codecs.js';
import { RunColumns } from '../../src/adapters/kafka/records/run-columns.js';
import { splitBatches } from '../../src/adapters/kafka/records/split-batches.js';
import type { RecordHeader, RecordRun } from '../../src/domain/records/record-run.js';

export interface SeenRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

/** The content of a run, copied. */
export function* recordsOf(run: RecordRun): Generator<SeenRecord> {
  const copy = (start = -1, end = -1) =>
    start < 0 ? null : Buffer.from(run.bytes.subarray(start, end));
  for (let i = 0; i < run.count; i++) {
    yield {
      offset: run.offsets[i]!,
      timestamp: run.timestamps[i]!,
      key: copy(run.keyStarts[i], run.keyEnds[i]),
      value: copy(run.valueStarts[i], run.valueEnds[i]),
      headers: run
        .headers(i)
        .map(({ key, value }) => ({ key, value: value && Buffer.from(value) })),
    };
  }
}

/** Reads bytes as the records of one fetch. */
export function decodeRecords(
  bytes: Buffer,
  options: {
    readonly first?: number;
    readonly end?: number;
    readonly aborted?: readonly AbortedTransaction[];
    readonly maxBytes?: number;
  } = {},
): { readonly records: readonly SeenRecord[]; readonly next: number } {
  const { first = 0, end = Number.MAX_SAFE_INTEGER, aborted = [], maxBytes = 2 ** 28 } = options;
  const where = 'partition 3 of topic "t"';
  const { batches, next } = splitBatches(bytes, { first, end, where });
  const read = { where, bytes, batches, first, end, aborted: new AbortedProducers(aborted) };
  const records: SeenRecord[] = [];
  const columns = new RunColumns();
  columns.partition = 3;
  for (const run of recordRuns(read, columns, createExpander(maxBytes))) {
    for (const record of recordsOf(run)) records.push(record);
  }
  return { records, next };
}
