/**
 * The API for config files and for programs that run their own worker. Importing it has no side effects.
 *
 * @module millrace
 */
export type {
  ClickHouseConfig,
  Config as WorkerConfig,
  KafkaConfig,
  TlsFiles,
} from './config/environment.js';
export { defineConfig, type MillraceConfig } from './config/define-config.js';
export { type Contract, ContractError, defineContract } from './domain/contract/define-contract.js';
export type {
  ColumnOptions,
  Columns,
  ContractOptions,
  ReceivedRowOf,
  RowOf,
  StandardSchema,
} from './domain/contract/contract-options.js';
export type { RecordView } from './domain/contract/record-view.js';
export { filtered, rejected, type Verdict } from './domain/contract/verdict.js';
export type { RecordHeader } from './domain/records/record-run.js';
export type {
  BatchLimits,
  BatchLimitsInput,
  EndPosition,
  PipelineInput,
  StartPosition,
} from './domain/pipeline/settings.js';
export type { Instant, Offset } from './domain/records/offset-range.js';
export { configFromEnvironment, runWorker } from './worker/library.js';
export type { WorkerOptions } from './worker/run-worker.js';
export { StartError } from './worker/start-error.js';
