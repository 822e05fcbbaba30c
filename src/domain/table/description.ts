import type { TableName } from './table-name.js';

export interface ColumnDescription {
  readonly name: string;
  /** As ClickHouse writes it, for example `LowCardinality(String)`. */
  readonly type: string;
  /** How the column gets a value that an insert leaves out. */
  readonly defaultKind: '' | 'DEFAULT' | 'MATERIALIZED' | 'ALIAS' | 'EPHEMERAL';
  /** Part of a key of the table: no ALTER changes its type. */
  readonly isKey: boolean;
}

/** What decides whether a table drops a repeated insert and keeps every row of a new one. */
export interface StorageDescription {
  readonly name: TableName;
  readonly engine: string;
  /** Expressions as ClickHouse writes them; empty where there is none. */
  readonly partitionKey: string;
  readonly sortingKey: string;
  readonly uniqueKey: string;
  /** The TTL rules that remove rows, as ClickHouse writes them. */
  readonly deletingTtl: readonly string[];
  /** The TTL rules that only move or recompress them. */
  readonly otherTtl: readonly string[];
  /** How many parts of past inserts it can recognise, and for how long; null where the engine recognises none. */
  readonly window: DeduplicationWindow | null;
  readonly fsyncAfterInsert: boolean;
  readonly fsyncPartDirectory: boolean;
}

export interface DeduplicationWindow {
  readonly setting: 'non_replicated_deduplication_window' | 'replicated_deduplication_window';
  readonly parts: number;
  /** Null: no limit. */
  readonly seconds: number | null;
}

export interface ViewDescription {
  /** `database.view` */
  readonly name: string;
  /** Null where this user may not see the view. */
  readonly engine: string | null;
  /** Where it writes; null where that can't be found out. */
  readonly target: StorageDescription | null;
}

export interface TableDescription extends StorageDescription {
  /** The same for as long as the table is: a recreated one has another. Empty where ClickHouse shows none. */
  readonly id: string;
  /** `replicatedId` of its identity; left out of tables that are not replicated, and where it can't be seen. */
  readonly replicatedId?: string | undefined;
  /** Of a replicated table: why its `replicatedId` can't be seen. */
  readonly replicatedIdHidden?: string | undefined;
  readonly columns: readonly ColumnDescription[];
  /** Differs once the table was altered, or its views are others. */
  readonly version: string;
  /** In milliseconds since 1970, by the server's clock; null where it does not say. */
  readonly changedAtMs: number | null;
  /** Every view that an insert passes through, also behind the targets of views. */
  readonly views: readonly ViewDescription[];
  /** The tables that it reads from or writes into, as `database.table`, as far as its own statement names them. */
  readonly behind: readonly string[];
  /** For a materialized view: the engine of the table that it writes into; null where that can't be seen. */
  readonly engineBehind: string | null;
}

/** Nothing can be inserted into these. */
export function isReadOnlyView(engine: string): boolean {
  return engine.endsWith('View') && engine !== 'MaterializedView';
}

export function isMergeTree(engine: string): boolean {
  return engine.endsWith('MergeTree');
}

/** Every inserted row stays a row of its own, and can be found by its lineage until somebody deletes it. */
export function keepsEveryRow(storage: StorageDescription): boolean {
  return isPlain(storage.engine) && storage.uniqueKey === '' && storage.deletingTtl.length === 0;
}

/** The other engines of the family replace, sum or collapse rows of equal keys. */
export function isPlain(engine: string): boolean {
  return /^(Replicated|Shared)?MergeTree$/.test(engine);
}
