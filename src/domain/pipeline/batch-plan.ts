import type { PlannedContract } from '../table/planned-contract.js';
import type { Refusal } from '../insert-failures/refusal.js';
import type { TableRefusals } from '../insert-failures/table-refusals.js';
import type { LogDecision } from '../log/log.js';
import type { Unavailable } from '../log/topic-offsets.js';
import type { TableIdentity } from '../table/identity.js';
import type { TableName } from '../table/table-name.js';
import type { TableWishes, Target } from '../table/target.js';
import type { HoldReason } from '../holds/hold.js';
import type { Offset, PlannedRange } from '../records/offset-range.js';
import type { SeenEnd } from './await-records.js';
import type { DeadLetterCounts } from '../dead-letters/dead-letter.js';
import type { Cut } from '../blocks/block-limits.js';
import type { GivesUp } from '../holds/table-changed.js';

/** A partition without a backlog after the batch. */
export interface WatchedPartition {
  readonly partition: number;
  /** The last stable offset, as far as it is known. */
  readonly end: Offset;
}

/**
 * What may have been sent of a plan's offsets before its first attempt. With anything but `none`, the first attempt waits
 * for running inserts, reconciles, and reads back.
 * - `none`: nothing. The token alone makes the first send safe.
 * - `same-blocks`: this same plan. Any rows in the table were sent under the tokens of its blocks.
 * - `unknown`: these offsets in other blocks, under unknown tokens.
 */
export type EarlierSends = 'none' | 'same-blocks' | 'unknown';

/** The whole input of one ingest activity. The history contains it before anything is inserted. */
export interface BatchPlan extends TableIdentity {
  /** Counts the batches of the pipeline from 1. */
  readonly batch: number;
  readonly lane: number;
  /** First execution run id of the workflow. It is part of every token, and stays the same after continue-as-new and reset. */
  readonly pipelineId: string;
  readonly topic: string;
  /** Id of the topic that the offsets belong to. A topic that was recreated under the same name has another id. */
  readonly topicId: string;
  /** Missing if no other log with the topic's name is known. */
  readonly log?: LogDecision | undefined;
  readonly groupId: string;
  /** How records become rows. Missing for `stream_events`, and in plans of earlier releases. */
  readonly contract?: PlannedContract | undefined;
  readonly table: TableName;
  /** Version of the table's description that the plan is based on. Missing in plans of earlier releases. */
  readonly tableVersion?: string | undefined;
  /** After this time, the table is described again even if its version is unchanged. In milliseconds since 1970. */
  readonly describeAfterMs?: number | undefined;
  readonly wishes: TableWishes;
  /** The table can be queried for its rows. Otherwise a repeated send relies on its token alone. */
  readonly findable: boolean;
  /** Partitions ascending. */
  readonly ranges: readonly PlannedRange[];
  /**
   * Set if the batch leaves a backlog: the lane's partitions whose backlog it takes completely. The batch reports which of
   * them have grown, because the next batch follows without a wait. Missing in plans of earlier releases.
   */
  readonly watched?: readonly WatchedPartition[] | undefined;
  readonly cut: Cut;
  /** Expected bytes of record values, by the running average. */
  readonly expectedBytes: number;
  readonly earlierSends: EarlierSends;
  /** Nothing is sent before this time, in milliseconds since 1970. By then, attempts of an ended run know that it is over. */
  readonly notBeforeMs: number;
  /** A person accepted that many records are rejected. */
  readonly acceptRejections: boolean;
  /**
   * Rejections in a block that are never too many: 0 after a person asked to retry records of which too many were rejected.
   * Missing otherwise, which means `REJECTIONS_TOLERATED`.
   */
  readonly toleratesRejections?: number | undefined;
  /** A person decided that this pipeline owns the group. */
  readonly takeGroup: boolean;
  /** Inserts ranges that were skipped by a decision, because a person asked for exactly these offsets. */
  readonly fillsSkips?: true | undefined;
  /** Rows of the lane that the table has refused so far. Missing if there are none. */
  readonly refusals?: TableRefusals | undefined;
  /** By partition: rows below these offsets become dead letters if the table refuses them, because a person decided so. */
  readonly acceptRefusals?: Readonly<Record<string, Offset>> | undefined;
  /** The batch may end early if a leader does not answer, and leave the rest to be planned again. Missing in held plans. */
  readonly mayEndEarly?: true | undefined;
  /** `configure` asked for smaller blocks after the plan was made. The first block that can be abandoned ends the batch. */
  readonly smaller?: Pick<Cut, 'maxRows' | 'maxBytes'> | undefined;
}

