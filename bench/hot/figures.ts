import type { Delays } from '../freshness/delays.js';

/** Of the hot partition: rows per second (the median of all rounds), and the time from an event to its row. */
export type LiveHotFigures = Delays & { readonly rate: number };

/** A partition with a backlog, beside partitions that receive records all the time. */
export interface HotFigures {
  readonly partitions: number;
  readonly rounds: number;
  /** Size of the hot partition's backlog. */
  readonly records: number;
  readonly intervalSeconds: number;
  /** Rows per second of the hot partition, from its first row to its last: medians of all rounds. */
  readonly rate: {
    readonly alone: number;
    readonly besideOthers: number;
  };
  /**
   * All other partitions while the backlog is moved, over all rounds: from the time that the producer gave a record until its
   * row was seen.
   */
  readonly others: Delays & { readonly eventsPerSecond: number };
  /** Records that are moved while they are produced, at rates that leave the machine spare time. */
  readonly live: {
    readonly hotPerSecond: number;
    readonly othersPerSecond: number;
    readonly alone: LiveHotFigures;
    readonly besideOthers: LiveHotFigures;
  };
  readonly lost: number;
  readonly doubled: number;
}
