import type { TableName } from '../ports.js';
import type { Guarantee } from './public-types.js';

/** What a table's partition key makes of the event time. */
export type TablePartition = 'none' | 'day' | 'month' | 'year' | 'unknown';

/** What a pipeline asks of its table: decides the least window, and whether rows are on disk before an answer. */
export interface TableWishes {
  readonly lanes: number;
  readonly durability: 'fsync' | 'server';
}

/** The table as preflight found it. */
export interface Target {
  /** Named with its database, so that no worker's settings can make it another one. */
  readonly table: TableName;
  /** ClickHouse's UUID of the table: a table made again has another. */
  readonly tableId: string;
  /** Insert columns, in order. */
  readonly columns: readonly string[];
  readonly tablePartition: TablePartition;
  /** Rows say which record they are and stay as they are, so that looking for them tells what is missing. */
  readonly findable: boolean;
  readonly guarantee: Guarantee;
  /** What the server does with rows before it answers, in words. */
  readonly durability: string;
}
