import { loadConfigFile, type LoadedConfig } from '../../config/config-file.js';
import type { PipelineInput } from '../../domain/pipeline/settings.js';
import { CommandError, UsageError } from '../errors.js';
import { nearestNameOr } from '../../domain/nearest-name.js';
import type { Surroundings } from '../verb.js';

/** Where to find the config file: `MILLRACE_CONFIG`, or the folder in which the command runs. */
export type Place = Pick<Surroundings, 'environment' | 'directory'>;

/** Loads and checks the config file. Does not check the rest of the environment. Throws `ConfigFileError`. */
export function loadConfig({ environment, directory }: Place): Promise<LoadedConfig> {
  // Empty counts as unset, as in .env.example.
  const named = environment['MILLRACE_CONFIG'] ?? null;
  return loadConfigFile(named === '' ? null : named, directory);
}

/** The pipeline's input in the config file. Throws `CommandError` if the file has no pipeline of that name. */
export async function configuredPipeline(name: string, place: Place): Promise<PipelineInput> {
  const found = (await loadConfig(place)).pipelines[name];
  if (found !== undefined) return found;
  throw new CommandError(
    `Neither Temporal nor the config has a pipeline ${name}. Check its name and TEMPORAL_NAMESPACE, or give --topic, --group and --table instead of a name.`,
  );
}

/** The pipeline that a worker without a config file runs. */
export const DEFAULT_PIPELINE = 'stream-events';

/**
 * The pipeline's input in the config file; empty if the config has no pipelines and the name or the options say which one is
 * meant. Throws `UsageError` otherwise.
 */
export async function configuredOrEmpty(
  name: string,
  place: Place,
  { isNamedByOptions }: { readonly isNamedByOptions: boolean },
): Promise<PipelineInput> {
  const { path, pipelines } = await loadConfig(place);
  const names = Object.keys(pipelines);
  const found = pipelines[name];
  if (found !== undefined) return found;
  if (names.length === 0) {
    if (name === DEFAULT_PIPELINE || isNamedByOptions) return {};
    const missing =
      path === null
        ? `There is no config file in ${place.directory}, so there is no pipeline ${name}.`
        : `${path} has no pipeline ${name}.`;
    throw new UsageError(
      `${missing} Run this in the folder of the config, or name the pipeline's topic and table with --topic and --table. The pipeline that the environment of the workers describes is called ${DEFAULT_PIPELINE}.`,
    );
  }
  const hint = nearestNameOr(`it has ${names.join(', ')}.`, name, names);
  throw new UsageError(
    `${path} has no pipeline ${name}: ${hint} Options such as --topic and --table start one that is not in the config.`,
  );
}
