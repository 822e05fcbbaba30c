import type { Contract } from '../domain/contract/define-contract.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';

/** What a config file declares, after all checks. */
export interface ConfigContent {
  readonly contracts: readonly Contract[];
  /** Inputs of the workflow `pipeline`, by the name that `millrace start` takes. */
  readonly pipelines: Readonly<Record<string, PipelineInput>>;
}
