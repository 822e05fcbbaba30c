import type { InsertLimit } from '../limits/insert-limit.js';
import type { ReadLimit } from '../limits/read-limit.js';
import type { MoverName } from '../movers/mover.js';

/** What one move came to. Rates are records a second, times microseconds of one core per record. */
export interface MoveFigures {
  readonly mover: MoverName;
  readonly records: number;
  /** From the start of the mover's process until the last row could be queried. */
  readonly wholeRate: number;
  /** From the first row on; null where all came at once. */
  readonly steadyRate: number | null;
  readonly cpuMicros: {
    /** Null where the mover lives in the ClickHouse server. */
    readonly mover: number | null;
    readonly clickHouse: number;
    readonly kafka: number;
    readonly temporal: number;
  };
  /** The most that all processes of the mover had resident; null as above. */
  readonly peakMiB: number | null;
  readonly lost: number;
  readonly doubled: number;
  /** The rows are exactly the events that were produced; null where nobody computed what they must be. */
  readonly isExact: boolean | null;
  /** Of the workflow, from its start to the last row; null for movers without one. */
  readonly historyEvents: number | null;
}

/** What became of a move one of whose processes was killed on the way. */
export interface KillFigures {
  readonly mover: MoverName;
  readonly records: number;
  readonly lost: number;
  readonly doubled: number;
  /** The rows, each counted once, are exactly the events that were produced. */
  readonly isExact: boolean | null;
  /** The longest time without a new row from the kill on. */
  readonly stallSeconds: number;
  /** Another process was up when the one was killed. */
  readonly hadSecond: boolean;
}

/** What the servers allow where nothing else is to be done. */
export interface Limits {
  readonly read: ReadLimit;
  readonly insert: InsertLimit;
  /** The same rows without HTTP: the difference is what the front of the embedded engine costs. */
  readonly insertFromFiles: InsertLimit;
}

export interface Comparison {
  readonly records: number;
  readonly partitions: number;
  readonly moves: readonly MoveFigures[];
  readonly kills: readonly KillFigures[];
  readonly limits: Limits;
  /** Millrace with `MILLRACE_DECODER=zod`; null where it was left out. */
  readonly zodPath: MoveFigures | null;
  /** What the movers say of themselves, by their titles. */
  readonly programs: Readonly<Record<string, string>>;
  /** Titles of those that were not there. */
  readonly leftOut: readonly string[];
  /** Movers that did not get through, with what they said. */
  readonly failures: readonly string[];
}
