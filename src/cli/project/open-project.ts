import { readFileSync } from 'node:fs';
import type { LoadedConfig } from '../../config/config-file.js';
import { type Config, parseConfig } from '../../config/environment.js';
import {
  completeSettings,
  type PipelineInput,
  type PipelineSettings,
} from '../../domain/pipeline/settings.js';
import { quotedName } from '../../domain/shown-name.js';
import { parseTableName, type TableName } from '../../domain/table/table-name.js';
import { CommandError } from '../errors.js';
import { nearestNameOr } from '../../domain/nearest-name.js';
import type { Surroundings } from '../verb.js';
import { DEFAULT_PIPELINE, loadConfig, type Place } from './configured-pipeline.js';

/** The folder in which the command runs: its environment and its config file, both checked. */
export interface Project {
  readonly config: Config;
  readonly declared: LoadedConfig;
}

/** A pipeline as a start would run it. */
export interface NamedPipeline {
  /** `stream-events` if there is no config file. */
  readonly name: string;
  readonly settings: PipelineSettings;
  readonly table: TableName;
}

/** Throws `CommandError` and `ConfigFileError`. */
export async function openProject(place: Place): Promise<Project> {
  const config = readSettings(place.environment);
  return { config, declared: await loadConfig(place) };
}

/** The environment as settings. Throws `CommandError`. */
export function readSettings(environment: Surroundings['environment']): Config {
  const parsed = parseConfig(environment, (path) => readFileSync(path, 'utf8'));
  if (parsed.kind === 'valid') return parsed.config;
  const faults = parsed.faults.map((fault) => `\n  ${fault}`).join('');
  throw new CommandError(`This environment can't be used:${faults}`);
}

/** What the config declares; without a config file, what the environment alone would start. */
export function pipelinesOf({ config, declared }: Project): readonly NamedPipeline[] {
  const inputs: readonly (readonly [string, PipelineInput])[] =
    declared.path === null ? [[DEFAULT_PIPELINE, {}]] : Object.entries(declared.pipelines);
  return inputs.map(([name, input]) => completed(name, input, config));
}

/** The pipeline of that name. Throws a `CommandError` that lists the existing ones. */
export function pipelineNamed(project: Project, name: string): NamedPipeline {
  const all = pipelinesOf(project);
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = all.map((each) => each.name);
  const there = names.length === 0 ? 'the config declares none' : `there are ${names.join(', ')}`;
  throw new CommandError(`There is no pipeline ${name}: ${nearestNameOr(there, name, names)}`);
}

/** Completes an input with the settings of the environment. */
export function completed(name: string, input: PipelineInput, config: Config): NamedPipeline {
  const { settings } = completeSettings(input, config.defaults);
  const table = parseTableName(settings.table, config.defaults.database);
  if (table === null) {
    throw new CommandError(
      `${quotedName(settings.table)} is not a table name: give "table" or "database.table" in CLICKHOUSE_TABLE`,
    );
  }
  return { name, settings, table };
}
