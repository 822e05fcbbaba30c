import type { PlannedContract } from './planned-contract.js';
import type { Guarantee, NotStored } from './guarantee-level.js';
import type { TableIdentity } from './identity.js';
import type { TableName } from './table-name.js';

/** What a table's partition key makes of the event time. */
export type TablePartition = 'none' | 'day' | 'month' | 'year' | 'unknown';

/** What a pipeline asks of its table: decides the least window, and whether rows are on disk before an answer. */
export interface TableWishes {
  readonly lanes: number;
  readonly durability: 'fsync' | 'server';
  /** Missing in plans of earlier releases. */
  readonly guarantee?: 'exactly-once' | 'report' | undefined;
  /** Name of the contract whose rows the table is to store; missing for `stream_events`. */
  readonly contract?: string | undefined;
}

/** What can be promised while so many lanes write. */
export function guaranteeWith(
  { guarantee, widest }: Pick<Target, 'guarantee' | 'widest'>,
  lanes: number,
): Guarantee {
  return widest !== undefined && lanes > widest.beyondLanes ? widest.guarantee : guarantee;
}

/** The table as preflight found it. */
export interface Target extends TableIdentity {
  /** Named with its database, so that no worker's settings can make it another one. */
  readonly table: TableName;
  /** Insert columns, in order. */
  readonly columns: readonly string[];
  /** The contract that fills them; missing for `stream_events`. */
  readonly contract?: PlannedContract | undefined;
  /** Columns of the contract that no insert fills. Missing in states written before there was such a list. */
  readonly notStored?: readonly NotStored[] | undefined;
  readonly tablePartition: TablePartition;
  /** Rows say which record they are and stay as they are, so that looking for them tells what is missing. */
  readonly findable: boolean;
  /** With the lanes of the start. */
  readonly guarantee: Guarantee;
  /** Should `configure` ask for more lanes: judged for the most there can be, because nobody looks at the table again. */
  readonly widest?: { readonly beyondLanes: number; readonly guarantee: Guarantee };
  /** What the server does with rows before it answers, in words. */
  readonly durability: string;
  /** What an operator should know of it, with what to do. Missing in states of earlier releases, like the next two. */
  readonly warnings?: readonly string[] | undefined;
  /** Differs once somebody has altered the table: this description may then be out of date. */
  readonly version?: string | undefined;
  /** When it was described, in milliseconds since 1970. */
  readonly describedMs?: number | undefined;
}
