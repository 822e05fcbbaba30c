/** The freshness of rows at one rate and one interval. */
export interface FreshnessPoint {
  readonly eventsPerSecond: number;
  readonly intervalSeconds: number;
  readonly records: number;
  /** From the time that the producer gave its record until its row was seen in the table. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  /** Counted by the block numbers of the table. */
  readonly inserts: number;
  /** One means that each interval makes one insert for all partitions of a lane. */
  readonly insertsPerLaneAndInterval: number;
  readonly lost: number;
  readonly doubled: number;
}
