import type { DeadLetter, KnownDeadLetter } from '../blocks/block.js';
import type { Log } from '../log/log.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { TableName } from '../table/table-name.js';
import type { InsertOptions } from './event-table.js';

export interface LetterOptions extends InsertOptions {
  /** Names the batch to a reader. */
  readonly batch: string;
}

export interface RejectionOptions extends LetterOptions {
  /** Name of the contract that the records were judged by. */
  readonly contract: string;
}

/** Named by the table of events that its letters did not come into. */
export interface DeadLetterTable {
  /**
   * Offsets of these spans that are dead letters already, whatever their status, in order and each once. Ranges that were
   * left out by decision are among them, offset by offset, until they are filled.
   */
  known(
    table: TableName,
    log: Log,
    spans: readonly OffsetSpan[],
  ): Promise<readonly KnownDeadLetter[]>;
  /** Resolves once the server has them; a letter that is there already is replaced. */
  insert(
    table: TableName,
    log: Log,
    letters: readonly DeadLetter[],
    options: RejectionOptions,
  ): Promise<void>;
  /** One letter for a whole range that is left out by decision. */
  insertSkip(
    table: TableName,
    log: Log,
    skip: OffsetSpan & { readonly why: string },
    options: LetterOptions,
  ): Promise<void>;
  /** These offsets are no longer left out: what remains of each range that was becomes a range of its own. */
  fillSkips(
    table: TableName,
    log: Log,
    spans: readonly OffsetSpan[],
    options: LetterOptions,
  ): Promise<void>;
}
