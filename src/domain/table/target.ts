import type { PlannedContract } from './planned-contract.js';
import type { Guarantee, NotStored } from './guarantee-level.js';
import type { TableIdentity } from './identity.js';
import type { TableName } from './table-name.js';

/** How the table's partition key divides the event time. */
export type TablePartition = 'none' | 'day' | 'month' | 'year' | 'unknown';

/** What a pipeline needs from its table: it determines the smallest window, and whether rows must be on disk before an answer. */
export interface TableWishes {
  readonly lanes: number;
  readonly durability: 'fsync' | 'server';
  /** Missing in plans of earlier releases. */
  readonly guarantee?: 'exactly-once' | 'report' | undefined;
  /** Name of the contract whose rows the table stores. Missing for `stream_events`. */
  readonly contract?: string | undefined;
}

/** What can be guaranteed with this number of lanes. */
export function guaranteeWith(
  { guarantee, widest }: Pick<Target, 'guarantee' | 'widest'>,
  lanes: number,
): Guarantee {
  return widest !== undefined && lanes > widest.beyondLanes ? widest.guarantee : guarantee;
}

/** The table as preflight found it. */
export interface Target extends TableIdentity {
  /** Includes the database, so that no worker's settings can make it another table. */
  readonly table: TableName;
  /** Insert columns, in order. */
  readonly columns: readonly string[];
  /** The contract that fills the columns. Missing for `stream_events`. */
  readonly contract?: PlannedContract | undefined;
  /** Columns of the contract that no insert fills. Missing in older states. */
  readonly notStored?: readonly NotStored[] | undefined;
  readonly tablePartition: TablePartition;
  /** Rows say which record they came from and never change, so a query for them shows what is missing. */
  readonly findable: boolean;
  /** Guarantee for the number of lanes at the start. */
  readonly guarantee: Guarantee;
  /** Guarantee if `configure` asks for more lanes, judged for the maximum, because the table is not checked again. */
  readonly widest?: { readonly beyondLanes: number; readonly guarantee: Guarantee };
  /** What the server does with rows before it answers, in words. */
  readonly durability: string;
  /** Warnings about the table, with what to do. Missing in states of earlier releases, like the next two fields. */
  readonly warnings?: readonly string[] | undefined;
  /** Changes when somebody alters the table. This description may then be out of date. */
  readonly version?: string | undefined;
  /** When the table was described, in milliseconds since 1970. */
  readonly describedMs?: number | undefined;
}
