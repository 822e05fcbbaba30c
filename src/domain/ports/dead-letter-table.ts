import type { DeadLetter, KnownDeadLetter } from '../blocks/block.js';
import type { Log } from '../log/log.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { TableName } from '../table/table-name.js';
import type { InsertOptions } from './event-table.js';

export interface LetterOptions extends InsertOptions {
  /** Name of the batch for readers. */
  readonly batch: string;
}

export interface RejectionOptions extends LetterOptions {
  /** Name of the contract that rejected the records. */
  readonly contract: string;
}

/** Writes dead letters. The methods take the table of events. Its dead letters are in the table next to it. */
export interface DeadLetterTable {
  /**
   * Offsets of these spans that already are dead letters, whatever their status, in order and without duplicates. They
   * include each offset of a skipped range until the range is filled.
   */
  known(
    table: TableName,
    log: Log,
    spans: readonly OffsetSpan[],
  ): Promise<readonly KnownDeadLetter[]>;
  /** Resolves once the server has stored them. A dead letter replaces an earlier one of the same record. */
  insert(
    table: TableName,
    log: Log,
    letters: readonly DeadLetter[],
    options: RejectionOptions,
  ): Promise<void>;
  /** Writes one dead letter for a whole skipped range. */
  insertSkip(
    table: TableName,
    log: Log,
    skip: OffsetSpan & { readonly why: string },
    options: LetterOptions,
  ): Promise<void>;
  /** Marks these offsets as no longer skipped. The rest of a skipped range becomes separate ranges. */
  fillSkips(
    table: TableName,
    log: Log,
    spans: readonly OffsetSpan[],
    options: LetterOptions,
  ): Promise<void>;
}
