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

/** Writes dead letters. Methods take the table of events; its dead letters are in the table beside it. */
export interface DeadLetterTable {
  /**
   * Offsets of these spans that are dead letters already, whatever their status, in order and without repetition. They include
   * each offset of a skipped range, until the range is filled.
   */
  known(
    table: TableName,
    log: Log,
    spans: readonly OffsetSpan[],
  ): Promise<readonly KnownDeadLetter[]>;
  /** Resolves once the server has stored them. A letter replaces an earlier one of the same record. */
  insert(
    table: TableName,
    log: Log,
    letters: readonly DeadLetter[],
    options: RejectionOptions,
  ): Promise<void>;
  /** Writes one letter for a whole skipped range. */
  insertSkip(
    table: TableName,
    log: Log,
    skip: OffsetSpan & { readonly why: string },
    options: LetterOptions,
  ): Promise<void>;
  /** Marks these offsets as no longer skipped. What remains of a skipped range becomes ranges of its own. */
  fillSkips(
    table: TableName,
    log: Log,
    spans: readonly OffsetSpan[],
    options: LetterOptions,
  ): Promise<void>;
}
