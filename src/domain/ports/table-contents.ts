import type { Block } from '../blocks/block.js';
import type { Log } from '../log/log.js';
import type { DeadLetterStatus } from '../dead-letters/dead-letter.js';
import type { AnyEpoch, EpochExtent } from '../records/offset-range.js';
import type { ColumnDescription } from '../table/description.js';
import type { TableName } from '../table/table-name.js';
import type { Target } from '../table/target.js';

export interface DescribedTable {
  readonly target: Target;
  /** Why no row can be inserted into the table. Null if rows can be inserted. */
  readonly unfit: string | null;
  readonly hasDeadLetters: boolean;
  /** All columns of the table, in its order. */
  readonly columns: readonly ColumnDescription[];
}

/** Contents of a table and of its dead letters, for comparisons. Creates and changes nothing. */
export interface TableContents {
  /** Describes the table for a contract, `stream_events` by default. Null if the table does not exist. */
  describe(table: TableName, contract?: string): Promise<DescribedTable | null>;
  /** Number of all rows, whatever their origin. */
  countRows(table: TableName): Promise<number>;
  /** Number of rows of the log below an offset, for each partition. `offsets` has one offset for each partition from 0 on. */
  countRowsBelow(
    table: TableName,
    log: Log,
    offsets: readonly number[],
  ): Promise<readonly number[]>;
  /** Extents of the rows, and of the dead letters, of every log with the topic's name. */
  rowExtents(table: TableName, topic: string): Promise<readonly EpochExtent[]>;
  letterExtents(table: TableName, topic: string): Promise<readonly EpochExtent[]>;
  /** Reads every row of these offsets, in no order. A row that exists twice is reported twice. */
  readRows(
    table: TableName,
    log: Log,
    range: AnyEpoch,
    onRow: (epoch: number, offset: number) => void,
  ): Promise<void>;
  /**
   * Reads the identity of the event of every row of these offsets, or of the few thousand in `only`: the first 32 bits of
   * the MD5 of its id as text. Reads nothing if pipelines of that contract, `stream_events` by default, do not fill the
   * column.
   */
  readIdentities(
    table: TableName,
    log: Log,
    range: AnyEpoch & {
      readonly idColumn: string;
      readonly contract?: string | undefined;
      readonly only?: readonly number[] | undefined;
    },
    onRow: (epoch: number, offset: number, identity: number) => void,
  ): Promise<void>;
  /**
   * Hashes of the values that ClickHouse would store for the block's rows, in the types of the columns. A hash is a 32-bit
   * whole number, and 0 if the server fills the value. They come for some values at a time, from `place` on, and are valid
   * during the call. The block's columns must include `_offset`.
   */
  hashesOf(
    block: Pick<Block, 'rows' | 'columns'>,
    values: readonly HashedValue[],
    onRow: (offset: number, hashes: Uint32Array, place: number) => void,
  ): Promise<void>;
  /** Hashes of stored rows: of these offsets, or of those in `only`, with all columns at once. */
  readHashes(
    table: TableName,
    log: Log,
    range: AnyEpoch & {
      readonly columns: readonly ComparedColumn[];
      readonly only?: readonly number[] | undefined;
    },
    onRow: (epoch: number, offset: number, hashes: Uint32Array) => void,
  ): Promise<void>;
  /**
   * For each of these values and each epoch, the first offset of the partition whose column holds something other than its
   * default, or something that its former type can't hold. Rows of redriven dead letters do not count, because they were
   * inserted later than the rows next to them.
   */
  firstSet(
    table: TableName,
    log: Log,
    of: {
      readonly partition: number;
      readonly values: readonly HashedValue[];
      readonly hasDeadLetters: boolean;
    },
  ): Promise<readonly FirstSet[]>;
  /** Reads the latest version of every dead letter with one of these offsets. */
  readLetters(
    table: TableName,
    log: Log,
    range: AnyEpoch,
    onLetter: (letter: LetterSpan) => void,
  ): Promise<void>;
}

/** The part of a dead letter that says how its offsets were decided. */
export interface LetterSpan {
  readonly epoch: number;
  readonly first: number;
  /** Exclusive. A skipped range has more than one offset. */
  readonly end: number;
  readonly isSkip: boolean;
  readonly status: DeadLetterStatus;
  /** Timestamp of the record, in milliseconds since 1970. */
  readonly timestampMs: number;
}

export interface FirstSet {
  readonly column: string;
  readonly formerType?: string | undefined;
  readonly epoch: number;
  /** Null if there is no such row. */
  readonly offset: number | null;
}

/** A column whose values are compared, with its type in the table. */
export interface ComparedColumn {
  readonly name: string;
  /** ClickHouse type. */
  readonly type: string;
}

/** A value that is hashed. */
export interface HashedValue extends ComparedColumn {
  /** Converts the value to this type first, to get what an earlier type of the column would have held. */
  readonly formerType?: string | undefined;
}
