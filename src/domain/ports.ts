import type { Buffer } from 'node:buffer';
import type { Block, DeadLetter, KnownDeadLetter } from './batch/block.js';
import type { OffsetSpan } from './batch/range.js';
import type { RecordRun } from './event/records.js';
import type {
  DeadLetterCounts,
  DeadLetterReason,
  DeadLetterStage,
  DeadLetterStatus,
} from './pipeline/public-types.js';
import type { TableName } from './pipeline/table-name.js';
import type { TableWishes, Target } from './pipeline/target.js';

export type { PipelineMessages, RunningPipeline, WorkflowLookUp } from './workflow-ports.js';

/** Where one partition begins and ends. */
export interface PartitionOffsets {
  readonly partition: number;
  /** First offset that can still be read. */
  readonly logStart: number;
  /** Last stable offset: below it every record's fate is decided. */
  readonly end: number;
  /** End of what is replicated; beyond `end` only while a transaction is open. */
  readonly highWatermark: number;
}

export interface TopicOffsets {
  /** Kafka's id of the topic, a UUID: a topic made again under the same name has another. */
  readonly topicId: string;
  /** Partitions ascending, without gaps. */
  readonly partitions: readonly PartitionOffsets[];
}

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
  /** Synchronous; each run is valid until the next one is asked for. Never empty runs. */
  runs(): Iterable<RecordRun>;
}

/** Reads a topic by exact ranges and never joins a group. */
export interface RecordSource {
  /** Throws `TopicMissing` when there is no such topic. */
  offsets(topic: string): Promise<TopicOffsets>;
  /**
   * Who keeps transactions open in these partitions, the oldest one of each. Partitions of brokers that can't tell are
   * left out: it is only said to people.
   */
  openProducers(topic: string, partitions: readonly number[]): Promise<readonly OpenProducer[]>;
  /** First offset whose record is at or after the instant (milliseconds since 1970); null where there is none yet. */
  offsetsAt(topic: string, timestampMs: number): Promise<ReadonlyMap<number, number | null>>;
  /**
   * The committed records of exactly these ranges, range after range, fetching ahead while the caller works.
   * Throws `OffsetOutOfRange` where a range can't be read, and never moves a position because of it.
   */
  read(
    topic: string,
    ranges: readonly OffsetSpan[],
    signal: AbortSignal,
  ): AsyncIterable<FetchedRecords>;
}

export interface CommittedOffset {
  readonly partition: number;
  /** Null where the group has none. */
  readonly offset: number | null;
  readonly metadata: string;
}

/** The group's offsets in Kafka: a mirror for lag tools, never the truth. */
export interface GroupOffsets {
  committed(groupId: string, topic: string): Promise<readonly CommittedOffset[]>;
  /** `refused` when a live consumer owns the group. */
  commit(
    groupId: string,
    topic: string,
    offsets: readonly { readonly partition: number; readonly offset: number }[],
    metadata: string,
  ): Promise<{ readonly kind: 'committed' } | { readonly kind: 'refused'; readonly why: string }>;
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

/** The table of events, as writing a block needs it. Tables without lineage can only `insert`. */
export interface EventTable {
  /** Inserts of this pipeline that still run on the server, except those of other lanes of the same run. */
  runningInserts(self: InsertId): Promise<readonly string[]>;
  /** `database.view` of every view that an insert into the table passes through. */
  views(table: TableName): Promise<readonly string[]>;
  /** The offsets among the block's rows that the table holds. */
  present(table: TableName, topic: string, block: Block): Promise<OffsetSet>;
  /**
   * One INSERT of one `Native` block. Resolves with the rows the server says it wrote, 0 where it says nothing. It counts
   * rows of views as well, and rows that it dropped because it knew the token.
   */
  insert(
    table: TableName,
    block: Block,
    options: { readonly token: string; readonly id: InsertId; readonly signal: AbortSignal },
  ): Promise<{ readonly writtenRows: number }>;
}

/** Newest lineage of one partition in a table. */
export interface NewestRow {
  readonly partition: number;
  readonly epoch: number;
  /** Largest offset of that epoch. */
  readonly offset: number;
}

/** Finds out, or makes, what a pipeline writes into. */
export interface TableDirectory {
  /**
   * Describes the table and its dead-letter table; makes missing ones where that is allowed, never alters one. Throws
   * `TableMissing` where it may not.
   */
  prepare(
    table: TableName,
    wishes: TableWishes,
  ): Promise<{ readonly target: Target; readonly warnings: readonly string[] }>;
  /** What tells this table from another one made under its name; null where there is none. */
  identify(table: TableName): Promise<string | null>;
  /** Rows of the table that lineage does not show to be this topic's. */
  rowsOfOtherOrigin(table: TableName, topic: string): Promise<number>;
  newestRows(table: TableName, topic: string): Promise<readonly NewestRow[]>;
}

export interface LetterOptions {
  readonly token: string;
  /** Names the batch to a reader. */
  readonly batch: string;
  readonly id: InsertId;
  readonly signal: AbortSignal;
}

/** Named by the table of events that its letters did not come into. */
export interface DeadLetterTable {
  /**
   * Offsets of these spans that are dead letters already, whatever their status, in order and each once. Ranges that were
   * left out by decision are among them, offset by offset, until they are filled.
   */
  known(
    table: TableName,
    topic: string,
    spans: readonly OffsetSpan[],
  ): Promise<readonly KnownDeadLetter[]>;
  /** Resolves once the server has them; a letter that is there already is replaced. */
  insert(
    table: TableName,
    topic: string,
    letters: readonly DeadLetter[],
    options: LetterOptions,
  ): Promise<void>;
  /** One letter for a whole range that is left out by decision. */
  insertSkip(
    table: TableName,
    topic: string,
    skip: OffsetSpan & { readonly why: string },
    options: LetterOptions,
  ): Promise<void>;
  /** These offsets are no longer left out: what remains of each range that was becomes a range of its own. */
  fillSkips(
    table: TableName,
    topic: string,
    spans: readonly OffsetSpan[],
    options: LetterOptions,
  ): Promise<void>;
}

/** Offsets `[first, end)` of one partition, whatever their epoch. */
export type AnyEpoch = Omit<OffsetSpan, 'epoch'>;

/** From the first to the last offset that a table, or its dead letters, hold of one partition in one epoch. */
export type EpochExtent = OffsetSpan;

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
}

