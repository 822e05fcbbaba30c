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
  /** The log that the offsets are of, and what was decided about it; missing from workflows of older releases. */
  readonly topicId?: string;
  readonly log?: LogDecision | undefined;
  /** Of the last record before each, -1 where it is not known; left out by older releases. */
  readonly leaderEpochs?: readonly number[] | undefined;
  /** It is tried once, for a moment: nothing depends on it, and a coordinator that hangs must not hold a lane up. */
  readonly isOptional?: true | undefined;
}

export type ResolveInput = PipelineInput & {
  /** The run was reset or retried: it does not repeat what the start command asks for once. */
  readonly startedBefore?: true | undefined;
};

export interface RecordSkipInput {
  readonly table: TableName;
  readonly topic: string;
  /** Missing from workflows of older releases, like what was decided about the log. */
  readonly topicId?: string;
  readonly log?: LogDecision | undefined;
  readonly skip: Skip;
}

/** Everything that workflows may ask for. Names and shapes are in histories: released ones never change. */
export interface Activities {
  /** Completes the input, finds or makes the tables, and fixes where every partition starts and ends. */
  readonly resolvePipeline: (input: ResolveInput) => Promise<ResolvedPipeline>;
  /** Waits until visibility shows a pipeline, so that its claim can end; false where it has to be asked again. */
  readonly awaitListed: (claim: StartClaim) => Promise<boolean>;
  /** Long poll: returns when a batch is worth planning. */
  readonly awaitRecords: (input: AwaitInput) => Promise<AwaitResult>;
  /** Reads exactly the planned ranges, inserts them, and commits their offsets, in this order. */
  readonly ingestBatch: (plan: BatchPlan) => Promise<BatchOutcome>;
  /** Resolves with why Kafka refused, null where it did not. Undefined in histories of older workers. */
  readonly commitOffsets: (input: CommitInput) => Promise<string | null | undefined>;
  /** Writes the dead letter of a decision to leave records out. */
  readonly recordSkip: (input: RecordSkipInput) => Promise<void>;
  /** Fixes what is compared with what. */
  readonly resolveVerify: (input: VerifyInput) => Promise<VerifyPlan>;
  /** Compares some offsets of one partition. */
  readonly verifySlice: (slice: VerifySlice) => Promise<SliceProgress>;
  /** Fixes which dead letters are meant, and what is to become of them. */
  readonly resolveRedrive: (input: RedriveInput) => Promise<RedrivePlan>;
  /** The next dead letters to go through; null where there are no more. */
  readonly findLetters: (input: FindLetters) => Promise<PlannedWindow | null>;
  /** Makes rows of them, and closes those that became rows; or says what would be. */
  readonly redriveLetters: (input: RedriveLetters) => Promise<RedriveOutcome>;
}
