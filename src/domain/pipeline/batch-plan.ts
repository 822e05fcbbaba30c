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

/** A partition without a backlog once the batch is done. */
export interface WatchedPartition {
  readonly partition: number;
  /** As far as is known: its last stable offset. */
  readonly end: Offset;
}

/**
 * What may have been sent of a plan's offsets before its first attempt. Anything but `none` means: fence, look and read
 * back from the first attempt on.
 * - `none`: nothing, so that the token alone makes the first send safe.
 * - `same-blocks`: this very plan, so that whatever is there carries the tokens of its blocks.
 * - `unknown`: these offsets in other blocks, under tokens that nobody knows.
 */
export type EarlierSends = 'none' | 'same-blocks' | 'unknown';

/** The whole input of one ingest activity: recorded in the history before anything is inserted. */
export interface BatchPlan extends TableIdentity {
  /** Counts the batches of the pipeline from 1. */
  readonly batch: number;
  readonly lane: number;
  /** First execution run id of the workflow: part of every token, the same after continue-as-new and reset. */
  readonly pipelineId: string;
  readonly topic: string;
  /** The topic that the offsets belong to: one that was recreated under the name has another id. */
  readonly topicId: string;
  /** Missing where no other log of the topic's name is known. */
  readonly log?: LogDecision | undefined;
  readonly groupId: string;
  /** How records become rows; missing for `stream_events`, and in plans of earlier releases. */
  readonly contract?: PlannedContract | undefined;
  readonly table: TableName;
  /** Of the description that the plan rests on; missing in plans of earlier releases. */
  readonly tableVersion?: string | undefined;
  /** From this instant on the table is described again though its version is the same; milliseconds since 1970. */
  readonly describeAfterMs?: number | undefined;
  readonly wishes: TableWishes;
  /** Rows can be looked for; otherwise a repeated send relies on its token alone. */
  readonly findable: boolean;
  /** Partitions ascending. */
  readonly ranges: readonly PlannedRange[];
  /**
   * Of a batch that leaves a backlog: the lane's partitions of which it leaves nothing. The batch tells which of them have
   * grown, because another batch follows without a wait. Missing in plans of earlier releases.
   */
  readonly watched?: readonly WatchedPartition[] | undefined;
  readonly cut: Cut;
  /** Bytes of record values to reckon with, by the running average. */
  readonly expectedBytes: number;
  readonly earlierSends: EarlierSends;
  /** Nothing is sent before this instant, in milliseconds since 1970: attempts of an ended run have heard of it by then. */
  readonly notBeforeMs: number;
  /** A person decided that many rejections are right. */
  readonly acceptRejections: boolean;
  /** A person decided that this pipeline owns the group. */
  readonly takeGroup: boolean;
  /** Ranges that were skipped by a decision are brought in, because a person asked for just these offsets. */
  readonly fillsSkips?: true | undefined;
  /** What the table has refused of the lane's rows so far; none where it is missing. */
  readonly refusals?: TableRefusals | undefined;
  /** A person decided that rows below these offsets become dead letters where the table refuses them; by partition. */
  readonly acceptRefusals?: Readonly<Record<string, Offset>> | undefined;
  /** Where a leader does not answer the batch may end, and leave the rest to be planned again. Missing in held plans. */
  readonly mayEndEarly?: true | undefined;
  /** `configure` asked for smaller blocks after the plan was made: the first block that can be given up ends it. */
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
  /** Rows that an earlier send had left in the table. */
  readonly alreadyThere: number;
  /** Rows that reading back found missing after an acknowledged insert, and sent again. */
  readonly repaired: number;
  readonly attempt: number;
  /** Age of the oldest record when its rows could be queried, in milliseconds; null without rows. */
  readonly oldestRecordMs: number | null;
  readonly phases: BatchPhases;
}

/** What a range came to: the fold moves cursors by these echoes only. `leaderEpochs` are those before `end`. */
export interface RangeDone extends PlannedRange {
  readonly rows: number;
  readonly deadLetters: number;
  /** Last stable offset, as the batch saw it: keeps lag fresh while nothing waits. */
  readonly logEnd: Offset;
  /** Where the log ended then, open transactions included. */
  readonly highWatermark?: Offset | undefined;
  /** Of the leader that named `logEnd`; left out where it said none. */
  readonly logEndLeaderEpoch?: number | undefined;
}

/** What a hold of one partition says, where those of a batch differ. */
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
  /** For `DataLost` and `TopicRewound`: the first offset that can still be read; for `BatchTooLarge`: the one behind it. */
  readonly firstAvailable?: Offset | undefined;
  /** For `TopicRewound`, where the topic is still the same one: where its log ends. */
  readonly logEnd?: Offset | undefined;
  /** Instead of `detail` and the offsets above, for the partitions that are named. */
  readonly each?: readonly HeldPartition[] | undefined;
  /** For `TableReplaced` and `TableChanged`: the table as it is now; `continue` goes on with it. */
  readonly foundTarget?: Target | undefined;
  /** For `TableChanged`: what `continue` gives up. */
  readonly givesUp?: GivesUp | undefined;
  /** For `TopicRewound`: the topic as it is now. */
  readonly foundTopicId?: string | undefined;
  /** For `TableRefuses`: the view behind the table that refuses. */
  readonly view?: string | undefined;
  /**
   * All that is left of the batch is held as one plan, so that its blocks are sent again under their own tokens: some of
   * their rows are in the table, or may be.
   */
  readonly isWhole?: true | undefined;
}

interface Outcome {
  readonly done: readonly RangeDone[];
  readonly stats: BatchStats;
  /** When the log ends were read, in milliseconds since 1970. */
  readonly lookedAtMs?: number | undefined;
  /** Of the planned table, where the plan did not know it: later plans do. */
  readonly replicatedId?: string | undefined;
  /** Things an operator should know that stop nothing, for example a refused commit. */
  readonly warnings: readonly string[];
  readonly refusals?: TableRefusals | undefined;
  /** With `mayEndEarly`: partitions of the topic, planned or not, whose leaders did not answer. */
  readonly unavailable?: readonly Unavailable[] | undefined;
  /** The planned `watched` partitions that have grown. */
  readonly grown?: readonly SeenEnd[] | undefined;
  /** Of the topic. Missing in results of earlier releases. */
  readonly partitionCount?: number | undefined;
  /** The table as it was found to be now: for plans that are made from here on. */
  readonly foundTarget?: Target | undefined;
}

export type BatchOutcome =
  | (Outcome & { readonly kind: 'done' })
  /** The leader of a planned partition does not answer: what is left is planned again, without that partition. */
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

/** Wall time of the steps of one batch, in milliseconds; steps overlap, so the sum may exceed the total. */
export interface BatchPhases {
  readonly waitMs: number;
  readonly fetchMs: number;
  readonly decodeMs: number;
  readonly insertMs: number;
  readonly commitMs: number;
  readonly totalMs: number;
}
