import type { RowWriter } from '../contract/row-writer.js';
import type { RecordRun } from '../records/record-run.js';
import type { ValueReason } from '../types/value-fault.js';
import type { DeadLetterStage } from '../dead-letters/dead-letter.js';

/** Why a record becomes a dead letter. */
export type RecordReason =
  ValueReason | 'null_value' | 'invalid_json' | 'rejected_by_transform' | 'rejected_by_validation';

export interface RecordRejection {
  readonly stage: DeadLetterStage;
  readonly reason: RecordReason;
  /** Path of the faulty field, down to the element: `items[2].qty`. Empty if the fault concerns the whole record. */
  readonly path: string;
  /** Names the broken rule. It never quotes the record. */
  readonly error: string;
}

/** `filtered`: by the contract. */
export type Outcome = 'row' | 'filtered' | 'rejected';

/** Reads records of one format by one contract, one record at a time. It is synchronous because its scratch memory is shared. */
export interface RecordReader {
  /** Appends the record's row to the writer, or leaves the writer unchanged. */
  read(run: RecordRun, index: number): Outcome;
  /** Set after `rejected`. */
  readonly rejection: RecordRejection;
  /** Set after `row`: the event's time in whole seconds since 1970. */
  readonly seconds: number;
  readonly writer: RowWriter;
}
