import type { ReadVariant } from '../types/value-rule.js';

/**
 * How records of one kind become rows, as plain data: the same from TypeScript, from YAML and from a table. What runs, the
 * transform and the validation, is beside it in the contract.
 */
export interface ContractSpec {
  readonly name: string;
  readonly format: FormatSpec;
  /** In the table's order. The first column at fault, in this order, is the reason of a dead letter. */
  readonly columns: readonly ColumnSpec[];
  readonly table: TableSpec;
  /** Records that it does not match are filtered; null takes them all. */
  readonly when: WhenSpec | null;
  /** What becomes of a record without a value. */
  readonly tombstones: 'reject' | 'skip';
  /** The column that tells events apart; null where there is none. */
  readonly id: string | null;
  /** The column whose time divides blocks and the table; null takes the record's timestamp. */
  readonly eventTime: string | null;
  /** Of the transform and the validation, given by the user: another one is another contract. */
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
  /** What a missing field is stored as; null where a field must be there, unless the type is Nullable. */
  readonly default: ColumnDefault | null;
  /**
   * What becomes of a null, where the type is not Nullable. `wrong_type` rejects it as any other value of a wrong type,
   * as stream_events always has.
   */
  readonly null: 'reject' | 'default' | 'wrong_type';
}

export type ColumnSource =
  /** A field of the event, through nested objects. */
  | { readonly kind: 'event'; readonly path: readonly string[] }
  /** The last header of that key. */
  | { readonly kind: 'header'; readonly header: string }
  /**
   * `value`: its bytes. `timestamp`: the record's, in milliseconds. `rest`: the top-level fields that no other column
   * takes. `server`: its default; never sent.
   */
  | { readonly kind: 'key' | 'value' | 'timestamp' | 'headers' | 'rest' | 'transform' | 'server' };

export type ColumnDefault =
  /** As a transform would give it. */
  | { readonly kind: 'value'; readonly value: unknown }
  /** An expression that ClickHouse evaluates for each row. */
  | { readonly kind: 'sql'; readonly sql: string }
  /** What the table that exists has as the column's default. */
  | { readonly kind: 'table' };

export interface TableSpec {
  /** Columns or expressions; empty where the table exists already. */
  readonly orderBy: readonly string[];
  /** An expression; null without partitions. */
  readonly partitionBy: string | null;
}

export interface WhenSpec {
  readonly path: readonly string[];
  readonly in: readonly (string | number | boolean)[];
}

/** The field as dead letters and messages name it. */
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
