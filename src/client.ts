/**
 * Starts and controls pipelines through Temporal's client. It needs only `@temporalio/client`.
 *
 * @module millrace/client
 */
export { ClientError, type ClientErrorKind } from './client/client-error.js';
export { getPipeline, type PipelineHandle, startPipeline } from './client/pipeline-client.js';
export { getRedrive, type RedriveHandle, startRedrive } from './client/redrive-client.js';
export type { StartOptions } from './client/start-workflow.js';
export { getVerify, startVerify, type VerifyHandle } from './client/verify-client.js';
export type { Hold, HoldReason } from './domain/holds/hold.js';
export type { DeadLetterCounts, DeadLetterReason } from './domain/dead-letters/dead-letter.js';
export type { WhyUnavailable } from './domain/log/topic-offsets.js';
export type { BatchPhases } from './domain/pipeline/batch-plan.js';
export type { BatchSummary } from './domain/pipeline/batch-summary.js';
export type { ConfigureInput, PauseInput, ResolveHoldInput } from './domain/pipeline/messages.js';
export type {
  Decision,
  InHand,
  LogStatus,
  OpenTransaction,
  PartitionStatus,
  PipelineStatus,
  UnavailablePartition,
} from './domain/pipeline/pipeline-status.js';
export type { PipelineResult } from './domain/pipeline/result.js';
export type {
  BatchLimits,
  BatchLimitsInput,
  EndPosition,
  PipelineInput,
  PipelineSettings,
  StartPosition,
} from './domain/pipeline/settings.js';
export type { Instant, Offset, OffsetRange } from './domain/records/offset-range.js';
export type { RedriveInput, RedriveReport } from './domain/redrive/public-types.js';
export type { Guarantee, GuaranteeLevel, NotStored } from './domain/table/guarantee-level.js';
export type {
  ContentReport,
  DifferenceList,
  PartitionReport,
  RangeList,
  VerifyCounts,
  VerifyInput,
  VerifyReport,
  VerifyVerdict,
} from './domain/verify/public-types.js';
