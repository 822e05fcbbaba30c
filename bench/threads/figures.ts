/** What the threads of one kind cost: medians, in µs of CPU per row. */
export interface ThreadPoint {
  readonly process: ProcessName;
  /** What they do. */
  readonly threads: string;
  readonly now: number;
  /** Null if no earlier worker was given. */
  readonly before: number | null;
}

export const PROCESS_NAMES = ['worker', 'ClickHouse', 'Kafka', 'Temporal'] as const;
export type ProcessName = (typeof PROCESS_NAMES)[number];

/** A run with the same records for each worker. */
export interface ThreadFigures {
  readonly records: number;
  readonly rounds: number;
  readonly points: readonly ThreadPoint[];
}
