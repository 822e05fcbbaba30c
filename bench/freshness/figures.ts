/** How fresh rows are at one rate and one interval. */
export interface FreshnessPoint {
  readonly eventsPerSecond: number;
  readonly intervalSeconds: number;
  readonly records: number;
  /** From the time that the producer gave its record to the time at which its row was seen in the table. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  /** By the block numbers of the table itself. */
  readonly inserts: number;
  /** One means: one insert for all partitions of a lane, each time the interval is over. */
  readonly insertsPerLaneAndInterval: number;
  readonly lost: number;
  readonly doubled: number;
}
