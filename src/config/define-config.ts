import type { Contract } from '../domain/contract/define-contract.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';

/** The config of a worker: the default export of `millrace.config.ts`. */
export interface MillraceConfig {
  /** The inputs of `pipeline`, `verify` and `redrive` choose one by its name. `stream_events` and `table` always exist. */
  readonly contracts?: readonly Contract[];
  /** Named inputs of the workflow `pipeline`, for `millrace start <name>` and `millrace check`. */
  readonly pipelines?: Readonly<Record<string, PipelineInput>>;
}

/** Returns the config unchanged. With it, editors complete the config and the compiler checks it. */
export function defineConfig(config: MillraceConfig): MillraceConfig {
  return config;
}
