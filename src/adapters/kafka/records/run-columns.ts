import { Buffer } from 'node:buffer';
import type { RecordHeader, RecordRun } from '../../../domain/records/record-run.js';
import { RecordsCorrupt } from '../protocol/errors.js';
import { VarintReader } from './varint.js';

/** Most records of a run, so that their columns stay in the processor's cache while they are filled and read. */
export const MAX_RUN_RECORDS = 4_096;

/**
 * Most bytes of a run, except for a larger single record. A run is processed without a turn of the event loop, which takes some
 * milliseconds.
 */
export const MAX_RUN_BYTES = 4 * 1_024 * 1_024;

/** The columns of a run, allocated once for a read and filled again for every run. */
export class RunColumns implements RecordRun {
  partition = -1;
  count = 0;
  bytes: Buffer = Buffer.alloc(0);
  readonly offsets = new Float64Array(MAX_RUN_RECORDS);
  readonly timestamps = new Float64Array(MAX_RUN_RECORDS);
  readonly valueStarts = new Int32Array(MAX_RUN_RECORDS);
  readonly valueEnds = new Int32Array(MAX_RUN_RECORDS);
  readonly keyStarts = new Int32Array(MAX_RUN_RECORDS);
  readonly keyEnds = new Int32Array(MAX_RUN_RECORDS);
  /** The position of the count of a record's headers, and the end of the record. */
  readonly headersStarts = new Int32Array(MAX_RUN_RECORDS);
  readonly recordEnds = new Int32Array(MAX_RUN_RECORDS);

  headers(index: number): readonly RecordHeader[] {
    const reader = new VarintReader(this.bytes, this.headersStarts[index] ?? 0);
    const end = this.recordEnds[index] ?? 0;
    const headers: RecordHeader[] = [];
    for (let left = reader.varint(); left > 0 && reader.at <= end; left--) {
      const keyStart = reader.skip(reader.varint());
      const key = keyStart < 0 ? '' : this.bytes.toString('utf8', keyStart, reader.at);
      const valueStart = reader.skip(reader.varint());
      const value = valueStart < 0 ? null : this.bytes.subarray(valueStart, reader.at);
      headers.push({ key, value });
    }
    if (reader.at === end) return headers;
    throw new RecordsCorrupt(
      `the headers of offset ${this.offsets[index]} in partition ${this.partition} can't be read: the producer wrote them in an invalid format`,
    );
  }
}
