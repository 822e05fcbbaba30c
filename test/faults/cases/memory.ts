import type { InsertTap } from '../net/insert-tap.js';

/** A block of a whole batch exceeds it, and one of half a batch does not. */
export const HALF_BATCH_BYTES = 75_000;

/** ClickHouse refuses whole batches with 241, so that they are split. Returns the number of refusals. */
export function refuseWholeBatches(insertTap: InsertTap): () => number {
  let refused = 0;
  insertTap.profile = ({ bytes, isDeadLetters }) => {
    if (isDeadLetters || bytes < HALF_BATCH_BYTES) return {};
    refused += 1;
    return { max_memory_usage: '1' };
  };
  return () => refused;
}
