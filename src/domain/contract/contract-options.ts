import { parseType } from '../types/text/parse-type.js';
import { printType } from '../types/text/print-type.js';
import { TypeTextError } from '../types/text/type-tokens.js';
import type { ReadVariant } from '../types/value-rule.js';
import type { ColumnDefault, ColumnSource, ColumnSpec, ContractSpec } from './contract-spec.js';
import type { RecordView } from './record-view.js';
import type { IsWrong, Value } from './row-of.js';
import type { Verdict } from './verdict.js';

/** Options of a column whose type alone does not say everything. */
export interface ColumnOptions {
  /** A ClickHouse type, for example `LowCardinality(String)`. */
  readonly type: string;
  /** Where the value comes from. By default it is the event's field that `path` names. */
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
  /**
   * Path of the field through nested objects: `'customer.id'`, or an array where a key contains a dot. By default the
   * column's name.
   */
  readonly path?: string | readonly string[];
  /** Selects another representation of the value than the one of the type. `docs/contracts.md` lists what each type accepts. */
  readonly read?: ReadVariant;
  /** Value of a missing field: a value as a transform would return it, or `{ sql }`, an expression that ClickHouse evaluates. */
  readonly default?: unknown;
  /** `default`: null counts as missing. `reject`, the default: null rejects the record unless the type is Nullable. */
  readonly null?: 'reject' | 'default';
}

/** Columns by name, in the table's order: a ClickHouse type, or options where the type alone does not say everything. */
export type Columns = Readonly<Record<string, string | ColumnOptions>>;

/** What `defineContract` takes. It reports all contradictions at once. */
export interface ContractOptions<C extends Columns = Columns> {
  /** The name by which the inputs of workflows choose the contract. */
  readonly name: string;
  /** How record values are encoded: JSON. */
  readonly format?: { readonly kind: 'json' };
  /** The columns of the table, at least one. */
  readonly columns: C;
  /** How Millrace creates the table: the columns of its sorting key, and the expression of its partition key. */
  readonly table?: { readonly orderBy?: readonly string[]; readonly partitionBy?: string };
  /** Only events whose field has one of these values become rows. The others count as filtered. */
  readonly when?: {
    readonly path: string | readonly string[];
    readonly in: readonly (string | number | boolean)[];
  };
  /** What happens to records without a value: they become dead letters (`reject`, the default) or count as filtered (`skip`). */
  readonly tombstones?: 'reject' | 'skip';
  /** The column that identifies an event. `verify` compares it for a sample of the records. */
  readonly id?: keyof C & string;
  /** The column that holds the time of the event. */
  readonly eventTime?: keyof C & string;
  /**
   * Version of the transform and the validation. Change it when they change, so that both versions count as different
   * contracts.
   */
  readonly version?: string;
  /** Makes the row to store. It must be pure and deterministic, because a batch that is sent again must have the same rows. */
  readonly transform?: (row: ReceivedRowOf<C>, record: RecordView) => RowOf<C> | Verdict;
  /** Validates the parsed event. With it, every record is parsed. */
  readonly validate?: StandardSchema;
}

/** A schema of any library that implements Standard Schema (zod, valibot, arktype). */
export interface StandardSchema {
  readonly '~standard': {
    readonly validate: (value: unknown) => unknown;
  };
}

export type AnyTransform = (row: never, record: RecordView) => unknown;

/** What a transform returns: the columns with `from: 'transform'`, and the columns of the record that it changes. */
export type RowOf<C extends Columns> = Partial<ReceivedRowOf<C>> & {
  readonly [K in keyof C as SourceOf<C[K]> extends 'transform' ? K : never]: Value<TypeText<C[K]>>;
};

/** What a transform receives: the columns that the record fills. */
export type ReceivedRowOf<C extends Columns> = {
  readonly [K in keyof C as SourceOf<C[K]> extends 'server' | 'transform' ? never : K]: Value<
    TypeText<C[K]>
  >;
};

/** Makes the compiler report an error at a column whose type or option is misspelt. */
export type Checked<C extends Columns> = {
  readonly [K in keyof C]: true extends IsWrong<Value<TypeText<C[K]>>>
    ? { readonly 'unknown ClickHouse type': TypeText<C[K]> }
    : [UnknownOption<C[K]>] extends [never]
      ? C[K]
      : { readonly 'unknown option': UnknownOption<C[K]> };
};

type UnknownOption<C> = C extends string ? never : Exclude<keyof C, keyof ColumnOptions>;

type TypeText<C> = C extends string
  ? C
  : C extends { readonly type: infer T extends string }
    ? T
    : never;

type SourceOf<C> = C extends { readonly from: infer F } ? F : 'event';

/** The spec of what a user wrote, with all defaults filled in. It is not checked here. */
export function specOf(options: ContractOptions): ContractSpec {
  const { name, columns, table, when } = options;
  return {
    name,
    format: options.format ?? { kind: 'json' },
    columns: Object.entries(columns).map(([column, written]) =>
      columnSpecOf(column, typeof written === 'string' ? { type: written } : written),
    ),
    table: { orderBy: table?.orderBy ?? [], partitionBy: table?.partitionBy ?? null },
    when: when === undefined ? null : { path: pathOf(when.path), in: when.in },
    tombstones: options.tombstones ?? 'reject',
    id: options.id ?? null,
    eventTime: options.eventTime ?? null,
    version: options.version ?? '',
  };
}

function columnSpecOf(name: string, options: ColumnOptions): ColumnSpec {
  return {
    name,
    type: canonicalText(options.type),
    from: sourceOf(name, options),
    read: options.read ?? null,
    default: defaultOf(options.default),
    null: options.null ?? 'reject',
  };
}

/**
 * A type in ClickHouse's own spelling. A text that can't be parsed is returned unchanged, and the check of the contract
 * reports what is wrong with it.
 */
export function canonicalText(text: string): string {
  try {
    return printType(parseType(text));
  } catch (error) {
    if (error instanceof TypeTextError) return text;
    throw error;
  }
}

function sourceOf(name: string, { from = 'event', path }: ColumnOptions): ColumnSource {
  if (typeof from === 'object') return { kind: 'header', header: from.header };
  return from === 'event' ? { kind: 'event', path: pathOf(path ?? [name]) } : { kind: from };
}

function pathOf(path: string | readonly string[]): readonly string[] {
  return typeof path === 'string' ? path.split('.') : path.flatMap((part) => part);
}

function defaultOf(value: unknown): ColumnDefault | null {
  if (value === undefined) return null;
  const isSql = typeof value === 'object' && value !== null && Object.keys(value).join() === 'sql';
  const { sql } = isSql ? (value as { readonly sql: unknown }) : { sql: null };
  return typeof sql === 'string' ? { kind: 'sql', sql } : { kind: 'value', value };
}
