import type { Delays } from '../freshness/delays.js';

/** A topic that gets more partitions and a pipeline that gets more lanes, while records arrive. */
export interface RepartitionFigures {
  readonly partitions: { readonly before: number; readonly after: number };
  readonly lanes: { readonly before: number; readonly after: number };
  readonly eventsPerSecond: number;
  readonly intervalSeconds: number;
  readonly records: number;
  /** The partitions that existed before: from the time that the producer gave a record to its row. */
  readonly old: Delays;
  /** The new partitions. Their first records wait until the pipeline has found them. */
  readonly added: Delays;
  readonly lost: number;
  readonly doubled: number;
}
