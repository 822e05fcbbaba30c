import type { Contract } from '../contract/define-contract.js';
import type { RecordRun } from '../records/record-run.js';
import type { EncodedRows } from '../types/native/encoded-parts.js';

/**
 * Reads many records of one contract at once, but only those that are certainly rows. Its rows have the same bytes as those
 * of the contract's record reader. It is synchronous because its scratch memory is shared.
 */
export interface RunReader {
  /** Starts a run. The next records belong to it. */
  open(run: RecordRun): void;
  /**
   * Takes records of the run in `[first, end)`, up to the first one that is in doubt. Returns their number. It may take
   * fewer.
   */
  take(first: number, end: number): number;
  /** Whether the record after those that were taken last is in doubt. Otherwise, another call may take it. */
  readonly isInDoubt: boolean;
  /** Event time of a record that was taken last, by its index among those, in whole seconds since 1970. */
  secondsOf(taken: number): number;
  /** Appends the rows of the records that were taken last. */
  append(rows: EncodedRows): void;
}

/** The run reader of a contract. Null if the contract has columns that are read record by record. */
export type RunReaders = (contract: Contract) => RunReader | null;
