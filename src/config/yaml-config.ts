import { type ContractOptions, specOf } from '../domain/contract/contract-options.js';
import { contractOf } from '../domain/contract/define-contract.js';
import { contentProblems, optionText } from '../domain/contract/option-problems.js';
import { isObject } from '../domain/is-object.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';
import { type SchemaProblem, schemaProblems } from '../domain/schema-problems.js';
import { shownName } from '../domain/shown-name.js';
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
  const problems = problemsOf(parsed.value);
  if (problems.length > 0) {
    const placed = problems.map(({ at, text: what }) => ({ ...parsed.placeOf(at), text: what }));
    throw new ConfigFileError(
      path,
      placed.toSorted((a, b) => a.line - b.line || a.column - b.column),
    );
  }
  const { contracts = {}, pipelines = {} } = parsed.value as YamlConfig;
  return {
    contracts: Object.entries(contracts).map(([name, options]) =>
      contractOf(specOf({ ...options, name })),
    ),
    pipelines,
  };
}

/** What the schema does not accept, and what is wrong in everything that it accepts. */
function problemsOf(value: unknown): readonly ConfigProblem[] {
  const shape = schemaProblems(yamlConfig, value);
  const problems = shape.map(yamlProblem);
  if (shape.some(({ at, kind }) => at.length === 0 && kind === 'wrong')) return problems;
  const { contracts: written, pipelines } = value as Readonly<Record<string, unknown>>;
  const contracts = Object.entries(objectOr(written));
  return [
    ...problems,
    ...contracts.flatMap(([name, options]) => contractProblemsIn(name, options, shape)),
    ...pipelineProblems(pipelines, {
      contracts: areContractsKnown(written, shape) ? contracts.map(([name]) => name) : null,
      shape,
    }),
  ];
}

function contractProblemsIn(
  name: string,
  options: unknown,
  shape: readonly SchemaProblem[],
): readonly ConfigProblem[] {
  const own = shape
    .filter(({ at }) => at[0] === 'contracts' && at[1] === name)
    .map((problem) => ({ ...problem, at: problem.at.slice(2) }));
  // The name of a contract is its key.
  const named = isObject(options) ? { ...options, name } : options;
  return contentProblems(named, own).map(({ at, text }) => ({
    at: ['contracts', name, ...(at[0] === 'name' ? [] : at)],
    text: `contract ${shownName(name)}: ${text}`,
  }));
}

/** A misspelt `contracts` is an unknown key: then nobody knows which contracts there are. */
function areContractsKnown(written: unknown, shape: readonly SchemaProblem[]): boolean {
  if (written !== undefined) return isObject(written);
  return !shape.some(({ at, kind }) => at.length === 1 && kind === 'unknown');
}

function objectOr(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function yamlProblem(problem: SchemaProblem): ConfigProblem {
  const { at, kind } = problem;
  const [first, contract, ...below] = at;
  if (first !== 'contracts' || contract === undefined) return configProblem(problem);
  const place = `contract ${shownName(String(contract))}: `;
  const isCode = kind === 'unknown' && below.length === 1 && CODE_OPTIONS.includes(below[0]);
  if (isCode) {
    const text = `${place}YAML can't express ${below[0] ?? ''}: declare the contract in millrace.config.ts`;
    return { at, text };
  }
  return { at, text: place + optionText({ ...problem, at: below }) };
}
