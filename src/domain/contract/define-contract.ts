import { contractHash } from './contract-hash.js';
import {
  type AnyTransform,
  type Checked,
  type Columns,
  type ContractOptions,
  specOf,
  type StandardSchema,
} from './contract-options.js';
import type { ContractProblem } from './contract-problem.js';
import { contractProblems } from './contract-problems.js';
import type { ContractSpec } from './contract-spec.js';
import { optionProblems } from './option-problems.js';

/** How records become rows: checked, and ready to run. */
export interface Contract {
  readonly spec: ContractSpec;
  readonly hash: string;
  readonly transform: AnyTransform | null;
  readonly validate: StandardSchema | null;
}

/** All that contradicts itself in a contract, each in a sentence. */
export class ContractError extends Error {
  readonly problems: readonly string[];

  constructor(name: string, problems: readonly string[]) {
    super([`contract ${name} can't be used:`, ...problems.map((each) => `- ${each}`)].join('\n'));
    this.name = 'ContractError';
    this.problems = problems;
  }
}

/** Declares how records become rows. Throws `ContractError` with everything that is wrong at once. */
export function defineContract<const C extends Columns>(
  options: ContractOptions<C & Checked<C>> & { readonly columns: C & Checked<C> },
): Contract {
  const written = options as unknown as ContractOptions;
  const problems = optionProblems(written);
  // What is not written as it has to be can't be judged any further.
  if (problems.length > 0) throw contractError(nameIn(options), problems);
  const { transform = null, validate = null } = written;
  return contractOf(specOf(written), { transform: transform as AnyTransform | null, validate });
}

/** A contract from its spec, as YAML or a table gives it. Throws `ContractError`. */
export function contractOf(
  spec: ContractSpec,
  {
    transform = null,
    validate = null,
    isBuiltIn = false,
  }: Partial<Contract> & {
    /** It may have a name that users can't give. */
    readonly isBuiltIn?: boolean;
  } = {},
): Contract {
  const problems = contractProblems(spec, { hasTransform: transform !== null, isBuiltIn });
  if (problems.length > 0) throw contractError(spec.name, problems);
  const runs = { hasTransform: transform !== null, hasValidation: validate !== null };
  return { spec, hash: contractHash(spec, runs), transform, validate };
}

function contractError(name: string, problems: readonly ContractProblem[]): ContractError {
  return new ContractError(
    name,
    problems.map(({ text }) => text),
  );
}

function nameIn(options: unknown): string {
  const name: unknown = (options as { readonly name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : 'without a name';
}
