// `millrace/client`: starts and steers pipelines through Temporal's client. It needs `@temporalio/client` alone.
export { ClientError, type ClientErrorKind } from './client/client-error.js';
export { getPipeline, type PipelineHandle, startPipeline } from './client/pipeline-client.js';
export { getRedrive, type RedriveHandle, startRedrive } from './client/redrive-client.js';
export type { StartOptions } from './client/start-workflow.js';
export { getVerify, startVerify, type VerifyHandle } from './client/verify-client.js';
export type { Hold, HoldReason } from './domain/holds/hold.js';
export type {
  Decision,
  PartitionStatus,
  PipelineStatus,
} from './domain/pipeline/pipeline-status.js';
export type { OffsetRange } from './domain/records/offset-range.js';
export type { RedriveInput, RedriveReport } from './domain/redrive/public-types.js';
export type { Guarantee, GuaranteeLevel } from './domain/table/guarantee-level.js';
export type {
  ContentReport,
  PartitionReport,
  RangeList,
  VerifyInput,
  VerifyReport,
  VerifyVerdict,
} from './domain/verify/public-types.js';
