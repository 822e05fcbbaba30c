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
  /** The field at fault, down to the element: `items[2].qty`; empty where the whole record is. */
  readonly path: string;
  /** Names the rule that was broken; never quotes the record. */
  readonly error: string;
}

/** `filtered`: the contract leaves it out. */
export type Outcome = 'row' | 'filtered' | 'rejected';

/** Reads records of one format by one contract. Synchronous, and its scratch is shared: one record at a time. */
export interface RecordReader {
  /** Appends the record's row to the writer, or leaves the writer as it was. */
  read(run: RecordRun, index: number): Outcome;
  /** After `rejected`. */
  readonly rejection: RecordRejection;
  /** After `row`: the event's time in whole seconds since 1970. */
  readonly seconds: number;
  readonly writer: RowWriter;
}
