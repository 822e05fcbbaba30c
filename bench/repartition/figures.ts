import type { Delays } from '../freshness/delays.js';

/** A topic that gets partitions, and a pipeline that gets lanes, while records come. */
export interface RepartitionFigures {
  readonly partitions: { readonly before: number; readonly after: number };
  readonly lanes: { readonly before: number; readonly after: number };
  readonly eventsPerSecond: number;
  readonly intervalSeconds: number;
  readonly records: number;
  /** Of the partitions that were there before: from the time that the producer gave a record to its row. */
  readonly old: Delays;
  /** Of the new partitions. A new partition's first records wait until the pipeline has found it. */
  readonly added: Delays;
  readonly lost: number;
  readonly doubled: number;
}
