import type { EndPosition, StartPosition } from '../pipeline/settings.js';
import type { Offset, OffsetRange } from '../records/offset-range.js';

/** The argument of `verify`. Missing names come from the worker's environment. */
export interface VerifyInput {
  /** Contract of the pipeline that filled the table, `stream_events` by default. */
  readonly contract?: string | undefined;
  readonly topic?: string | undefined;
  readonly groupId?: string | undefined;
  /** `table` or `database.table`. */
  readonly table?: string | undefined;
  /** Where the comparison begins. `earliest`, the start of the log, by default. */
  readonly from?: Exclude<StartPosition, 'committed' | 'latest'> | undefined;
  /**
   * Where the comparison ends. `committed` by default if the group has offsets: everything it has committed must be
   * decided. Otherwise `now`.
   */
  readonly until?: 'committed' | EndPosition | undefined;
  /**
   * Whether rows of other logs with the topic's name count, as in the input of a pipeline. By default they count as the
   * pipeline counts them.
   */
  readonly log?: 'new' | 'same' | undefined;
  /**
   * `offsets`, the default, compares offsets. `content` also compares each value of a row with what the contract makes of
   * its record.
   */
  readonly compare?: 'offsets' | 'content' | undefined;
  /** With `content`: how many rows of every 500,000 offsets are compared, spread evenly. All by default. */
  readonly sample?: number | undefined;
}

/** `unknown`: nothing is known to be wrong, but not everything could be compared. `notes` say what and why. */
export type VerifyVerdict =
  | 'complete'
  | 'lost'
  | 'doubled'
  | 'lost-and-doubled'
  | 'unknown'
  /** Found only by content: rows have values that differ from what the contract makes of their records. */
  | 'different'
  | 'lost-and-different'
  | 'doubled-and-different'
  | 'lost-and-doubled-and-different';

/** Values, named by offset and column and never quoted. A report lists a limited number of them. */
export interface DifferenceList {
  /** How many there are. */
  readonly total: number;
  /** The first 100 of them, by partition and offset. */
  readonly first: readonly {
    readonly partition: number;
    readonly offset: Offset;
    readonly column: string;
  }[];
}

/** Result of a comparison by content. */
export interface ContentReport {
  /** The columns whose values were compared. */
  readonly columns: readonly string[];
  /** The other columns of the table, and the columns of the contract that the table does not store. */
  readonly uncompared: readonly { readonly column: string; readonly why: string }[];
  /** Number of rows that were compared of each 500,000 offsets. Null for all. */
  readonly sample: number | null;
  /** Rows whose values were compared. */
  readonly rows: number;
  /** Rows that could not be compared: the current contract makes no row of their records, or the rows are gone. */
  readonly uncomparedRows: number;
  /** Rows in which at least one value differs. */
  readonly differingRows: number;
  readonly differences: DifferenceList;
  /**
   * Values that differ but are not proven to be wrong: each is its column's default, or less precise than the record's
   * value, as in all rows before it. The column or its type may be newer than the row.
   */
  readonly predating: DifferenceList;
}

/**
 * rows + deadLetters + filtered + skipped + lost = records + doubled + withoutRecord. A count is null if it can't be
 * determined, because rows without lineage don't say which records they came from.
 */
export interface VerifyCounts {
  /** Committed records that Kafka holds. Aborted records and control records do not count. */
  readonly records: number;
  /** Rows of the epoch that counts at their offset. For a table without lineage, all of its rows. */
  readonly rows: number | null;
  /** Dead letters that are open or dropped. Their records have no rows. */
  readonly deadLetters: number;
  /** Dead letters whose records became rows later. `rows` counts them. */
  readonly redriven: number;
  /** Records that the current contract filters. */
  readonly filtered: number;
  /** Records that were skipped by a recorded decision. */
  readonly skipped: number;
  /** Records that none of the other counts explains. */
  readonly lost: number | null;
  /** Rows and dead letters in excess of one for each record. */
  readonly doubled: number | null;
  /** Rows that were superseded by a replay or by a recreated topic. */
  readonly olderEpochs: number | null;
  /** Offsets with a row or a dead letter, but without a record: Kafka no longer holds it, or it was never committed. */
  readonly withoutRecord: number | null;
}

/** Ranges of offsets. A report lists a limited number of them. */
export interface RangeList {
  /** How many there are. */
  readonly total: number;
  /** The first 100 of them, by partition and offset. */
  readonly first: readonly OffsetRange[];
}

export interface PartitionReport extends VerifyCounts {
  readonly partition: number;
  readonly first: Offset;
  /** Exclusive. */
  readonly end: Offset;
  /** Offsets below this one have been compared. */
  readonly next: Offset;
}

/** What `verify` returns, and the answer of its query `report` while it works. */
export interface VerifyReport extends VerifyCounts {
  readonly state: 'starting' | 'comparing' | 'completed' | 'stopped';
  readonly verdict: VerifyVerdict;
  readonly topic: string;
  readonly groupId: string;
  readonly table: string;
  readonly openDeadLetters: number;
  readonly droppedDeadLetters: number;
  readonly lostRanges: RangeList;
  readonly doubledRanges: RangeList;
  /** Records whose event was compared with that of their row. They are a sample, which a note describes. */
  readonly identitiesCompared: number;
  /** Lost records whose offset has a row of another event. */
  readonly otherEvents: number;
  /** Missing if values were not compared. */
  readonly content?: ContentReport | undefined;
  /** Rows below the start of the log. Retention removed their records, so it is unknown whether they are right. */
  readonly rowsBeforeLog: number;
  /** Records that could not be judged, for example because a transaction is open. `notes` say why. */
  readonly unjudged: number;
  /** Number of offsets that were compared. */
  readonly compared: number;
  /** Number of offsets to compare. */
  readonly offsets: number;
  /** The first 1,000 partitions. */
  readonly partitions: readonly PartitionReport[];
  /** Further explanations of the numbers, in sentences. */
  readonly notes: readonly string[];
}
