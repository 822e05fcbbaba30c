import type { Contract } from '../domain/contract/define-contract.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';

/** What a worker runs, as `millrace.config.ts` exports it by default. */
export interface MillraceConfig {
  /** Chosen by their names in the inputs of `pipeline`, `verify` and `redrive`. `stream_events` and `table` are always there. */
  readonly contracts?: readonly Contract[];
  /** Named inputs of the workflow `pipeline`: `millrace start <name>` and `millrace check` know them. */
  readonly pipelines?: Readonly<Record<string, PipelineInput>>;
}

/** Gives the config back as it is: editors complete it, and the compiler checks it. */
export function defineConfig(config: MillraceConfig): MillraceConfig {
  return config;
}
