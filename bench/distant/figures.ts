import type { FreshnessPoint } from '../freshness/figures.js';

/** The freshness of rows and the number of requests to Kafka with a distant broker. */
export interface DistantPoint extends FreshnessPoint {
  readonly partitions: number;
  readonly roundTripMs: number;
  readonly batches: number;
  /** Of the worker, while records arrived. */
  readonly fetchesPerBatch: number;
  /** Counts requests for records and offsets, but not the checks whether the broker is alive. */
  readonly requestsPerBatch: number;
}
