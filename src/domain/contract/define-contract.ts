import { shownName } from '../shown-name.js';
import { contractHash } from './contract-hash.js';
import {
  type AnyTransform,
  type Checked,
  type Columns,
  type ContractOptions,
  specOf,
  type StandardSchema,
} from './contract-options.js';
import { brokenContracts } from './collected-contracts.js';
import type { ContractProblem } from './contract-problem.js';
import { contractProblems } from './contract-problems.js';
import type { ContractSpec } from './contract-spec.js';
import { schemaProblems } from '../schema-problems.js';
import { optionProblems } from './option-problems.js';
import { contractOptions } from './options-schema.js';
import { usableOptions } from './usable-options.js';

/** How records become rows. It has been checked and is ready to run. */
export interface Contract {
  readonly spec: ContractSpec;
  readonly hash: string;
  readonly transform: AnyTransform | null;
  readonly validate: StandardSchema | null;
}

/** Lists everything that contradicts itself in a contract, each in a sentence. */
export class ContractError extends Error {
  readonly problems: readonly string[];

  constructor(name: string, problems: readonly string[]) {
    super(
      [`contract ${shownName(name)} can't be used:`, ...problems.map((each) => `- ${each}`)].join(
        '\n',
      ),
    );
    this.name = 'ContractError';
    this.problems = problems;
  }
}

/**
 * Declares how records become rows. Throws a `ContractError` that lists everything that is wrong. While a config file is loaded,
 * it throws nothing: the loader reports the problems of all contracts at once.
 */
export function defineContract<const C extends Columns>(
  options: ContractOptions<C & Checked<C>> & { readonly columns: C & Checked<C> },
): Contract {
  const written = options as unknown as ContractOptions;
  const problems = optionProblems(written);
  if (problems.length > 0) return refused(written, problems);
  const { transform = null, validate = null } = written;
  return contractOf(specOf(written), { transform: transform as AnyTransform | null, validate });
}

function refused(written: ContractOptions, problems: readonly ContractProblem[]): Contract {
  const name = nameIn(written);
  const error = contractError(name, problems);
  const broken = brokenContracts();
  if (broken === null) throw error;
  const { options } = usableOptions(written, schemaProblems(contractOptions, written)) ?? {
    options: { name, columns: {} },
  };
  // No contract has this hash, so a stand-in can't be used as a contract.
  const standIn = { spec: specOf(options), hash: '', transform: null, validate: null };
  broken.push({ name, problems: error.problems, standIn });
  return standIn;
}

/** Makes a contract from a spec that comes from YAML or from a table. Throws `ContractError`. */
export function contractOf(
  spec: ContractSpec,
  {
    transform = null,
    validate = null,
    isBuiltIn = false,
  }: Partial<Contract> & {
    /** It may have a name that is reserved for Millrace. */
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
