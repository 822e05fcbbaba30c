import { loadConfigFile } from '../config/config-file.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';
import { CommandError, UsageError } from './errors.js';
import { nearestName } from './nearest-name.js';
import type { Surroundings } from './verb.js';

/** The pipeline's input in the config file. Throws `CommandError` where it has none of that name. */
export async function configuredPipeline(
  name: string,
  surroundings: Pick<Surroundings, 'environment' | 'directory'>,
): Promise<PipelineInput> {
  const found = (await configured(surroundings)).pipelines[name];
  if (found !== undefined) return found;
  throw new CommandError(
    `Neither Temporal nor the config has a pipeline ${name}. Check its name and TEMPORAL_NAMESPACE, or give --topic, --group and --table instead of a name.`,
  );
}

/** The pipeline's input in the config file; empty without a config. Throws `UsageError` where a config has pipelines, and none of this name. */
export async function configuredOrEmpty(
  name: string,
  surroundings: Pick<Surroundings, 'environment' | 'directory'>,
): Promise<PipelineInput> {
  const { path, pipelines } = await configured(surroundings);
  const names = Object.keys(pipelines);
  const found = pipelines[name];
  if (found !== undefined) return found;
  if (path === null || names.length === 0) return {};
  const near = nearestName(name, names);
  const hint = near === null ? `it has ${names.join(', ')}` : `did you mean ${near}?`;
  throw new UsageError(
    `${path} has no pipeline ${name}: ${hint} Options such as --topic and --table start one that is not in the config.`,
  );
}

function configured({ environment, directory }: Pick<Surroundings, 'environment' | 'directory'>) {
  // Empty counts as unset, as in .env.example.
  const named = environment['MILLRACE_CONFIG'] ?? null;
  return loadConfigFile(named === '' ? null : named, directory);
}
