import type { RecordHeader, RecordRun } from '../../../../src/domain/records/record-run.js';

export interface TestRecord {
  readonly offset: number;
  readonly value: Buffer | string | null;
  readonly key?: string;
  readonly timestamp?: number;
  readonly headers?: readonly RecordHeader[];
}

/** Surrounds every value: a reader that passes an end continues in a string, a number or a container. */
const NEIGHBOUR = Buffer.from('"1}]\\');

/** Records as in a fetch: one buffer, one partition. */
export function runOf(partition: number, records: readonly TestRecord[]): RecordRun {
  const parts: Buffer[] = [];
  let length = 0;
  const place = (bytes: Buffer | string | null | undefined): readonly [number, number] => {
    if (bytes === null || bytes === undefined) return [-1, -1];
    parts.push(NEIGHBOUR, Buffer.from(bytes as string));
    const start = length + NEIGHBOUR.length;
    length = start + Buffer.byteLength(bytes);
    return [start, length];
  };
  const keys = records.map(({ key }) => place(key));
  const values = records.map(({ value }) => place(value));
  parts.push(NEIGHBOUR);
  return {
    partition,
    count: records.length,
    bytes: Buffer.concat(parts),
    offsets: Float64Array.from(records, ({ offset }) => offset),
    timestamps: Float64Array.from(records, ({ timestamp = 0 }) => timestamp),
    valueStarts: Int32Array.from(values, ([start]) => start),
    valueEnds: Int32Array.from(values, ([, end]) => end),
    keyStarts: Int32Array.from(keys, ([start]) => start),
    keyEnds: Int32Array.from(keys, ([, end]) => end),
    headers: (index) => records[index]?.headers ?? [],
  };
}
