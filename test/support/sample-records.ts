import { Buffer } from 'node:buffer';
import type { Sample } from '../../src/cli/sample/read-sample.js';

/** A sample of records with these values. Objects become JSON. */
export function sampleOf(values: readonly (object | string)[]): Sample {
  const records = values.map((value, offset) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return {
      ...{ partition: 0, offset, timestamp: 1_700_000_000_000, key: null, headers: [] },
      value: Buffer.from(text),
    };
  });
  const bytes = records.reduce((sum, { value }) => sum + value.length, 0);
  return { topic: 'orders', partitions: 1, records, bytes, isCut: false };
}
