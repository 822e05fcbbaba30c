import { parseType } from '../types/text/parse-type.js';
import { printType } from '../types/text/print-type.js';
import { TypeTextError } from '../types/text/type-tokens.js';
import type { ReadVariant } from '../types/value-rule.js';
import type { ColumnDefault, ColumnSource, ColumnSpec, ContractSpec } from './contract-spec.js';
import type { RecordView } from './record-view.js';
import type { IsWrong, Value } from './row-of.js';
import type { Verdict } from './verdict.js';

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
  /** Reads the value in another way than the type does by default: `docs/contracts.md` lists what each type takes. */
  readonly read?: ReadVariant;
  /** For a missing field: a value as a transform gives it, or an expression of ClickHouse. */
  readonly default?: unknown;
  /** `default`: null counts as missing. Otherwise it is a dead letter where the type is not Nullable. */
  readonly null?: 'reject' | 'default';
}

/** Columns by name, in the order of the table: a ClickHouse type, or options where the type does not say everything. */
export type Columns = Readonly<Record<string, string | ColumnOptions>>;

/** What `defineContract` takes. Whatever contradicts itself is reported at once, all of it. */
export interface ContractOptions<C extends Columns = Columns> {
  /** Inputs of workflows choose a contract by it. */
  readonly name: string;
  /** How record values are encoded: JSON. */
  readonly format?: { readonly kind: 'json' };
  /** At least one. */
  readonly columns: C;
  /** For the table that Millrace creates: columns of its sorting key, and an expression to partition by. */
  readonly table?: { readonly orderBy?: readonly string[]; readonly partitionBy?: string };
  /** Only events whose field has one of these values become rows; the others are counted as filtered. */
  readonly when?: {
    readonly path: string | readonly string[];
    readonly in: readonly (string | number | boolean)[];
  };
  /** What becomes of records without a value: dead letters (`reject`, by default), or counted as filtered (`skip`). */
  readonly tombstones?: 'reject' | 'skip';
  /** A column that tells events apart: `verify` compares it for a sample of records. */
  readonly id?: keyof C & string;
  /** A column with the time of the event. */
  readonly eventTime?: keyof C & string;
  /** Changes with the transform or the validation, so that two of them are never taken for one contract. */
  readonly version?: string;
  /** Must be pure and deterministic, because a batch that is sent again must have the same rows. */
  readonly transform?: (row: ReceivedRowOf<C>, record: RecordView) => RowOf<C> | Verdict;
  /** Judges the parsed event as well. Every record is then parsed. */
  readonly validate?: StandardSchema;
}

/** A judge from any library of the Standard Schema (zod, valibot, arktype). */
export interface StandardSchema {
  readonly '~standard': {
    readonly validate: (value: unknown) => unknown;
  };
}

export type AnyTransform = (row: never, record: RecordView) => unknown;

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

/** The spec of what a user has written, with every default written out. Nothing is judged here. */
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
 * ClickHouse's own spelling of a type. A text that can't be read stays as it is: the check of the contract says what is
 * wrong with it.
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
