import type { Block, DeadLetter, KnownDeadLetter } from '../blocks/block.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { RecordRun } from '../records/record-run.js';
import type { Log } from '../log/log.js';
import type { Divergence, LogPosition } from '../log/divergence.js';
import type { LeaderEpochs } from '../log/leader-epochs.js';
import type { AvailableOffsets, TopicOffsets, Unavailable } from '../log/topic-offsets.js';
import type { DeadLetterStatus } from '../pipeline/public-types.js';
import type { SilentInsert } from '../status/silent-insert.js';
import type { ColumnDescription } from '../table/description.js';
import type { TableName } from '../table/table-name.js';
import type { Target } from '../table/target.js';
import type { ComparedColumn, HashedValue } from '../verify/content-plan.js';
import type { EpochExtent } from './table-directory.js';

export type { EpochExtent, PresentTable, TableDirectory } from './table-directory.js';

export type { HeldClaim, PipelineMessages, StartClaim, WorkflowLookUp } from './workflows.js';
export type { CommittedOffset, GroupOffsets, OffsetToCommit } from '../log/group-offsets.js';
export type { AvailableOffsets, PartitionOffsets, TopicOffsets } from '../log/topic-offsets.js';

/** The oldest transaction that is open in a partition, as the partition's leader knows it. */
export interface OpenProducer {
  readonly partition: number;
  /** Kafka's number of the producer. */
  readonly producerId: string;
  readonly firstOffset: number;
}

/** What one fetch brought, in the order of the ranges that were asked for. */
export interface FetchedRecords {
  readonly partition: number;
  /** Every offset of the range below this one was in a run given so far, or holds no record. */
  readonly next: number;
  /** Bytes that came over the wire. */
  readonly wireBytes: number;
  /** Leader epochs of the batches: the first one, and each that differs from the one before it. */
  readonly leaderEpochs: LeaderEpochs;
  /** Memory that `open` and `runs` take beyond that of a usual fetch: for a large batch, which comes alone. */
  readonly extraBytes: number;
  /** Has to be awaited before `runs`: expands a large batch while the event loop turns. Throws `BatchTooLarge`. */
  open(): Promise<void>;
  /** Synchronous; each run is valid until the next one is asked for. Never empty runs. */
  runs(): Iterable<RecordRun>;
}

/** Reads a topic by exact ranges and never joins a group. */
export interface RecordSource {
  /** Of every partition, or none. Throws `TopicMissing` when there is no such topic. */
  offsets(topic: string): Promise<TopicOffsets>;
  /**
   * Of the partitions whose leaders answer: a second is waited for the others, and no longer. Throws as `offsets` where no
   * broker tells of the topic.
   */
  availableOffsets(topic: string): Promise<AvailableOffsets>;
  /**
   * Who keeps transactions open in these partitions, the oldest one of each. Partitions of brokers that can't tell are
   * left out: it is only said to people.
   */
  openProducers(topic: string, partitions: readonly number[]): Promise<readonly OpenProducer[]>;
  /**
   * First offset whose record is at or after the instant (milliseconds since 1970); null where there is none yet. Of all
   * partitions, unless `only` names some.
   */
  offsetsAt(
    topic: string,
    timestampMs: number,
    only?: readonly number[],
  ): Promise<ReadonlyMap<number, number | null>>;
  /**
   * Which of these logs no longer hold what was read of them, by their leader epochs (KIP-320). Logs that agree are left
   * out, and those that can't be compared: nothing is known of how they were read, or their leader knows no epochs.
   */
  divergences(topic: string, positions: readonly LogPosition[]): Promise<readonly Divergence[]>;
  /** As `divergences`; nobody waits for a leader that is away or silent: its partitions are `unanswered`. */
  divergencesSoon(topic: string, positions: readonly LogPosition[]): Promise<DivergencesSoon>;
  /**
   * The committed records of exactly these ranges, range after range, fetching ahead while the caller works.
   * Throws `OffsetOutOfRange` where a range can't be read, and never moves a position because of it. With `isImpatient`
   * throws `PartitionUnavailable` where a leader has been away, or has answered nothing, for a second; leaders that only
   * take long to bring records are waited for.
   */
  read(
    topic: string,
    ranges: readonly OffsetSpan[],
    signal: AbortSignal,
    options?: { readonly isImpatient: boolean },
  ): AsyncIterable<FetchedRecords>;
}

export interface DivergencesSoon {
  readonly diverged: readonly Divergence[];
  readonly unanswered: readonly Unavailable[];
}

