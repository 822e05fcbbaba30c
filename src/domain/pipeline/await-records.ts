import type { Divergence } from '../log/divergence.js';
import type { LeaderEpochs } from '../log/leader-epochs.js';
import type { Unavailable } from '../log/topic-offsets.js';
import type { Offset } from '../records/offset-range.js';
import type { TableWishes, Target } from '../table/target.js';

/** Input of the long poll: what is known, and what would make it return. */
export interface AwaitInput {
  readonly topic: string;
  /** Another id than this one returns at once. */
  readonly topicId: string;
  /** Another number of partitions returns at once. */
  readonly partitionCount: number;
  readonly partitions: readonly number[];
  /** Next offset to plan, one per partition of `partitions`. */
  readonly cursors: readonly Offset[];
  /** Of what was read before the cursors, one per partition of `partitions`; left out by older releases. */
  readonly leaderEpochs?: readonly LeaderEpochs[] | undefined;
  /** So many waiting records fill a batch. */
  readonly fullRows: number;
  /** How long the first waiting record may wait, in seconds. */
  readonly intervalSeconds: number;
  /** When the known ends were read, in milliseconds since 1970: records found at once have waited since then at most. */
  readonly lookedAtMs: number | null;
  /** A bounded run's last instant, while its offsets aren't known yet; milliseconds since 1970. */
  readonly untilMs: number | null;
  /** Partitions whose ends are told as well: held ones, and those of lanes that are ingesting. */
  readonly watched?: readonly number[] | undefined;
  /** Returns once the table is described otherwise than here. */
  readonly table?: TableWatch | undefined;
  /**
   * Partitions that the workflow has named as unavailable: a change of these is told. Left out by workflows of older
   * releases, which need the offsets of all partitions.
   */
  readonly unavailable?: readonly number[] | undefined;
  /** What is waited for, lane by lane; left out where that is the input as a whole, and by older releases. */
  readonly groups?: readonly AwaitGroup[] | undefined;
  /** Without records the wait returns after so many seconds; 300 where it is left out. */
  readonly idleSeconds?: number | undefined;
}

/** What is known of a table about which a warning is open. */
export interface TableWatch {
  readonly target: Target;
  readonly wishes: TableWishes;
  /** In milliseconds since 1970. */
  readonly describeAfterMs: number;
}

/** The partitions of one lane: the wait returns when their records fill a batch, or have waited for the interval. */
export interface AwaitGroup {
  readonly partitions: readonly number[];
  /** Next offset to plan, one per partition. */
  readonly cursors: readonly Offset[];
  readonly fullRows: number;
  /** When the known ends were read, in milliseconds since 1970. */
  readonly lookedAtMs: number | null;
}

/** Where one partition ends, as a look at Kafka found it. */
export interface SeenEnd {
  readonly partition: number;
  /** Last stable offset. */
  readonly end: Offset;
  /** High watermark. */
  readonly logEnd: Offset;
  /** Of the leader that named `end`; left out where it said none. */
  readonly leaderEpoch?: number | undefined;
}

export interface AwaitResult {
  /** When the ends were read, in milliseconds since 1970. */
  readonly lookedAtMs: number;
  readonly topicId: string;
  readonly partitionCount: number;
  /** One per partition of the input. */
  readonly ends: readonly Offset[];
  /** High watermarks, one per partition of the input. */
  readonly logEnds?: readonly Offset[] | undefined;
  readonly watched?: readonly SeenEnd[] | undefined;
  /**
   * Partitions of the input, or watched ones, whose offsets nobody tells for now. `ends`, `logEnds` and `logStarts` have
   * their cursors in the place of offsets; they are not among `watched`.
   */
  readonly unavailable?: readonly Unavailable[] | undefined;
  /** Partitions of the input, or watched ones, that an open transaction keeps from being read to their end. */
  readonly undecided?: readonly Undecided[] | undefined;
  readonly logStarts: readonly Offset[];
  /** Of the leaders that named the ends, -1 where one said none; left out by older releases. */
  readonly endLeaderEpochs?: readonly number[] | undefined;
  /** Logs that no longer hold what was read of them. */
  readonly diverged?: readonly Divergence[] | undefined;
  /** Where `untilMs` falls, one per partition of the input; null while no record reaches it. */
  readonly until: readonly (Offset | null)[] | null;
  /** The table as it was found to be now. */
  readonly foundTarget?: Target | undefined;
  /**
   * `full`, `interval`: plan what waits now; `idle`: nothing came; `changed`: the topic is another, or has more partitions;
   * `table`: nothing came, and the table is described otherwise.
   */
  readonly why: 'full' | 'interval' | 'idle' | 'changed' | 'table';
}

/** A partition whose last stable offset stands still below the end of the log. */
export interface Undecided {
  readonly partition: number;
  /** The last stable offset: the first one of the oldest open transaction. */
  readonly first: Offset;
  /** When it was first seen there, in milliseconds since 1970. */
  readonly sinceMs: number;
  readonly producerId?: string | undefined;
}
