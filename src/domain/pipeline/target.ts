import type { Guarantee } from './public-types.js';

/** What a table's partition key makes of the event time. */
export type TablePartition = 'none' | 'day' | 'month' | 'year' | 'unknown';

/** The table as preflight found it. */
export interface Target {
  /** `table` or `database.table`, as given. */
  readonly table: string;
  /** ClickHouse's UUID of the table: a table made again has another. */
  readonly tableId: string;
  /** Insert columns, in order. */
  readonly columns: readonly string[];
  readonly tablePartition: TablePartition;
  readonly guarantee: Guarantee;
  /** What the server does with rows before it answers, in words. */
  readonly durability: string;
}
