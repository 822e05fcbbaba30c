import { existsSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { ConfigContent } from './config-content.js';
import { ConfigFileError, withoutLine } from './config-file-error.js';

/** In the order of the search in the working directory. */
export const CODE_NAMES = ['ts', 'mts', 'js', 'mjs'].map(
  (extension) => `millrace.config.${extension}`,
);
export const YAML_NAMES = ['millrace.yaml', 'millrace.yml'];

export interface LoadedConfig extends ConfigContent {
  /** Absolute; null if there is no config file. */
  readonly path: string | null;
}

/** Loads the named config file, or else the one in the working directory. Throws `ConfigFileError`. */
export async function loadConfigFile(
  named: string | null,
  directory: string,
): Promise<LoadedConfig> {
  const path = named === null ? foundIn(directory) : resolve(directory, named);
  if (path === null) return { path, contracts: [], pipelines: {} };
  if (!existsSync(path)) {
    const text =
      'the file does not exist: correct the path or, if it comes from there, MILLRACE_CONFIG';
    throw new ConfigFileError(path, [withoutLine(text)]);
  }
  return { path, ...(await load(path)) };
}

/** Imports only the reader that is needed: a worker without a config file starts faster if it loads neither. */
async function load(path: string): Promise<ConfigContent> {
  if (['.yaml', '.yml'].includes(extname(path))) {
    const { readYamlConfig } = await import('./yaml-config.js');
    return readYamlConfig(path, readFileSync(path, 'utf8'));
  }
  const { loadCodeConfig } = await import('./code-config.js');
  return loadCodeConfig(path);
}

function foundIn(directory: string): string | null {
  const firstOf = (names: readonly string[]) =>
    names.map((name) => resolve(directory, name)).find((path) => existsSync(path));
  const [code, yaml] = [firstOf(CODE_NAMES), firstOf(YAML_NAMES)];
  if (code !== undefined && yaml !== undefined) {
    const text = `${yaml} exists as well, but only one config can be used: remove one of them, or name one in MILLRACE_CONFIG`;
    throw new ConfigFileError(code, [withoutLine(text)]);
  }
  return code ?? yaml ?? null;
}
