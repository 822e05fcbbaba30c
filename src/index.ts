// What a project of your own imports: declarations alone, which do nothing by themselves.
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
