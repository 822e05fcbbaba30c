import type { Contract } from '../contract/define-contract.js';
import type { RecordRun } from '../records/record-run.js';
import type { EncodedRows } from '../types/native/encoded-parts.js';

/**
 * Reads many records of one contract at once, and only those that are surely rows: its rows have the bytes that the contract's
 * record reader gives them. Synchronous, and its scratch is shared by all who use it.
 */
export interface RunReader {
  /** The records of this run are read next. */
  open(run: RecordRun): void;
  /** Takes records of the run from `first` on, before `end`, up to one that is in doubt; gives how many. It may take fewer. */
  take(first: number, end: number): number;
  /** The event time of a record taken last, counted from the first of them: whole seconds since 1970. */
  secondsOf(taken: number): number;
  /** Appends the rows of the records taken last. */
  append(rows: EncodedRows): void;
}

/** The run reader of a contract; null where it has columns that are read record by record. */
export type RunReaders = (contract: Contract) => RunReader | null;
