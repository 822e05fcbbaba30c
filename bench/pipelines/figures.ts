/** The cost of many idle pipelines on one worker, and how soon the first record of one becomes a row. */
export interface PipelinesFigures {
  readonly pipelines: number;
  readonly partitionsEach: number;
  readonly intervalSeconds: number;
  /** All pipelines together, while none of them has a record. */
  readonly idle: {
    readonly seconds: number;
    /** CPU seconds per hour: 3,600 is one core. */
    readonly cpuPerHour: {
      readonly worker: number;
      readonly kafka: number;
      readonly temporal: number;
      readonly clickHouse: number;
    };
    readonly actionsPerHour: number;
    readonly historyEventsPerHour: number;
  };
  /** Resident memory of the worker's process. */
  readonly memoryMiB: {
    readonly withoutPipelines: number;
    readonly idle: number;
  };
  /** From the time that the producer gave its record until its row was seen in the table. */
  readonly firstRows: {
    readonly records: number;
    readonly p50Ms: number;
    readonly mostMs: number;
    readonly lost: number;
    readonly doubled: number;
  };
}
