import type { InsertLimit } from '../limits/insert-limit.js';
import type { ReadLimit } from '../limits/read-limit.js';
import type { MoverName } from '../movers/mover.js';

/** The figures of one move. Rates are records per second; times are microseconds of one core per record. */
export interface MoveFigures {
  readonly mover: MoverName;
  readonly records: number;
  /** From the start of the mover's process until the last row could be queried. */
  readonly wholeRate: number;
  /** From the first row on. Null if all rows arrived at once. */
  readonly steadyRate: number | null;
  readonly cpuMicros: {
    /** Null if the mover runs inside the ClickHouse server. */
    readonly mover: number | null;
    readonly clickHouse: number;
    readonly kafka: number;
    readonly temporal: number;
  };
  /** The largest resident memory of all processes of the mover. Null as above. */
  readonly peakMiB: number | null;
  readonly lost: number;
  readonly doubled: number;
  /** Whether the rows are exactly the produced events. Null if nobody computed what they must be. */
  readonly isExact: boolean | null;
  /** Events of the workflow, from its start to the last row. Null for movers without a workflow. */
  readonly historyEvents: number | null;
}

/** The result of a move during which a process was killed. */
export interface KillFigures {
  readonly mover: MoverName;
  readonly records: number;
  readonly lost: number;
  readonly doubled: number;
  /** Whether the rows, each counted once, are exactly the produced events. */
  readonly isExact: boolean | null;
  /** The longest time without a new row after the kill. */
  readonly stallSeconds: number;
  /** Another process was running when the first one was killed. */
  readonly hadSecond: boolean;
}

/** What the servers reach without any other work. */
export interface Limits {
  readonly read: ReadLimit;
  readonly insert: InsertLimit;
  /** The same rows without HTTP. The difference is the cost of the embedded engine's front. */
  readonly insertFromFiles: InsertLimit;
}

export interface Comparison {
  readonly records: number;
  readonly partitions: number;
  readonly moves: readonly MoveFigures[];
  readonly kills: readonly KillFigures[];
  readonly limits: Limits;
  /** Millrace with `MILLRACE_DECODER=zod`. Null if it was left out. */
  readonly zodPath: MoveFigures | null;
  /** Versions that the movers report, by title. */
  readonly programs: Readonly<Record<string, string>>;
  /** Titles of movers that were not available. */
  readonly leftOut: readonly string[];
  /** Movers that failed, with their error. */
  readonly failures: readonly string[];
}
