import type { Divergence } from '../log/divergence.js';
import type { LeaderEpochs } from '../log/leader-epochs.js';
import type { Unavailable } from '../log/topic-offsets.js';
import type { Offset } from '../records/offset-range.js';
import type { TableWishes, Target } from '../table/target.js';

/** Input of the long poll: what is known, and what makes the poll return. */
export interface AwaitInput {
  readonly topic: string;
  /** If the topic has another id, the poll returns at once. */
  readonly topicId: string;
  /** If the topic has another number of partitions, the poll returns at once. */
  readonly partitionCount: number;
  readonly partitions: readonly number[];
  /** Next offset to plan, one per partition of `partitions`. */
  readonly cursors: readonly Offset[];
  /** Leader epochs of what was read before the cursors, one element per partition of `partitions`. Left out by older releases. */
  readonly leaderEpochs?: readonly LeaderEpochs[] | undefined;
  /** Number of waiting records that fill a batch. */
  readonly fullRows: number;
  /** How long the first waiting record may wait, in seconds. */
  readonly intervalSeconds: number;
  /**
   * When the known ends were read, in milliseconds since 1970. Records that the first look finds have waited since then at
   * most.
   */
  readonly lookedAtMs: number | null;
  /** A bounded run's last instant while its offset isn't known yet, in milliseconds since 1970. */
  readonly untilMs: number | null;
  /** Further partitions whose ends are reported: held ones, and those of lanes that are ingesting. */
  readonly watched?: readonly number[] | undefined;
  /** The poll returns once the table differs from this description. */
  readonly table?: TableWatch | undefined;
  /**
   * Partitions that the workflow has reported as unavailable. The poll reports changes of these. Left out by workflows of
   * older releases, which need the offsets of all partitions.
   */
  readonly unavailable?: readonly number[] | undefined;
  /** What each lane waits for. Left out if there is one lane, whose wait is the input itself, and by older releases. */
  readonly groups?: readonly AwaitGroup[] | undefined;
  /** Without records, the poll returns after this many seconds. 300 if left out. */
  readonly idleSeconds?: number | undefined;
}

/** A table with an open warning, as it is known. */
export interface TableWatch {
  readonly target: Target;
  readonly wishes: TableWishes;
  /** Time of the next description, in milliseconds since 1970. */
  readonly describeAfterMs: number;
}

/** Partitions of one lane. The poll returns when their records fill a batch or have waited for the interval. */
export interface AwaitGroup {
  readonly partitions: readonly number[];
  /** Next offset to plan, one per partition. */
  readonly cursors: readonly Offset[];
  readonly fullRows: number;
  /** When the known ends were read, in milliseconds since 1970. */
  readonly lookedAtMs: number | null;
}

/** End of one partition, as it was found in Kafka. */
export interface SeenEnd {
  readonly partition: number;
  /** Last stable offset. */
  readonly end: Offset;
  /** High watermark. */
  readonly logEnd: Offset;
  /** Epoch of the leader that reported `end`. Left out if the leader did not say. */
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
   * Partitions of the input, or watched ones, whose offsets are currently unknown. `ends`, `logEnds` and `logStarts`
   * contain their cursors instead of offsets, and `watched` does not contain them.
   */
  readonly unavailable?: readonly Unavailable[] | undefined;
  /** Partitions of the input, or watched ones, that can't be read to their end because of an open transaction. */
  readonly undecided?: readonly Undecided[] | undefined;
  readonly logStarts: readonly Offset[];
  /** Epochs of the leaders that reported the ends, -1 if unknown. Left out by older releases. */
  readonly endLeaderEpochs?: readonly number[] | undefined;
  /** Logs that no longer contain what was read from them. */
  readonly diverged?: readonly Divergence[] | undefined;
  /** Offsets of `untilMs`, one per partition of the input. Null while no record reaches it. */
  readonly until: readonly (Offset | null)[] | null;
  /** The current description of the table. */
  readonly foundTarget?: Target | undefined;
  /**
   * `full`, `interval`: plan what waits now. `idle`: no records came. `changed`: the topic has another id or more
   * partitions. `table`: no records came, but the table has changed.
   */
  readonly why: 'full' | 'interval' | 'idle' | 'changed' | 'table';
}

/** A partition whose last stable offset does not move although the log continues after it. */
export interface Undecided {
  readonly partition: number;
  /** The last stable offset, where the oldest open transaction begins. */
  readonly first: Offset;
  /** When the last stable offset was first seen there, in milliseconds since 1970. */
  readonly sinceMs: number;
  readonly producerId?: string | undefined;
}