export interface BatchStats {
  readonly records: number;
  readonly rows: number;
  readonly deadLetters: DeadLetterCounts;
  readonly filtered: number;
  /** Bytes of record values. */
  readonly bytes: number;
  readonly blocks: number;
  /** Rows that were in the table already from an earlier send. */
  readonly alreadyThere: number;
  /** Rows that were missing when they were read back after an acknowledged insert, and that were sent again. */
  readonly repaired: number;
  readonly attempt: number;
  /** Age of the oldest record when its rows became queryable, in milliseconds. Null without rows. */
  readonly oldestRecordMs: number | null;
  readonly phases: BatchPhases;
}

/** Result of a range. The fold moves cursors only by these results. `leaderEpochs` are those of the records before `end`. */
export interface RangeDone extends PlannedRange {
  readonly rows: number;
  readonly deadLetters: number;
  /** Last stable offset that the batch saw. It keeps the lag current while no poll runs. */
  readonly logEnd: Offset;
  /** High watermark at that time. */
  readonly highWatermark?: Offset | undefined;
  /** Epoch of the leader that reported `logEnd`. Left out if the leader did not say. */
  readonly logEndLeaderEpoch?: number | undefined;
}

/** Details of a hold for one partition, if they differ between the partitions of a batch. */
export interface HeldPartition {
  readonly partition: number;
  readonly detail: string;
  readonly firstAvailable: Offset;
  readonly logEnd: Offset;
  readonly divergedAt: Offset;
}

/** Partitions of a batch that wait for a person's decision. */
export interface HeldRanges {
  readonly partitions: readonly number[];
  readonly reason: HoldReason;
  readonly detail: string;
  /**
   * For `DataLost` and `TopicRewound`: the first offset that can still be read. For `BatchTooLarge`: the first offset after
   * the batch.
   */
  readonly firstAvailable?: Offset | undefined;
  /** For `TopicRewound`, if the topic is still the same one: where its log ends. */
  readonly logEnd?: Offset | undefined;
  /** For the partitions listed here, replaces `detail` and the offsets above. */
  readonly each?: readonly HeldPartition[] | undefined;
  /** For `TableReplaced` and `TableChanged`: the table as it is now. `continue` uses it. */
  readonly foundTarget?: Target | undefined;
  /** For `TableChanged`: what `continue` gives up. */
  readonly givesUp?: GivesUp | undefined;
  /** For `TopicRewound`: the topic as it is now. */
  readonly foundTopicId?: string | undefined;
  /** For `TableRefuses`: the view behind the table that refuses the rows. */
  readonly view?: string | undefined;
  /**
   * Everything that remains of the batch is held as one plan, so that its blocks are sent again under their own tokens:
   * some of their rows are, or may be, in the table.
   */
  readonly isWhole?: true | undefined;
}

interface Outcome {
  readonly done: readonly RangeDone[];
  readonly stats: BatchStats;
  /** When the log ends were read, in milliseconds since 1970. */
  readonly lookedAtMs?: number | undefined;
  /** Identity of the planned table in Keeper, if the plan did not know it. Later plans use it. */
  readonly replicatedId?: string | undefined;
  /** What an operator should know although the batch continued, for example a refused commit. */
  readonly warnings: readonly string[];
  readonly refusals?: TableRefusals | undefined;
  /** With `mayEndEarly`: partitions of the topic, planned or not, whose leaders did not answer. */
  readonly unavailable?: readonly Unavailable[] | undefined;
  /** The planned `watched` partitions that have grown. */
  readonly grown?: readonly SeenEnd[] | undefined;
  /** Partitions whose records are done, but whose offsets Kafka did not accept. Missing if there are none. */
  readonly uncommitted?: readonly number[] | undefined;
  /** Number of partitions of the topic. Missing in results of earlier releases. */
  readonly partitionCount?: number | undefined;
  /** The current description of the table, for later plans. */
  readonly foundTarget?: Target | undefined;
}

export type BatchOutcome =
  | (Outcome & { readonly kind: 'done' })
  /** The leader of a planned partition does not answer. The rest is planned again without that partition. */
  | (Outcome & { readonly kind: 'partial'; readonly rest: readonly PlannedRange[] })
  | (Outcome & {
      readonly kind: 'recut';
      readonly rest: readonly PlannedRange[];
      readonly cut: Cut;
      readonly why: string;
      readonly refusal?: Refusal | undefined;
    })
  | (Outcome & {
      readonly kind: 'held';
      readonly held: HeldRanges;
      readonly rest: readonly PlannedRange[];
    });

/** Wall-clock time of the steps of one batch, in milliseconds. Steps overlap, so the sum may exceed the total. */
export interface BatchPhases {
  readonly waitMs: number;
  readonly fetchMs: number;
  readonly decodeMs: number;
  readonly insertMs: number;
  readonly commitMs: number;
  readonly totalMs: number;
}
