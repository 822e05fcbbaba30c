import { type ContractOptions, specOf } from '../domain/contract/contract-options.js';
import { contractProblems } from '../domain/contract/contract-problems.js';
import { type Contract, contractOf } from '../domain/contract/define-contract.js';
import { optionText } from '../domain/contract/option-problems.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';
import { type SchemaProblem, schemaProblems } from '../domain/schema-problems.js';
import { ConfigFileError } from './config-file-error.js';
import type { ConfigContent } from './config-content.js';
import { type ConfigProblem, configProblem } from './config-problem.js';
import { yamlConfig } from './config-schema.js';
import { pipelineProblems } from './pipeline-problems.js';
import { parseYaml } from './parse-yaml.js';

interface YamlConfig {
  readonly contracts?: Readonly<Record<string, Omit<ContractOptions, 'name'>>>;
  readonly pipelines?: Readonly<Record<string, PipelineInput>>;
}

/** Options that are functions, which YAML can't express. */
const CODE_OPTIONS: readonly unknown[] = ['transform', 'validate'];

/** Reads and checks a YAML config. Throws `ConfigFileError` with the line and column of every problem. */
export function readYamlConfig(path: string, text: string): ConfigContent {
  const parsed = parseYaml(text);
  if (parsed.kind === 'invalid') throw new ConfigFileError(path, parsed.problems);
  const refuse = (problems: readonly ConfigProblem[]) => {
    if (problems.length === 0) return;
    const placed = problems.map(({ at, text: what }) => ({ ...parsed.placeOf(at), text: what }));
    throw new ConfigFileError(
      path,
      placed.toSorted((a, b) => a.line - b.line),
    );
  };
  refuse(schemaProblems(yamlConfig, parsed.value).map(yamlProblem));
  const { contracts: written = {}, pipelines = {} } = parsed.value as YamlConfig;
  const specs = Object.entries(written).map(([name, options]) => specOf({ ...options, name }));
  refuse([
    ...specs.flatMap((spec) =>
      contractProblems(spec, { hasTransform: false }).map(({ at, text: what }) => ({
        // The name of a contract is its key.
        at: ['contracts', spec.name, ...(at[0] === 'name' ? [] : at)],
        text: `contract ${spec.name}: ${what}`,
      })),
    ),
    ...pipelineProblems(pipelines, Object.keys(written)),
  ]);
  const contracts: readonly Contract[] = specs.map((spec) => contractOf(spec));
  return { contracts, pipelines };
}

function yamlProblem(problem: SchemaProblem): ConfigProblem {
  const { at, kind } = problem;
  const [first, contract, ...below] = at;
  if (first !== 'contracts' || contract === undefined) return configProblem(problem);
  const place = `contract ${contract}: `;
  const isCode = kind === 'unknown' && below.length === 1 && CODE_OPTIONS.includes(below[0]);
  if (isCode) {
    const text = `${place}YAML can't express ${below[0] ?? ''}: declare the contract in millrace.config.ts`;
    return { at, text };
  }
  return { at, text: place + optionText({ ...problem, at: below }) };
}
