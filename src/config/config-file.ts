import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { contractHash } from '../domain/contract/contract-hash.js';
import type { Contract } from '../domain/contract/define-contract.js';

/** In the order in which they are looked for in the working directory. */
const NAMES = ['ts', 'mts', 'js', 'mjs'].map((extension) => `millrace.config.${extension}`);

const KEYS = ['contracts'];

/** What keeps a config file from being used, in words for whoever wrote it. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';
}

export interface LoadedConfig {
  /** Absolute; null where there is no config file. */
  readonly path: string | null;
  readonly contracts: readonly Contract[];
}

/**
 * Loads the config file that is named, or the one in the working directory. By jiti, which reads TypeScript the same way under
 * every release of Node, whatever kind of package it is in. Throws `ConfigFileError`.
 */
export async function loadConfigFile(
  named: string | null,
  directory: string,
): Promise<LoadedConfig> {
  const path = named === null ? foundIn(directory) : resolve(directory, named);
  if (path === null) return { path, contracts: [] };
  if (!existsSync(path)) throw new ConfigFileError(`MILLRACE_CONFIG: ${path} does not exist`);
  const loaded = await load(path);
  const problems = problemsOf(loaded);
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    throw new ConfigFileError(`${path} can't be used:${list}`);
  }
  return { path, contracts: (loaded as { contracts: readonly Contract[] }).contracts };
}

function foundIn(directory: string): string | null {
  const paths = NAMES.map((name) => resolve(directory, name));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** The default export. */
async function load(path: string): Promise<unknown> {
  try {
    const { createJiti } = await import('jiti');
    const module = await createJiti(import.meta.url).import<{ readonly default?: unknown }>(path);
    return module.default;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigFileError(`${path} can't be loaded: ${why}`, { cause: error });
  }
}

function problemsOf(config: unknown): readonly string[] {
  // What jiti gives for a file without any export is an empty object.
  if (typeof config !== 'object' || config === null || Object.keys(config).length === 0) {
    return ['it exports no config: export default defineConfig({ contracts: [...] })'];
  }
  const { contracts } = config as { readonly contracts?: unknown };
  const problems = Object.keys(config)
    .filter((key) => !KEYS.includes(key))
    .map((key) => `there is no option ${key}: it has ${KEYS.join(', ')}`);
  if (!Array.isArray(contracts)) {
    return [...problems, 'contracts must be an array of what defineContract gives'];
  }
  const names = contracts.map((contract: unknown) =>
    isContract(contract) ? contract.spec.name : null,
  );
  for (const [index, name] of names.entries()) {
    if (name === null) {
      problems.push(
        `contracts[${index}] is not what defineContract of this release gives: import it from the millrace that the worker runs`,
      );
    } else if (names.indexOf(name) < index) problems.push(`contract ${name} is there twice`);
  }
  return problems;
}

/** Another release may know other options, or write them down otherwise: its hash would be another one. */
function isContract(value: unknown): value is Contract {
  try {
    const { spec, hash, transform, validate } = value as Contract;
    const runs = { hasTransform: transform !== null, hasValidation: validate !== null };
    return contractHash(spec, runs) === hash;
  } catch {
    return false;
  }
}