/** Identity of one send, visible on the server while it runs. */
export interface InsertId {
  readonly workflowId: string;
  readonly runId: string;
  readonly lane: number;
  readonly batch: number;
  readonly block: number;
  readonly attempt: number;
  /** Counts the sends of one block within one attempt. */
  readonly send: number;
}

export interface RunningInserts {
  readonly names: readonly string[];
  /** Hosts that did not answer: nobody knows whether an insert runs there. */
  readonly unasked: readonly { readonly address: string; readonly why: string }[];
}

export interface InsertOptions {
  readonly token: string;
  readonly id: InsertId;
  readonly signal: AbortSignal;
  /** Hears once of an insert that the server has taken whole and not answered for `INSERT_SILENCE_MS`. */
  readonly onSilence?: ((silent: SilentInsert) => void) | undefined;
}

/** The table of events, as writing a block needs it. Tables without lineage can only `insert`. */
export interface EventTable {
  /** Inserts of this pipeline that still run on any host, except those of other lanes of the same run. */
  runningInserts(self: InsertId): Promise<RunningInserts>;
  /** `database.view` of every view that an insert into the table passes through. */
  views(table: TableName): Promise<readonly string[]>;
  /** The offsets among the block's rows that the table holds. */
  present(table: TableName, log: Log, block: Block): Promise<OffsetSet>;
  /**
   * One INSERT of one `Native` block. Resolves with the rows the server says it wrote, 0 where it says nothing. It counts
   * rows of views as well, and rows that it dropped because it knew the token.
   */
  insert(
    table: TableName,
    block: Block,
    options: InsertOptions,
  ): Promise<{ readonly writtenRows: number }>;
}

export interface LetterOptions extends InsertOptions {
  /** Names the batch to a reader. */
  readonly batch: string;
}

export interface RejectionOptions extends LetterOptions {
  /** Name of the contract that the records were judged by. */
  readonly contract: string;
}

/** Named by the table of events that its letters did not come into. */
export interface DeadLetterTable {
  /**
   * Offsets of these spans that are dead letters already, whatever their status, in order and each once. Ranges that were
   * left out by decision are among them, offset by offset, until they are filled.
   */
  known(
    table: TableName,
    log: Log,
    spans: readonly OffsetSpan[],
  ): Promise<readonly KnownDeadLetter[]>;
  /** Resolves once the server has them; a letter that is there already is replaced. */
  insert(
    table: TableName,
    log: Log,
    letters: readonly DeadLetter[],
    options: RejectionOptions,
  ): Promise<void>;
  /** One letter for a whole range that is left out by decision. */
  insertSkip(
    table: TableName,
    log: Log,
    skip: OffsetSpan & { readonly why: string },
    options: LetterOptions,
  ): Promise<void>;
  /** These offsets are no longer left out: what remains of each range that was becomes a range of its own. */
  fillSkips(
    table: TableName,
    log: Log,
    spans: readonly OffsetSpan[],
    options: LetterOptions,
  ): Promise<void>;
}

/** Offsets `[first, end)` of one partition, whatever their epoch. */
export type AnyEpoch = Omit<OffsetSpan, 'epoch'>;

/** A dead letter as far as it tells what became of offsets. */
export interface LetterSpan {
  readonly epoch: number;
  readonly first: number;
  /** Exclusive; more than one offset only where a range was left out by decision. */
  readonly end: number;
  readonly isSkip: boolean;
  readonly status: DeadLetterStatus;
  /** Of the record, in milliseconds since 1970. */
  readonly timestampMs: number;
}

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
  /** The column whose values tell one event of `stream_events` from another. */
  readonly idColumn: string;
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
   * MD5 of its id. None where no id is stored.
   */
  readIdentities(
    table: TableName,
    log: Log,
    range: AnyEpoch & { readonly only?: readonly number[] | undefined },
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
  /** The newest word on every letter that holds one of these offsets. */
  readLetters(
    table: TableName,
    log: Log,
    range: AnyEpoch,
    onLetter: (letter: LetterSpan) => void,
  ): Promise<void>;
}

export interface FirstSet {
  readonly column: string;
  readonly formerType?: string | undefined;
  readonly epoch: number;
  /** Null where no row does. */
  readonly offset: number | null;
}

/** A set of offsets of one topic. */
export interface OffsetSet {
  readonly size: number;
  has(partition: number, offset: number): boolean;
}
