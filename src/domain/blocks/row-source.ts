import type { RunReaders } from '../formats/run-reader.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { RecordRun } from '../records/record-run.js';
import type { BlockColumn } from './block.js';
import type { BlockDraft, RecordPlace } from './block-draft.js';
import type { BlockMeter } from './block-limits.js';

/** What every source of rows is made with. */
export interface RowSourceOptions {
  readonly topic: string;
  /** As rows store it. */
  readonly topicId: string;
  /** Insert columns, in order. */
  readonly columns: readonly string[];
  /** Null where all records are read one by one. */
  readonly runReaders: RunReaders | null;
}

/** Columns of a block: valid until they are given back. */
export interface LentColumns {
  readonly columns: readonly BlockColumn[];
  giveBack(): void;
}

/** Turns records into rows by one contract. A block has one meter and one draft, and rows in the order of its records. */
export interface RowSource {
  /** Records of this run are taken next. */
  open(run: RecordRun): void;
  /**
   * Brings a record into the block as what it is: a row, a dead letter, or nothing. False, with nothing changed, where it
   * is a row that the block has no room for.
   */
  take(place: RecordPlace, draft: BlockDraft, meter: BlockMeter): boolean;
  /**
   * Takes as many records from the place on as it is sure are rows that the block has room for; gives how many. None of them
   * may have been decided about before, nor get a block of its own.
   */
  takeRun(place: RecordPlace, draft: BlockDraft, meter: BlockMeter): number;
  /** The rows taken since the last time, whose offsets these are, as the insert columns of the plan. */
  finish(spans: readonly OffsetSpan[]): LentColumns;
}
