import type { Block } from '../blocks/block.js';
import type { Log } from '../log/log.js';
import type { SilentInsert } from '../pipeline/messages.js';
import type { TableName } from '../table/table-name.js';

/** Identity of one send, visible on the server while it runs. */
export interface InsertId {
  readonly workflowId: string;
  readonly runId: string;
  readonly lane: number;
  readonly batch: number;
  readonly block: number;
  readonly attempt: number;
  /** Counts the sends of one block within one attempt. */
  readonly send: number;
}

export interface RunningInserts {
  readonly names: readonly string[];
  /** Hosts that did not answer: nobody knows whether an insert runs there. */
  readonly unasked: readonly { readonly address: string; readonly why: string }[];
}

export interface InsertOptions {
  readonly token: string;
  readonly id: InsertId;
  readonly signal: AbortSignal;
  /** Hears once of an insert that the server has taken whole and not answered for `INSERT_SILENCE_MS`. */
  readonly onSilence?: ((silent: SilentInsert) => void) | undefined;
}

/** The table of events, as writing a block needs it. Tables without lineage can only `insert`. */
export interface EventTable {
  /** Inserts of this pipeline that still run on any host, except those of other lanes of the same run. */
  runningInserts(self: InsertId): Promise<RunningInserts>;
  /** `database.view` of every view that an insert into the table passes through. */
  views(table: TableName): Promise<readonly string[]>;
  /** The offsets among the block's rows that the table holds. */
  present(table: TableName, log: Log, block: Block): Promise<OffsetSet>;
  /**
   * One INSERT of one `Native` block. Resolves with the rows the server says it wrote, 0 where it says nothing. It counts
   * rows of views as well, and rows that it dropped because it knew the token.
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
