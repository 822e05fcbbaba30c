import { Buffer } from 'node:buffer';
import type { RecordHeader, RecordRun } from '../../src/domain/records/record-run.js';

export interface RunOptions {
  readonly keys?: readonly (string | null)[];
  readonly headers?: readonly RecordHeader[];
  /** Of all records; milliseconds since 1970. */
  readonly timestamp?: number;
}

/** Records with these values, as in a fetch: one after the other in one buffer. Null is a tombstone. */
export function runOf(
  values: readonly (string | Buffer | null)[],
  { keys = [], headers = [], timestamp = 1_700_000_000_123 }: RunOptions = {},
): RecordRun {
  const count = values.length;
  const parts: Buffer[] = [];
  let length = 0;
  const place = (texts: readonly (string | Buffer | null)[]) => {
    const starts = new Int32Array(count).fill(-1);
    const ends = new Int32Array(count).fill(-1);
    texts.forEach((text, index) => {
      if (text === null) return;
      const bytes = Buffer.from(text);
      starts[index] = length;
      length += bytes.length;
      ends[index] = length;
      parts.push(bytes);
    });
    return [starts, ends] as const;
  };
  const [valueStarts, valueEnds] = place(values);
  const [keyStarts, keyEnds] = place(keys);
  return {
    partition: 0,
    count,
    bytes: Buffer.concat(parts),
    offsets: Float64Array.from(values, (_, index) => index),
    timestamps: new Float64Array(count).fill(timestamp),
    valueStarts,
    valueEnds,
    keyStarts,
    keyEnds,
    headers: () => headers,
  };
}
