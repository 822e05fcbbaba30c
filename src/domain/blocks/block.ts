import type { RecordHeader } from '../records/record-run.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { DeadLetterReason, DeadLetterStage } from '../dead-letters/dead-letter.js';

/** A column of a block, encoded as ClickHouse's `Native` format wants it. */
export interface BlockColumn {
  readonly name: string;
  /** ClickHouse type, for example `DateTime`. */
  readonly type: string;
  readonly data: Buffer;
}

/** A record of Kafka with all that came with it, copied out of what was fetched. */
export interface RawRecord {
  readonly partition: number;
  readonly epoch: number;
  readonly offset: number;
  /** Milliseconds since 1970, as Kafka has it. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly headers: readonly RecordHeader[];
  readonly value: Buffer | null;
  /** Id of the schema that the value says it was written by; empty where it says none. */
  readonly schema: string;
}

/** A record set aside, complete, so that nobody needs Kafka to look at it or to try it again. */
export interface DeadLetter extends RawRecord {
  readonly stage: DeadLetterStage;
  readonly reason: DeadLetterReason;
  /** The field at fault, or empty. */
  readonly path: string;
  /** Names the rule that was broken; never quotes the record. */
  readonly error: string;
}

/** A record that was set aside by an earlier attempt: it stays so, whatever this one would make of it. */
export interface KnownDeadLetter {
  readonly partition: number;
  readonly offset: number;
  readonly reason: DeadLetterReason;
}

/** One INSERT: rows in the order of their partitions and offsets, and what was set aside on the way. */
export interface Block {
  readonly rows: number;
  /** In insert order, lineage included where the table has it. */
  readonly columns: readonly BlockColumn[];
  /** The exact offsets of the rows, in row order. */
  readonly spans: readonly OffsetSpan[];
  /** Every offset this block decides about: rows, dead letters, filtered records and holes. */
  readonly covered: readonly OffsetSpan[];
  /** Smallest and largest event time of the rows, in seconds since 1970; null without rows, and where nothing is searched by it. */
  readonly times: { readonly min: number; readonly max: number } | null;
  /** Distinct values of the table's partition key among the rows; 0 where the key can't be computed here. */
  readonly tablePartitions: number;
  readonly deadLetters: readonly DeadLetter[];
  readonly knownDeadLetters: readonly KnownDeadLetter[];
  /** The record of a block's only row: if the table refuses the row, the record is set aside. */
  readonly lone: RawRecord | null;
  readonly filtered: number;
  /** Records seen, whatever became of them. */
  readonly records: number;
  /** Bytes of the record values. */
  readonly valueBytes: number;
}
