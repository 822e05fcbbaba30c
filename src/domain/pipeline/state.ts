import type { TableRefusals } from '../insert-failures/table-refusals.js';
import type { LeaderEpochs } from '../log/leader-epochs.js';
import type { LogDecision } from '../log/log.js';
import type { Unavailable } from '../log/topic-offsets.js';
import type { Target } from '../table/target.js';
import type { BatchPlan } from './batch-plan.js';
import type { GivesUp } from '../holds/table-changed.js';
import type { Instant, LoneRecord, Offset, OffsetRange } from '../records/offset-range.js';
import type { Decision } from './pipeline-status.js';
import type { BatchSummary } from './batch-summary.js';
import type { PipelineSettings } from './settings.js';
import type { Hold } from '../holds/hold.js';
import type { Reread } from './start-position.js';
import type { DeadLetterCounts } from '../dead-letters/dead-letter.js';
import type { Undecided } from './await-records.js';

/**
 * Everything that a pipeline remembers, as plain JSON. Continue-as-new passes it on as the workflow's second argument. `v`
 * is its version. New fields may be added, with a default for states that lack them; existing fields keep their meaning.
 */
export interface PipelineState {
  readonly v: 1;
  /** Version of the planning rules. It changes only at continue-as-new, because replay doesn't compare plans. */
  readonly planner: 1;
  readonly settings: PipelineSettings;
  /** Names of the settings that came from the worker's environment. */
  readonly fromEnvironment: readonly string[];
  readonly target: Target;
  readonly topicId: string;
  /** Other logs with the topic's name. Missing in states that were written before logs were distinguished. */
  readonly log?: LogDecision | undefined;
  /** Number of lanes of this run. It is fixed, so that no partition changes its lane while a batch of it is running. */
  readonly lanes: number;
  readonly partitions: PartitionColumns;
  readonly totals: Totals;
  readonly pause: { readonly reason: string; readonly since: Instant } | null;
  readonly holds: readonly HeldPlan[];
  /** Plans to issue again unchanged, before their partitions are planned in any other way. */
  readonly pending: readonly BatchPlan[];
  readonly skips: readonly Skip[];
  /** The newest batches, oldest first. */
  readonly recent: readonly BatchSummary[];
  readonly nextBatch: number;
  /** Running average of the bytes of record values. */
  readonly bytesPerRecord: number;
  /** Tighter limits than the settings' while ClickHouse needs smaller blocks. Null otherwise. */
  readonly shrunk: Shrunk | null;
  /** Records that the table may refuse. Each gets a block of its own. */
  readonly alone: readonly LoneRecord[];
  /** What the table refuses, by lane. */
  readonly refusals?: Readonly<Record<string, TableRefusals>> | undefined;
  /** By partition: refused rows below these offsets become dead letters, because a person decided so. */
  readonly acceptRefusals?: Readonly<Record<string, Offset>> | undefined;
  readonly takeGroup: boolean;
  readonly warnings: readonly string[];
  /** The newest decisions, oldest first. Missing in states of earlier releases. */
  readonly decisions?: readonly Decision[] | undefined;
  /** Partitions whose last stable offset is below the end of the log. Missing in states written before 0.2. */
  readonly undecided?: readonly Undecided[] | undefined;
  /** Partitions whose leaders don't answer. Nothing is planned for them. Missing if there are none. */
  readonly unavailable?: readonly KnownUnavailable[] | undefined;
  /** With `"until":"now"`: offsets that were left out because of open transactions. */
  readonly leftUndecided?: readonly OffsetRange[] | undefined;
  /** Seconds of silence after which Temporal gives a batch to another worker. 3 in states written before 0.2. */
  readonly failoverSeconds?: number | undefined;
  /** Partitions whose cursors Kafka did not accept when they were last committed. Missing if there are none. */
  readonly uncommitted?: readonly number[] | undefined;
  /** When the group's offsets were last committed, in milliseconds since 1970. */
  readonly committedMs: number;
}

