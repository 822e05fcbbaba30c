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

/** A record of Kafka with everything that belongs to it, copied out of the fetch buffer. */
export interface RawRecord {
  readonly partition: number;
  readonly epoch: number;
  readonly offset: number;
  /** Kafka's timestamp, in milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly headers: readonly RecordHeader[];
  readonly value: Buffer | null;
  /** Id of the schema that the value names in its header. Empty if it names none. */
  readonly schema: string;
}

/** A rejected record. It is complete, so that nobody needs Kafka to inspect it or to process it again. */
export interface DeadLetter extends RawRecord {
  readonly stage: DeadLetterStage;
  readonly reason: DeadLetterReason;
  /** The field at fault, or empty. */
  readonly path: string;
  /** Names the broken rule. It never quotes the record. */
  readonly error: string;
}

/** A record that an earlier attempt rejected. It stays rejected, whatever this attempt would make of it. */
export interface KnownDeadLetter {
  readonly partition: number;
  readonly offset: number;
  readonly reason: DeadLetterReason;
}

/** The data of one INSERT: rows in the order of partitions and offsets, and the dead letters in between. */
export interface Block {
  readonly rows: number;
  /** In insert order, lineage included where the table has it. */
  readonly columns: readonly BlockColumn[];
  /** The exact offsets of the rows, in row order. */
  readonly spans: readonly OffsetSpan[];
  /** Every offset that this block decides: rows, dead letters, filtered records, and offsets without a record. */
  readonly covered: readonly OffsetSpan[];
  /** Smallest and largest event time of the rows, in seconds since 1970. Null without rows, and if no query uses the time. */
  readonly times: { readonly min: number; readonly max: number } | null;
  /** Distinct values of the table's partition key among the rows. 0 if the key can't be computed here. */
  readonly tablePartitions: number;
  readonly deadLetters: readonly DeadLetter[];
  readonly knownDeadLetters: readonly KnownDeadLetter[];
  /** The record of the only row. If the table refuses that row, the record becomes a dead letter. */
  readonly lone: RawRecord | null;
  readonly filtered: number;
  /** Number of all records, whatever their outcome. */
  readonly records: number;
  /** Bytes of the record values. */
  readonly valueBytes: number;
}
