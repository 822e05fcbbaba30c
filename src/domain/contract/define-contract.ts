import type { Verdict } from './verdict.js';
import type { ReadVariant } from '../types/value-rule.js';
import { contractHash } from './contract-hash.js';
import { contractProblems } from './contract-problems.js';
import type { ContractSpec } from './contract-spec.js';
import { specOf } from './contract-options.js';
import { optionProblems } from './option-problems.js';
import type { RecordView } from './record-view.js';
import type { IsWrong, Value } from './row-of.js';

/** A column, where its type text does not say everything. */
export interface ColumnOptions {
  /** A ClickHouse type: `LowCardinality(String)`. */
  readonly type: string;
  /** Where the value comes from; the event's field of `path` where it is left out. */
  readonly from?:
    | 'event'
    | 'key'
    | 'value'
    | 'timestamp'
    | 'headers'
    | 'rest'
    | 'transform'
    | 'server'
    | { readonly header: string };
  /** The field in nested objects: `'customer.id'`, or an array where a key has a dot. The column's name by default. */
  readonly path?: string | readonly string[];
  readonly read?: ReadVariant;
  /** For a missing field: a value as a transform gives it, or an expression of ClickHouse. */
  readonly default?: unknown;
  /** `default`: null counts as missing. Otherwise it is a dead letter where the type is not Nullable. */
  readonly null?: 'reject' | 'default';
}

export type Columns = Readonly<Record<string, string | ColumnOptions>>;

type TypeText<C> = C extends string
  ? C
  : C extends { readonly type: infer T extends string }
    ? T
    : never;
type SourceOf<C> = C extends { readonly from: infer F } ? F : 'event';

/** What a transform gives: its own columns, and those of the record that it changes. */
export type RowOf<C extends Columns> = Partial<ReceivedRowOf<C>> & {
  readonly [K in keyof C as SourceOf<C[K]> extends 'transform' ? K : never]: Value<TypeText<C[K]>>;
};

/** What a transform is given: the columns that the record fills. */
export type ReceivedRowOf<C extends Columns> = {
  readonly [K in keyof C as SourceOf<C[K]> extends 'server' | 'transform' ? never : K]: Value<
    TypeText<C[K]>
  >;
};

/** Puts an error at the column whose type or option is misspelt. */
type Checked<C extends Columns> = {
  readonly [K in keyof C]: true extends IsWrong<Value<TypeText<C[K]>>>
    ? { readonly 'unknown ClickHouse type': TypeText<C[K]> }
    : [UnknownOption<C[K]>] extends [never]
      ? C[K]
      : { readonly 'unknown option': UnknownOption<C[K]> };
};
type UnknownOption<C> = C extends string ? never : Exclude<keyof C, keyof ColumnOptions>;

/** A judge from any library of the Standard Schema (zod, valibot, arktype). */
export interface StandardSchema {
  readonly '~standard': {
    readonly validate: (value: unknown) => unknown;
  };
}

export interface ContractOptions<C extends Columns = Columns> {
  readonly name: string;
  readonly format?: { readonly kind: 'json' };
  readonly columns: C;
  readonly table?: { readonly orderBy?: readonly string[]; readonly partitionBy?: string };
  readonly when?: {
    readonly path: string | readonly string[];
    readonly in: readonly (string | number | boolean)[];
  };
  readonly tombstones?: 'reject' | 'skip';
  readonly id?: keyof C & string;
  readonly eventTime?: keyof C & string;
  /** Changes with the transform or the validation, so that two of them are never taken for one contract. */
  readonly version?: string;
  /** Must be pure and deterministic, because a batch that is sent again must have the same rows. */
  readonly transform?: (row: ReceivedRowOf<C>, record: RecordView) => RowOf<C> | Verdict;
  /** Judges the parsed event as well. Every record is then parsed. */
  readonly validate?: StandardSchema;
}

export type AnyTransform = (row: never, record: RecordView) => unknown;

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
  if (problems.length > 0) throw new ContractError(nameIn(options), problems);
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
  if (problems.length > 0) throw new ContractError(spec.name, problems);
  const runs = { hasTransform: transform !== null, hasValidation: validate !== null };
  return { spec, hash: contractHash(spec, runs), transform, validate };
}

function nameIn(options: unknown): string {
  const name: unknown = (options as { readonly name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : 'without a name';
}