/** One array per property, indexed by partition: a third of the size of an object per partition. */
export interface PartitionColumns {
  readonly lane: readonly number[];
  readonly epoch: readonly number[];
  readonly cursor: readonly Offset[];
  /** Last stable offsets. */
  readonly end: readonly Offset[];
  /** High watermarks. Like `seenMs`, missing in states written before 0.2, where `end` is used instead. */
  readonly logEnd?: readonly Offset[] | undefined;
  /** When `end` and `logEnd` were read, in milliseconds since 1970. 0 if unknown. */
  readonly seenMs?: readonly number[] | undefined;
  readonly logStart: readonly Offset[];
  /** Where a bounded run ends. Null: the run has no end. Null for a partition: its end is not known yet. */
  readonly until: readonly (Offset | null)[] | null;
  /** Leader epochs of the records before each cursor. They show whether and where a log was truncated. */
  readonly leaderEpochs: readonly LeaderEpochs[];
  /** Epoch of the leader that reported each `end`, or -1 if unknown. */
  readonly endLeaderEpoch: readonly number[];
  /** Offsets below this one may have been sent before, so they are reconciled first. May be `TO_LOG_END`. */
  readonly reconcileUntil: readonly Offset[];
  readonly rows: readonly number[];
  readonly deadLetters: readonly number[];
}

/** State as a run receives it. States that were written before leader epochs were kept lack them. */
export type CarriedState = Omit<PipelineState, 'partitions'> & {
  readonly partitions: Omit<PartitionColumns, 'leaderEpochs' | 'endLeaderEpoch'> &
    Partial<Pick<PartitionColumns, 'leaderEpochs' | 'endLeaderEpoch'>>;
};

export interface Totals {
  readonly rows: number;
  readonly deadLetters: number;
  readonly deadLettersByReason: DeadLetterCounts;
  readonly filtered: number;
  readonly skipped: number;
  readonly batches: number;
}

/** A `reconcileUntil` that means: up to the end of the log at the next poll. */
export const TO_LOG_END: Offset = String(Number.MAX_SAFE_INTEGER);

export interface HeldPlan {
  readonly hold: Hold;
  /** The plan that waits, to be issued again unchanged. Null if nothing was planned yet. */
  readonly plan: BatchPlan | null;
  /** The table or the topic as it is now, to continue with after a decision. */
  readonly foundTarget?: Target | undefined;
  readonly givesUp?: GivesUp | undefined;
  readonly foundTopicId?: string | undefined;
}

/** A decision to leave records out. Its dead letter is written before the cursor moves. */
export interface Skip {
  readonly partition: number;
  readonly epoch: number;
  readonly first: Offset;
  readonly end: Offset;
  readonly why: string;
}

export interface Shrunk {
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly maxTablePartitions: number;
  /** Blocks that succeeded under these limits since they last changed. */
  readonly successes: number;
  readonly why: string;
  /** Set while a lane halves its blocks to find a row that the table refuses: the limits to restore once it is found. */
  readonly search?: { readonly lane: number; readonly before: Shrunk | null } | undefined;
}

/** What `resolvePipeline` finds out once, at the start of a pipeline. */
export interface ResolvedPipeline {
  readonly settings: PipelineSettings;
  readonly fromEnvironment: readonly string[];
  readonly target: Target;
  readonly topicId: string;
  readonly log?: LogDecision | undefined;
  readonly cursor: readonly Offset[];
  readonly end: readonly Offset[];
  readonly logEnd?: readonly Offset[] | undefined;
  /** When the ends were read, in milliseconds since 1970. */
  readonly lookedAtMs?: number | undefined;
  readonly leftUndecided?: readonly OffsetRange[] | undefined;
  readonly logStart: readonly Offset[];
  readonly epoch: readonly number[];
  readonly until: readonly (Offset | null)[] | null;
  readonly reconcileUntil: readonly Offset[];
  /** Leader epochs of the records before each cursor, if they were committed. Left out by older releases. */
  readonly leaderEpochs?: readonly LeaderEpochs[] | undefined;
  readonly endLeaderEpoch?: readonly number[] | undefined;
  readonly warnings: readonly string[];
  /** The warnings about the start itself, which are logged once. Absent in results of older workers. */
  readonly notes?: readonly string[] | undefined;
  /** Partitions whose start has not been committed to the group yet. If absent, as in results of older workers: all of them. */
  readonly uncommitted?: readonly number[] | undefined;
  /** Setting of the worker that resolved the pipeline. Absent in results of older workers. */
  readonly failoverSeconds?: number | undefined;
  /** Offsets that are read again on purpose. */
  readonly rereads?: readonly Reread[] | undefined;
}

export const NO_TOTALS: Totals = {
  rows: 0,
  deadLetters: 0,
  deadLettersByReason: {},
  filtered: 0,
  skipped: 0,
  batches: 0,
};

/** Carried state keeps it in this form. */
export interface KnownUnavailable extends Unavailable {
  /** When it was last found to be unavailable, in milliseconds since 1970. */
  readonly seenMs: number;
}
