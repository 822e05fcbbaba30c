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
 * All that a pipeline remembers: plain JSON, carried by continue-as-new as the workflow's second argument. Fields may
 * be added, with a default for states written before; none changes its meaning. Numbered by `v`.
 */
export interface PipelineState {
  readonly v: 1;
  /** Version of the planning rules; changes at continue-as-new only, because replay doesn't compare plans. */
  readonly planner: 1;
  readonly settings: PipelineSettings;
  /** Names of the settings that came from the worker's environment. */
  readonly fromEnvironment: readonly string[];
  readonly target: Target;
  readonly topicId: string;
  /** Which other logs there are under the topic's name. Missing in states that were written before logs were told apart. */
  readonly log?: LogDecision | undefined;
  /** Lanes of this run: fixed, so that no partition changes hands while it is in flight. */
  readonly lanes: number;
  readonly partitions: PartitionColumns;
  readonly totals: Totals;
  readonly pause: { readonly reason: string; readonly since: Instant } | null;
  readonly holds: readonly HeldPlan[];
  /** Plans to issue again, word for word, before anything else touches their partitions. */
  readonly pending: readonly BatchPlan[];
  readonly skips: readonly Skip[];
  /** The newest batches, oldest first. */
  readonly recent: readonly BatchSummary[];
  readonly nextBatch: number;
  /** Running average over record values. */
  readonly bytesPerRecord: number;
  /** Tighter limits than the settings' after ClickHouse asked for smaller blocks; null otherwise. */
  readonly shrunk: Shrunk | null;
  /** Records that the table may refuse, each to get a block of its own. */
  readonly alone: readonly LoneRecord[];
  /** What the table refuses, by lane. */
  readonly refusals?: Readonly<Record<string, TableRefusals>> | undefined;
  /** By partition: below these offsets, refused rows become dead letters, because a person decided so. */
  readonly acceptRefusals?: Readonly<Record<string, Offset>> | undefined;
  readonly takeGroup: boolean;
  readonly warnings: readonly string[];
  /** The newest ones, oldest first. Missing in states of earlier releases. */
  readonly decisions?: readonly Decision[] | undefined;
  /** Partitions whose last stable offset is below the end of the log. Missing in states written before 0.2. */
  readonly undecided?: readonly Undecided[] | undefined;
  /** Partitions whose leaders don't answer: nothing is planned there. Missing where there are none. */
  readonly unavailable?: readonly KnownUnavailable[] | undefined;
  /** With `"until":"now"`: what was left out because of open transactions. */
  readonly leftUndecided?: readonly OffsetRange[] | undefined;
  /** After so many seconds of silence a batch is given to another worker. 3 in states written before 0.2. */
  readonly failoverSeconds?: number | undefined;
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
  /** High watermarks. Like `seenMs` missing in states written before 0.2: then `end` stands for it. */
  readonly logEnd?: readonly Offset[] | undefined;
  /** When `end` and `logEnd` were read, in milliseconds since 1970; 0 where that is not known. */
  readonly seenMs?: readonly number[] | undefined;
  readonly logStart: readonly Offset[];
  /** Where a bounded run ends; null while that can't be known yet. Null as a whole: endless. */
  readonly until: readonly (Offset | null)[] | null;
  /** Of the records before each cursor: what shows that a log was truncated, and where. */
  readonly leaderEpochs: readonly LeaderEpochs[];
  /** Of the leader that named each `end`; -1 where it is not known. */
  readonly endLeaderEpoch: readonly number[];
  /** Offsets below may have been sent before: look first. May be `TO_LOG_END`. */
  readonly reconcileUntil: readonly Offset[];
  readonly rows: readonly number[];
  readonly deadLetters: readonly number[];
}

/** State as a run gets it: written before leader epochs were kept, it has none. */
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

/** Everything up to where the log ends when it is next polled. */
export const TO_LOG_END: Offset = String(Number.MAX_SAFE_INTEGER);

export interface HeldPlan {
  readonly hold: Hold;
  /** What waits, to be issued again word for word; null where nothing was planned yet. */
  readonly plan: BatchPlan | null;
  /** The table or the topic as it is now, to continue with after a decision. */
  readonly foundTarget?: Target | undefined;
  readonly givesUp?: GivesUp | undefined;
  readonly foundTopicId?: string | undefined;
}

/** A decision to leave records out: its dead letter is written before the cursor moves. */
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
  /** Blocks that succeeded under this cut since it last changed. */
  readonly successes: number;
  readonly why: string;
  /** While a lane halves its blocks to find a row that the table refuses: what its cut goes back to once it is found. */
  readonly search?: { readonly lane: number; readonly before: Shrunk | null } | undefined;
}

/** What `resolvePipeline` finds out, once, at the start of a pipeline. */
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
  /** Of the records before each cursor, as far as whoever committed it has said; left out by older releases. */
  readonly leaderEpochs?: readonly LeaderEpochs[] | undefined;
  readonly endLeaderEpoch?: readonly number[] | undefined;
  readonly warnings: readonly string[];
  /** What of the warnings is about the start itself, to be logged once. Absent in results of older workers. */
  readonly notes?: readonly string[] | undefined;
  /** Partitions whose start the group does not know yet. Absent in results of older workers: all of them. */
  readonly uncommitted?: readonly number[] | undefined;
  /** Of the worker that resolved it; absent in results of older workers. */
  readonly failoverSeconds?: number | undefined;
  /** What is read again on purpose. */
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

/** As carried state remembers it. */
export interface KnownUnavailable extends Unavailable {
  /** When a look last found it so, in milliseconds since 1970. */
  readonly seenMs: number;
}
