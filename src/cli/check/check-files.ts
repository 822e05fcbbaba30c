import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ConfigFileError } from '../../config/config-file-error.js';
import { type LoadedConfig, loadConfigFile } from '../../config/config-file.js';
import { type Config, parseConfig } from '../../config/environment.js';
import type { Surroundings } from '../verb.js';
import { checkTypes } from './check-types.js';
import { configWarnings } from './config-warnings.js';
import { mergeTypeProblems } from './merge-type-problems.js';
import { error, type Problem, warning } from './problem.js';

export interface CheckedFiles {
  /** Null if it can't be used. */
  readonly config: Config | null;
  readonly declared: LoadedConfig | null;
  /** Absolute; null if there is no config file. */
  readonly path: string | null;
  readonly problems: readonly Problem[];
}

/** The environment, the config file and its types: everything that needs no server. */
export async function checkFiles({
  environment,
  directory,
}: Pick<Surroundings, 'environment' | 'directory'>): Promise<CheckedFiles> {
  const parsed = parseConfig(environment, (path) => readFileSync(path, 'utf8'));
  const problems: Problem[] =
    parsed.kind === 'invalid' ? parsed.faults.map((fault) => error('environment', fault)) : [];
  const config = parsed.kind === 'valid' ? parsed.config : null;
  problems.push(...(config?.notices ?? []).map((notice) => warning('environment', notice)));
  const named = config?.configFile ?? environment['MILLRACE_CONFIG'] ?? null;
  try {
    const declared = await loadConfigFile(named === '' ? null : named, directory);
    const { path } = declared;
    if (path !== null) problems.push(...(await checkTypes(path, directory)));
    if (path !== null) {
      const file = relative(directory, path);
      problems.push(...configWarnings(declared, { file, config, environment }));
    }
    return { config, declared, path, problems };
  } catch (failure) {
    if (!(failure instanceof ConfigFileError)) throw failure;
    const { path } = failure;
    const loaded = fileProblems(failure, directory);
    if (!existsSync(path))
      return { config, declared: null, path, problems: [...problems, ...loaded] };
    // The compiler may refuse the same place, and it knows the line.
    const types = await checkTypes(path, directory);
    const text = { file: relative(directory, path), source: readFileSync(path, 'utf8') };
    problems.push(...mergeTypeProblems({ types, loaded }, text));
    return { config, declared: null, path, problems };
  }
}

function fileProblems({ path, problems }: ConfigFileError, directory: string): readonly Problem[] {
  const file = relative(directory, path);
  return problems.map(({ line, column, text }) =>
    error(line === null ? file : `${file}:${line}:${column ?? 1}`, text),
  );
}
