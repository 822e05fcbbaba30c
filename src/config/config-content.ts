import type { Contract } from '../domain/contract/define-contract.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';

/** What a config file declares, checked. */
export interface ConfigContent {
  readonly contracts: readonly Contract[];
  /** Inputs of the workflow `pipeline`, by the names that `millrace start` knows them by. */
  readonly pipelines: Readonly<Record<string, PipelineInput>>;
}
