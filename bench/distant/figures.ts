import type { FreshnessPoint } from '../freshness/figures.js';

/** How fresh rows are, and what is asked of Kafka, where the broker is far away. */
export interface DistantPoint extends FreshnessPoint {
  readonly partitions: number;
  readonly roundTripMs: number;
  readonly batches: number;
  /** Of the worker, while records came. */
  readonly fetchesPerBatch: number;
  /** Fetches and offsets; what asks whether the broker is alive is not counted. */
  readonly requestsPerBatch: number;
}
