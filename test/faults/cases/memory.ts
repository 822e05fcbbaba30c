import type { InsertTap } from '../net/insert-tap.js';

/** A block of a whole batch has more bytes, one of half a batch has less. */
export const HALF_BATCH_BYTES = 75_000;

/** ClickHouse refuses whole batches with 241, so that they are cut otherwise. Gives how many it refused. */
export function refuseWholeBatches(insertTap: InsertTap): () => number {
  let refused = 0;
  insertTap.profile = ({ bytes, isDeadLetters }) => {
    if (isDeadLetters || bytes < HALF_BATCH_BYTES) return {};
    refused += 1;
    return { max_memory_usage: '1' };
  };
  return () => refused;
}
