import type { ReadVariant } from '../types/value-rule.js';

/**
 * How records of one kind become rows, as plain data. It is the same for contracts from TypeScript, from YAML and from a
 * table. The transform and the validation are functions, so the contract has them next to its spec.
 */
export interface ContractSpec {
  readonly name: string;
  readonly format: FormatSpec;
  /** In the table's order. If several columns are at fault, the first one determines the reason of the dead letter. */
  readonly columns: readonly ColumnSpec[];
  readonly table: TableSpec;
  /** Records that do not match are filtered. Null means that all records match. */
  readonly when: WhenSpec | null;
  /** What happens to a record without a value. */
  readonly tombstones: 'reject' | 'skip';
  /** The column that identifies an event. Null if there is none. */
  readonly id: string | null;
  /** The column whose time divides blocks and the table. Null means the record's timestamp. */
  readonly eventTime: string | null;
  /** Version of the transform and the validation, given by the user. Another version makes another contract. */
  readonly version: string;
}

export interface FormatSpec {
  readonly kind: 'json';
}

export interface ColumnSpec {
  readonly name: string;
  /** In ClickHouse's own spelling. */
  readonly type: string;
  readonly from: ColumnSource;
  readonly read: ReadVariant | null;
  /** What is stored if the field is missing. Null if the field is required, unless the type is Nullable. */
  readonly default: ColumnDefault | null;
  /**
   * What happens to a null if the type is not Nullable. `wrong_type` rejects it like any other value of a wrong type, as
   * stream_events always has.
   */
  readonly null: 'reject' | 'default' | 'wrong_type';
}

export type ColumnSource =
  /** A field of the event. The path goes through nested objects. */
  | { readonly kind: 'event'; readonly path: readonly string[] }
  /** The last header with that key. */
  | { readonly kind: 'header'; readonly header: string }
  /**
   * `value`: the record's bytes. `timestamp`: the record's timestamp in milliseconds. `rest`: the top-level fields that no
   * other column takes. `server`: the column's default, so no insert sends it.
   */
  | { readonly kind: 'key' | 'value' | 'timestamp' | 'headers' | 'rest' | 'transform' | 'server' };

export type ColumnDefault =
  /** A value as a transform would return it. */
  | { readonly kind: 'value'; readonly value: unknown }
  /** An expression that ClickHouse evaluates for each row. */
  | { readonly kind: 'sql'; readonly sql: string }
  /** The default of the existing table's column. */
  | { readonly kind: 'table' };

export interface TableSpec {
  /** Columns or expressions. Empty if the table already exists. */
  readonly orderBy: readonly string[];
  /** An expression. Null for a table without partitions. */
  readonly partitionBy: string | null;
}

export interface WhenSpec {
  readonly path: readonly string[];
  readonly in: readonly (string | number | boolean)[];
}

/** The name of the field in dead letters and messages. */
export function sourceText(from: ColumnSource): string {
  switch (from.kind) {
    case 'event':
      return from.path.join('.');
    case 'header':
      return `headers.${from.header}`;
    case 'key':
    case 'value':
    case 'timestamp':
    case 'headers':
    case 'rest':
    case 'transform':
    case 'server':
      return from.kind;
  }
}
