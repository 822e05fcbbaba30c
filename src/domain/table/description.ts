import type { TableName } from './table-name.js';

export interface ColumnDescription {
  readonly name: string;
  /** As ClickHouse writes it, for example `LowCardinality(String)`. */
  readonly type: string;
  /** How the column gets its value if an insert leaves it out. */
  readonly defaultKind: '' | 'DEFAULT' | 'MATERIALIZED' | 'ALIAS' | 'EPHEMERAL';
  /** The column is part of a key of the table, so no ALTER can change its type. */
  readonly isKey: boolean;
}

/** What determines whether a table drops a repeated insert and keeps every row of a new one. */
export interface StorageDescription {
  readonly name: TableName;
  readonly engine: string;
  /** Key expressions as ClickHouse writes them. Empty if there is none. */
  readonly partitionKey: string;
  readonly sortingKey: string;
  readonly uniqueKey: string;
  /** The TTL rules that remove rows, as ClickHouse writes them. */
  readonly deletingTtl: readonly string[];
  /** The TTL rules that only move or recompress them. */
  readonly otherTtl: readonly string[];
  /** How many parts of past inserts the table can recognise, and for how long. Null if the engine recognises none. */
  readonly window: DeduplicationWindow | null;
  readonly fsyncAfterInsert: boolean;
  readonly fsyncPartDirectory: boolean;
}

export interface DeduplicationWindow {
  readonly setting: 'non_replicated_deduplication_window' | 'replicated_deduplication_window';
  readonly parts: number;
  /** Null if there is no limit. */
  readonly seconds: number | null;
}

export interface ViewDescription {
  /** `database.view` */
  readonly name: string;
  /** Null if this user may not see the view. */
  readonly engine: string | null;
  /** The table that the view writes into. Null if it can't be determined. */
  readonly target: StorageDescription | null;
}

export interface TableDescription extends StorageDescription {
  /** Stays the same as long as the table exists. A recreated table has another id. Empty if ClickHouse shows none. */
  readonly id: string;
  /** `replicatedId` of the table's identity. Left out for tables that are not replicated, and if it can't be seen. */
  readonly replicatedId?: string | undefined;
  /** For a replicated table: why its `replicatedId` can't be seen. */
  readonly replicatedIdHidden?: string | undefined;
  readonly columns: readonly ColumnDescription[];
  /** Changes after the table is altered or its views change. */
  readonly version: string;
  /** In milliseconds since 1970, by the server's clock. Null if the server does not report it. */
  readonly changedAtMs: number | null;
  /** Every view that an insert passes through, including views behind other views. */
  readonly views: readonly ViewDescription[];
  /** The tables that it reads from or writes into, as `database.table`, if its own statement names them. */
  readonly behind: readonly string[];
  /** For a materialized view: the engine of its target table. Null if it can't be seen. */
  readonly engineBehind: string | null;
}

/** Views that nothing can be inserted into. */
export function isReadOnlyView(engine: string): boolean {
  return engine.endsWith('View') && engine !== 'MaterializedView';
}

export function isMergeTree(engine: string): boolean {
  return engine.endsWith('MergeTree');
}

/** Every inserted row stays a separate row and can be found by its lineage until somebody deletes it. */
export function keepsEveryRow(storage: StorageDescription): boolean {
  return isPlain(storage.engine) && storage.uniqueKey === '' && storage.deletingTtl.length === 0;
}

/** The other MergeTree engines replace, sum or collapse rows with equal keys. */
export function isPlain(engine: string): boolean {
  return /^(Replicated|Shared)?MergeTree$/.test(engine);
}