/** What a table and its dead letters hold, for whoever compares. Makes nothing, and changes nothing. */
export interface TableContents {
  /** The column whose values tell one event from another. */
  readonly idColumn: string;
  /** Null where there is no such table. */
  describe(table: TableName): Promise<DescribedTable | null>;
  /** All rows, whatever their origin. */
  countRows(table: TableName): Promise<number>;
  /** Rows of the topic below an offset, one for each partition from 0 on: how many there are in each. */
  countRowsBelow(
    table: TableName,
    topic: string,
    offsets: readonly number[],
  ): Promise<readonly number[]>;
  /** What rows reach, and what dead letters do: up to two extents for an epoch of a partition. */
  rowExtents(table: TableName, topic: string): Promise<readonly EpochExtent[]>;
  letterExtents(table: TableName, topic: string): Promise<readonly EpochExtent[]>;
  /** Every row of these offsets, in no order, one that is there twice two times. */
  readRows(
    table: TableName,
    topic: string,
    range: AnyEpoch,
    onRow: (epoch: number, offset: number) => void,
  ): Promise<void>;
  /** The event of every row of these offsets: the first 32 bits of the MD5 of its id. None where no id is stored. */
  readIdentities(
    table: TableName,
    topic: string,
    range: AnyEpoch,
    onRow: (epoch: number, offset: number, identity: number) => void,
  ): Promise<void>;
  /** The newest word on every letter that holds one of these offsets. */
  readLetters(
    table: TableName,
    topic: string,
    range: AnyEpoch,
    onLetter: (letter: LetterSpan) => void,
  ): Promise<void>;
}

/** Names one dead letter of a topic, in the order of these fields. */
export interface LetterKey {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
}

/** Which dead letters are meant; null: whatever. Ranges that were left out by decision never are. */
export interface LetterChoice {
  readonly reasons: readonly DeadLetterReason[] | null;
  readonly stages: readonly DeadLetterStage[] | null;
  readonly ranges: readonly AnyEpoch[] | null;
  /** By the record's timestamp, in milliseconds since 1970. */
  readonly sinceMs: number | null;
  /** Exclusive. */
  readonly untilMs: number | null;
}

/** The letters behind one key, up to another one. */
export interface LetterWindow {
  /** Null: from the first one on. */
  readonly after: LetterKey | null;
  readonly upTo: LetterKey;
}

/** An open letter, and what it says; the bytes of its value lie beside it. */
export interface OpenLetter extends LetterKey {
  readonly stage: DeadLetterStage;
  readonly reason: DeadLetterReason;
  readonly path: string;
  readonly error: string;
  /** -1 where the record has no value. */
  readonly valueStart: number;
  /** Exclusive. */
  readonly valueEnd: number;
}

export interface LettersOf {
  /** The table of events. */
  readonly table: TableName;
  readonly topic: string;
  readonly choice: LetterChoice;
}

/** The dead letters that wait, and the words that close them. Nothing is ever deleted: the newest word counts. */
export interface OpenLetters {
  /** How many of the choice are open, by reason, and how many ranges of the topic are left out by decision. */
  count(letters: LettersOf): Promise<{ readonly open: DeadLetterCounts; readonly skips: number }>;
  /** The next open letters, as many as the limits allow and at least one; null where there are none. */
  next(
    letters: LettersOf,
    after: LetterKey | null,
    limits: { readonly letters: number; readonly bytes: number },
  ): Promise<{
    readonly upTo: LetterKey;
    readonly letters: number;
    /** Of their values. */
    readonly bytes: number;
  } | null>;
  /** The open letters of a window, in the order of their keys. */
  read(
    letters: LettersOf,
    window: LetterWindow,
  ): Promise<{ readonly bytes: Buffer; readonly letters: readonly OpenLetter[] }>;
  /** Letters of a window that are closed, by the reason that they had been set aside for. */
  closed(
    letters: LettersOf,
    window: LetterWindow,
  ): Promise<Readonly<Record<'redriven' | 'dropped', DeadLetterCounts>>>;
  /** Closes open ones of these letters; all else of them stays as it is. */
  close(
    letters: Omit<LettersOf, 'choice'>,
    keys: readonly LetterKey[],
    status: 'redriven' | 'dropped',
    signal: AbortSignal,
  ): Promise<void>;
  /** Puts today's reason into letters that stay open. */
  amend(
    letters: Omit<LettersOf, 'choice'>,
    amended: readonly Omit<OpenLetter, 'valueStart' | 'valueEnd'>[],
    signal: AbortSignal,
  ): Promise<void>;
}

/** A set of offsets of one topic. */
export interface OffsetSet {
  readonly size: number;
  has(partition: number, offset: number): boolean;
}
