import type { Block } from '../blocks/block.js';
import type { Log } from '../log/log.js';
import type { DeadLetterStatus } from '../dead-letters/dead-letter.js';
import type { AnyEpoch, EpochExtent } from '../records/offset-range.js';
import type { ColumnDescription } from '../table/description.js';
import type { TableName } from '../table/table-name.js';
import type { Target } from '../table/target.js';

export interface DescribedTable {
  readonly target: Target;
  /** Why no row can be inserted into it; null where rows can be. */
  readonly unfit: string | null;
  readonly hasDeadLetters: boolean;
  /** All that it has, in its order. */
  readonly columns: readonly ColumnDescription[];
}

/** What a table and its dead letters hold, for whoever compares. Makes nothing, and changes nothing. */
export interface TableContents {
  /** As the table is for a contract, `stream_events` unless named. Null where there is no such table. */
  describe(table: TableName, contract?: string): Promise<DescribedTable | null>;
  /** All rows, whatever their origin. */
  countRows(table: TableName): Promise<number>;
  /** Rows of the log below an offset, one for each partition from 0 on: how many there are in each. */
  countRowsBelow(
    table: TableName,
    log: Log,
    offsets: readonly number[],
  ): Promise<readonly number[]>;
  /** What rows reach under the topic's name, and what dead letters do: of every log. */
  rowExtents(table: TableName, topic: string): Promise<readonly EpochExtent[]>;
  letterExtents(table: TableName, topic: string): Promise<readonly EpochExtent[]>;
  /** Every row of these offsets, in no order, one that is there twice two times. */
  readRows(
    table: TableName,
    log: Log,
    range: AnyEpoch,
    onRow: (epoch: number, offset: number) => void,
  ): Promise<void>;
  /**
   * The event of every row of these offsets, or of `only` some of them, at most a few thousand: the first 32 bits of the
   * MD5 of its id as text. None where the pipelines of that contract, `stream_events` unless named, do not fill the column.
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
   * What ClickHouse would store of the block's rows: a hash of each value, as the column's type holds it. Hashes are whole
   * numbers of 32 bits, 0 where the server fills the value. They are given for some values at a time, those from `place` on,
   * and are valid during the call. The block has `_offset` among its columns.
   */
  hashesOf(
    block: Pick<Block, 'rows' | 'columns'>,
    values: readonly HashedValue[],
    onRow: (offset: number, hashes: Uint32Array, place: number) => void,
  ): Promise<void>;
  /** The same of what is stored: every row of these offsets, or of `only` some of them, with all columns at once. */
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
   * The first offset of the partition, in each epoch, where the column of each of these values holds something else than its
   * default, or than what its former type can hold. Rows of redriven dead letters do not count: they were inserted later than the rows beside them.
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
  /** The latest version of every letter that holds one of these offsets. */
  readLetters(
    table: TableName,
    log: Log,
    range: AnyEpoch,
    onLetter: (letter: LetterSpan) => void,
  ): Promise<void>;
}

/** A dead letter as far as it tells what became of offsets. */
export interface LetterSpan {
  readonly epoch: number;
  readonly first: number;
  /** Exclusive. A skipped range has more than one offset. */
  readonly end: number;
  readonly isSkip: boolean;
  readonly status: DeadLetterStatus;
  /** Of the record, in milliseconds since 1970. */
  readonly timestampMs: number;
}

export interface FirstSet {
  readonly column: string;
  readonly formerType?: string | undefined;
  readonly epoch: number;
  /** Null where no row does. */
  readonly offset: number | null;
}

/** A column whose values are compared, with the type that the table has for it. */
export interface ComparedColumn {
  readonly name: string;
  /** ClickHouse type. */
  readonly type: string;
}

/** A value as it is hashed. */
export interface HashedValue extends ComparedColumn {
  /** Converted to this type before: as an earlier type of the column would have held it. */
  readonly formerType?: string | undefined;
}
