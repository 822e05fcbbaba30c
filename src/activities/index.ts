import type { BatchOutcome, BatchPlan } from '../domain/pipeline/batch-plan.js';
import type { LogDecision } from '../domain/log/log.js';
import type { AwaitInput, AwaitResult } from '../domain/pipeline/await-records.js';
import type { Offset } from '../domain/records/offset-range.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';
import type { VerifyInput } from '../domain/verify/public-types.js';
import type { RedriveInput } from '../domain/redrive/public-types.js';
import type { ResolvedPipeline, Skip } from '../domain/pipeline/state.js';
import type { StartClaim } from '../domain/ports/workflows.js';
import type { TableName } from '../domain/table/table-name.js';
import type {
  FindLetters,
  PlannedWindow,
  RedriveLetters,
  RedriveOutcome,
  RedrivePlan,
} from '../domain/redrive/plan.js';
import type { SliceProgress, VerifyPlan, VerifySlice } from '../domain/verify/plan.js';

export interface CommitInput {
  readonly topic: string;
  readonly groupId: string;
  /** Next offset to read, one per partition. */
  readonly cursors: readonly Offset[];
  /** Partitions to commit; all of them unless given. */
  readonly only?: readonly number[] | undefined;
  /** The log that the offsets belong to, and the decision about it; missing from workflows of older releases. */
  readonly topicId?: string;
  readonly log?: LogDecision | undefined;
  /** Leader epoch of the last record before each cursor, -1 if unknown; older releases leave it out. */
  readonly leaderEpochs?: readonly number[] | undefined;
  /** Tries only once, for a moment: nothing depends on it, and a coordinator that hangs must not block a lane. */
  readonly isOptional?: true | undefined;
  /** Commits nothing if another running pipeline was the last to commit one of these partitions. */
  readonly unlessOwned?: true | undefined;
}

export type ResolveInput = PipelineInput & {
  /** The run was reset or retried, so it must not repeat what the start command asks for only once. */
  readonly startedBefore?: true | undefined;
};

export interface RecordSkipInput {
  readonly table: TableName;
  readonly topic: string;
  /** Missing from workflows of older releases, like `log`. */
  readonly topicId?: string;
  readonly log?: LogDecision | undefined;
  readonly skip: Skip;
}

/** The result of `recordSkip`. Its offset is still to be committed. */
export interface SkipRecorded {
  readonly isUncommitted: true;
}

/** The activities that workflows call. Histories record their names and shapes, so released ones never change. */
export interface Activities {
  /** Completes the input, finds or creates the tables, and determines where every partition starts and ends. */
  readonly resolvePipeline: (input: ResolveInput) => Promise<ResolvedPipeline>;
  /** Waits until visibility lists a pipeline, so that its claim can end; false if the wait must be repeated. */
  readonly awaitListed: (claim: StartClaim) => Promise<boolean>;
  /** Long poll: returns when a batch is worth planning. */
  readonly awaitRecords: (input: AwaitInput) => Promise<AwaitResult>;
  /** Reads exactly the planned ranges, inserts them, and commits their offsets, in this order. */
  readonly ingestBatch: (plan: BatchPlan) => Promise<BatchOutcome>;
  /** Resolves with the reason if Kafka refused, else with null. Undefined in histories of older workers. */
  readonly commitOffsets: (input: CommitInput) => Promise<string | null | undefined>;
  /** Writes the dead letter for a decision to skip records. Undefined in histories of older workers. */
  readonly recordSkip: (input: RecordSkipInput) => Promise<SkipRecorded | undefined>;
  /** Determines what is compared with what. */
  readonly resolveVerify: (input: VerifyInput) => Promise<VerifyPlan>;
  /** Compares some offsets of one partition. */
  readonly verifySlice: (slice: VerifySlice) => Promise<SliceProgress>;
  /** Determines which dead letters are chosen, and what happens to them. */
  readonly resolveRedrive: (input: RedriveInput) => Promise<RedrivePlan>;
  /** Finds the next window of dead letters; null if there are no more. */
  readonly findLetters: (input: FindLetters) => Promise<PlannedWindow | null>;
  /** Turns the dead letters of a window into rows, and closes those that became rows. A dry run only reports what would happen. */
  readonly redriveLetters: (input: RedriveLetters) => Promise<RedriveOutcome>;
}
