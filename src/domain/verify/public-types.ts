import type { EndPosition, StartPosition } from '../pipeline/settings.js';
import type { Offset, OffsetRange } from '../records/offset-range.js';

/** The one argument of `verify`. Missing names come from the worker's environment. */
export interface VerifyInput {
  /** As of the pipeline that filled the table: `stream_events` unless given. */
  readonly contract?: string | undefined;
  readonly topic?: string | undefined;
  readonly groupId?: string | undefined;
  /** `table` or `database.table`. */
  readonly table?: string | undefined;
  /** Where the comparison begins: `earliest`, the start of the log, unless given. */
  readonly from?: Exclude<StartPosition, 'committed' | 'latest'> | undefined;
  /** Where it ends: what the group has committed must be decided. That is the default where the group has offsets, else `now`. */
  readonly until?: 'committed' | EndPosition | undefined;
  /** As for a pipeline: whether rows of other logs of the topic's name count. Without it they count as that one counts them. */
  readonly log?: 'new' | 'same' | undefined;
  /** `content`: each value of a row is compared with what the contract makes of its record. `offsets` unless given. */
  readonly compare?: 'offsets' | 'content' | undefined;
  /** With `content`: how many rows of every 500,000 offsets, spread evenly. All unless given. */
  readonly sample?: number | undefined;
}

/** `unknown`: nothing is known to be wrong, but not everything could be compared; `notes` say what and why. */
export type VerifyVerdict =
  | 'complete'
  | 'lost'
  | 'doubled'
  | 'lost-and-doubled'
  | 'unknown'
  /** By content: rows hold other values than the contract makes of their records. */
  | 'different'
  | 'lost-and-different'
  | 'doubled-and-different'
  | 'lost-and-doubled-and-different';

/** Values, named by offset and column and never quoted, as many as fit a report. */
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

/** What comparing by content came to. */
export interface ContentReport {
  /** The columns whose values were compared. */
  readonly columns: readonly string[];
  /** The other columns of the table, and those of the contract that it does not store. */
  readonly uncompared: readonly { readonly column: string; readonly why: string }[];
  /** Rows of each 500,000 offsets that were compared; null for all. */
  readonly sample: number | null;
  /** Rows whose values were compared. */
  readonly rows: number;
  /** Rows that could not be: the contract as it is today makes no row of their records, or they are gone. */
  readonly uncomparedRows: number;
  /** Rows in which some value differs. */
  readonly differingRows: number;
  readonly differences: DifferenceList;
  /**
   * Values that differ and are no sure differences: they are their column's default, or coarser than the record's, as in all
   * rows before them, so that the column or its type may be newer than the row.
   */
  readonly predating: DifferenceList;
}

/**
 * rows + deadLetters + filtered + skipped + lost = records + doubled + withoutRecord. Null: nobody can tell, because rows
 * without lineage don't say which records they are.
 */
export interface VerifyCounts {
  /** Committed records that Kafka holds: aborted ones and control records are none. */
  readonly records: number;
  /** Rows of the epoch that counts at their offset; of a table without lineage, all that it holds. */
  readonly rows: number | null;
  /** Dead letters that are open or dropped: their records are no rows. */
  readonly deadLetters: number;
  /** Dead letters whose records became rows later, and are counted as such. */
  readonly redriven: number;
  /** Records that the transform, as it is today, leaves out. */
  readonly filtered: number;
  /** Records left out by a recorded decision. */
  readonly skipped: number;
  /** Records that are nothing of all that. */
  readonly lost: number | null;
  /** Rows and dead letters beyond one for each record. */
  readonly doubled: number | null;
  /** Rows that a replay, or a recreated topic, has overtaken. */
  readonly olderEpochs: number | null;
  /** Offsets with a row or a dead letter whose record Kafka no longer holds, or never committed. */
  readonly withoutRecord: number | null;
}

/** Ranges of offsets, as many as fit a report. */
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
  /** What lies below was compared. */
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
  /** Records whose event was compared with that of their row: a sample, which a note describes. */
  readonly identitiesCompared: number;
  /** Those of the lost records where the row of another event stands at their offset. */
  readonly otherEvents: number;
  /** Missing where values were not compared. */
  readonly content?: ContentReport | undefined;
  /** Rows below the log's start: retention has removed their records, so that nothing tells whether they are right. */
  readonly rowsBeforeLog: number;
  /** Records that were to be compared and could not be judged, for example because a transaction is open: `notes` say why. */
  readonly unjudged: number;
  /** How many offsets were compared. */
  readonly compared: number;
  /** How many offsets there are to compare. */
  readonly offsets: number;
  /** The first 1,000 of them. */
  readonly partitions: readonly PartitionReport[];
  /** What the numbers can't say. */
  readonly notes: readonly string[];
}
