import type { RunReaders } from '../formats/run-reader.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { RecordRun } from '../records/record-run.js';
import type { BlockColumn } from './block.js';
import type { BlockDraft, RecordPlace } from './block-draft.js';
import type { BlockMeter } from './block-limits.js';

/** Options of all sources of rows. */
export interface RowSourceOptions {
  readonly topic: string;
  /** As rows store it. */
  readonly topicId: string;
  /** Insert columns, in order. */
  readonly columns: readonly string[];
  /** Null if all records are read one by one. */
  readonly runReaders: RunReaders | null;
}

/** Columns of a block. They are valid until they are given back. */
export interface LentColumns {
  readonly columns: readonly BlockColumn[];
  giveBack(): void;
}

/** Turns records into rows by one contract. A block has one meter and one draft. Its rows are in the order of its records. */
export interface RowSource {
  /** Starts a run. The next records belong to it. */
  open(run: RecordRun): void;
  /**
   * Adds a record to the block as a row, a dead letter or a filtered record. Returns false and changes nothing if it is a
   * row that does not fit the block.
   */
  take(place: RecordPlace, draft: BlockDraft, meter: BlockMeter): boolean;
  /**
   * Takes consecutive records, from the place on, that are certainly rows or filtered and fit the block, and moves the place past
   * them. Returns whether another call may take more. None of them may be a known dead letter or get a block of its own.
   */
  takeRun(place: RecordPlace, draft: BlockDraft, meter: BlockMeter): boolean;
  /** The rows that were taken since the last call, as the insert columns of the plan. `spans` are their offsets. */
  finish(spans: readonly OffsetSpan[]): LentColumns;
}
