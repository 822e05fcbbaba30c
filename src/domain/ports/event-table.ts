import type { Block } from '../blocks/block.js';
import type { Log } from '../log/log.js';
import type { SilentInsert } from '../pipeline/messages.js';
import type { TableName } from '../table/table-name.js';

/** Identity of one send. It is visible on the server while the insert runs. */
export interface InsertId {
  readonly workflowId: string;
  readonly runId: string;
  readonly lane: number;
  readonly batch: number;
  readonly block: number;
  readonly attempt: number;
  /** Number of the send of this block within one attempt. */
  readonly send: number;
}

export interface RunningInserts {
  readonly names: readonly string[];
  /** Hosts that did not answer. It is unknown whether an insert runs there. */
  readonly unasked: readonly { readonly address: string; readonly why: string }[];
}

export interface InsertOptions {
  readonly token: string;
  readonly id: InsertId;
  readonly signal: AbortSignal;
  /**
   * Whether the table has none of the block's rows. A refused block is only sent in another form if so, because ClickHouse may
   * have committed some table partitions before it refused another. Absent if the table can't tell.
   */
  readonly isUntouched?: (() => Promise<boolean>) | undefined;
  /** Called once if the server has received the whole insert and has not answered for `INSERT_SILENCE_MS`. */
  readonly onSilence?: ((silent: SilentInsert) => void) | undefined;
}

/** The table of events, for writing a block. Tables without lineage only support `insert`. */
export interface EventTable {
  /** Inserts of this pipeline that still run on any host, except those of other lanes of the same run. */
  runningInserts(self: InsertId): Promise<RunningInserts>;
  /** `database.view` of every view that an insert into the table passes through. */
  views(table: TableName): Promise<readonly string[]>;
  /** The offsets of the block's rows that are in the table. */
  present(table: TableName, log: Log, block: Block): Promise<OffsetSet>;
  /**
   * Sends one block as one INSERT in format `Native`. Resolves with the number of rows that the server reports as written,
   * or 0 if it reports none. That number includes rows of views, and rows that the server dropped because it knew the
   * token.
   */
  insert(
    table: TableName,
    block: Block,
    options: InsertOptions,
  ): Promise<{ readonly writtenRows: number }>;
}

/** A set of offsets of one topic. */
export interface OffsetSet {
  readonly size: number;
  has(partition: number, offset: number): boolean;
}
