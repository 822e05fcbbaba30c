import {
  type DemoSubject,
  pipelineSubject,
  STREAM_EVENTS,
} from '../../../dev/demo/demo-subject.js';
import type { LoadedConfig } from '../../config/config-file.js';
import { DEFAULT_CONTRACT, TABLE_CONTRACT } from '../../domain/table/planned-contract.js';
import type { PipelineInput } from '../../domain/pipeline/settings.js';
import { CommandError } from '../errors.js';
import { loadConfig, type Place } from './configured-pipeline.js';

/**
 * The pipeline to show: the named one, or the only one of the config file; without a config file, the built-in contract. For a
 * config without pipelines, each contract counts as a pipeline of the same name. Throws `CommandError` and `ConfigFileError`.
 */
export async function findSubject(place: Place, name: string | null): Promise<DemoSubject> {
  const config = await loadConfig(place);
  if (config.path === null) {
    if (name === null) return STREAM_EVENTS;
    throw new CommandError(
      `There is no config file in ${place.directory}, so there is no pipeline ${name}: run the demo without a name, or in the folder of your config.`,
    );
  }
  const inputs = inputsOf(config);
  const names = Object.keys(inputs);
  const chosen = name ?? (names.length === 1 ? names[0] : undefined);
  const input = chosen === undefined ? undefined : inputs[chosen];
  if (chosen === undefined || input === undefined) {
    const what = name === null ? 'Name the pipeline to show' : `There is no pipeline ${name}`;
    throw new CommandError(`${what}: ${config.path} has ${names.join(', ') || 'none'}.`);
  }
  const contract = config.contracts.find(({ spec }) => spec.name === input.contract) ?? null;
  if (input.contract === TABLE_CONTRACT) {
    throw new CommandError(
      `Pipeline ${chosen} takes its columns from an existing table, and the demo's ClickHouse is empty: name a pipeline with another contract.`,
    );
  }
  return pipelineSubject({ name: chosen, input, contract, configFile: config.path });
}

function inputsOf({ contracts, pipelines }: LoadedConfig): Readonly<Record<string, PipelineInput>> {
  if (Object.keys(pipelines).length > 0) return pipelines;
  const own = contracts.map(({ spec: { name } }) => [name, { contract: name }] as const);
  return own.length > 0 ? Object.fromEntries(own) : { [DEFAULT_CONTRACT]: {} };
}
