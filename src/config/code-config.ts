import {
  type BrokenContract,
  collectBrokenContracts,
} from '../domain/contract/collected-contracts.js';
import { shownName } from '../domain/shown-name.js';
import { type SchemaProblem, schemaProblems } from '../domain/schema-problems.js';
import { ConfigFileError, type ConfigFileProblem, withoutLine } from './config-file-error.js';
import { configProblem } from './config-problem.js';
import { codeConfig } from './config-schema.js';
import type { ConfigContent } from './config-content.js';
import { pipelineProblems } from './pipeline-problems.js';

/**
 * Runs a config file in TypeScript or JavaScript and checks its default export. It uses jiti, which reads TypeScript in the same
 * way in every release of Node and in every kind of package. Throws `ConfigFileError`.
 */
export async function loadCodeConfig(path: string): Promise<ConfigContent> {
  const { outcome, broken } = await collectBrokenContracts(() => load(path));
  const ofContracts = broken.flatMap(({ name, problems }) =>
    problems.map((problem) => `contract ${shownName(name)}: ${problem}`),
  );
  // A stand-in for a broken contract may be what the file failed at.
  if ('error' in outcome && broken.length === 0) throw outcome.error;
  const exported = 'error' in outcome ? null : { value: outcome.value };
  const problems = [...ofContracts, ...(exported ? problemsOf(exported.value, broken) : [])];
  if (problems.length > 0) throw new ConfigFileError(path, problems.map(withoutLine));
  const { contracts = [], pipelines = {} } = exported?.value as Partial<ConfigContent>;
  return { contracts, pipelines };
}

async function load(path: string): Promise<unknown> {
  try {
    const { createJiti } = await import('jiti');
    const module = await createJiti(import.meta.url).import<{ readonly default?: unknown }>(path);
    // Without a default export, jiti gives all exports as the default.
    return 'default' in module ? module.default : undefined;
  } catch (error) {
    const syntax = syntaxProblem(error, path);
    const problems = syntax === null ? whyNotLoaded(error).map(withoutLine) : [syntax];
    throw new ConfigFileError(path, problems, { cause: error });
  }
}

/** jiti's message about text that is no TypeScript: `ParseError: what is wrong`, and path, line and column below it. */
function syntaxProblem(error: unknown, path: string): ConfigFileProblem | null {
  const message = error instanceof Error ? error.message : '';
  const [headline = '', place = ''] = message.split('\n').map((line) => line.trim());
  const [, line, column] = /^:(\d+):(\d+)$/.exec(place.slice(path.length)) ?? [];
  if (!headline.startsWith('ParseError: ') || !place.startsWith(path) || line === undefined) {
    return null;
  }
  const text = `it can't be read: ${headline.slice('ParseError: '.length)}`;
  // jiti counts columns from 0.
  return { line: Number(line), column: Number(column) + 1, text };
}

/** Matches by name, because the file may import another copy of `millrace`, whose errors have other classes. */
function whyNotLoaded(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [`it can't be loaded: ${String(error)}`];
  const { problems } = error as { readonly problems?: unknown };
  const [headline = ''] = error.message.split('\n');
  if (error.name !== 'ContractError' || !Array.isArray(problems)) {
    return [`it can't be loaded: ${headline}`];
  }
  const contract = headline.replace(/ can't be used:$/, '');
  return problems.map((problem) => `${contract}: ${String(problem)}`);
}

function problemsOf(exported: unknown, broken: readonly BrokenContract[]): readonly string[] {
  const all = schemaProblems(codeConfig, exported);
  if (all.some(({ at }) => at.length === 0)) return all.map((each) => configProblem(each).text);
  const { contracts = [], pipelines } = exported as Partial<ConfigContent>;
  const standIns = broken.map(({ standIn }) => standIn);
  const isStandIn = ({ at: [first, index] }: SchemaProblem) =>
    first === 'contracts' &&
    typeof index === 'number' &&
    standIns.some((standIn) => standIn === contracts[index]);
  // The problems of a stand-in are reported already.
  const shape = all.filter((problem) => !isStandIn(problem));
  const areKnown = !shape.some(({ at, kind }) => at[0] === 'contracts' || kind === 'unknown');
  const names = areKnown ? contracts.map(({ spec }) => spec.name) : [];
  return [
    ...shape.map((each) => configProblem(each).text),
    ...doubles(names),
    ...pipelineProblems(pipelines, {
      contracts: areKnown ? [...names, ...broken.map(({ name }) => name)] : null,
      shape,
    }).map(({ text }) => text),
  ];
}

function doubles(names: readonly string[]): readonly string[] {
  return names
    .filter((name, index) => names.indexOf(name) < index)
    .map((name) => `contract ${name} is declared twice: remove or rename one of them`);
}
