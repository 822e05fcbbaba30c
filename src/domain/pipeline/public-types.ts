import type { Hold } from '../holds/hold.js';
import type { Instant, Offset, OffsetRange } from '../records/offset-range.js';
import type { PartitionStatus } from '../status/partition-status.js';
import type { Guarantee, NotStored } from '../table/guarantee-level.js';
import type { DeadLetterCounts } from './dead-letter-reasons.js';

export {
  DEAD_LETTER_REASONS,
  DEAD_LETTER_STAGES,
  type DeadLetterCounts,
  type DeadLetterReason,
  type DeadLetterStage,
} from './dead-letter-reasons.js';
export type {
  OpenTransaction,
  PartitionStatus,
  UnavailablePartition,
} from '../status/partition-status.js';
export { type Hold, HOLD_REASONS, type HoldReason } from '../holds/hold.js';
export type { Instant, Offset, OffsetRange } from '../records/offset-range.js';

/**
 * Everything that users send to a pipeline or read of it: inputs, messages, results and the words used in them.
 * Released names and shapes here change only with the major version.
 */

export type StartPosition =
  | 'committed'
  | 'earliest'
  | 'latest'
  | { readonly timestamp: Instant }
  | { readonly offsets: Readonly<Record<string, Offset>> };

export type EndPosition =
  'now' | { readonly timestamp: Instant } | { readonly offsets: Readonly<Record<string, Offset>> };

export interface BatchLimits {
  /** Records in one batch, over all its partitions. */
  readonly maxRows: number;
  /** Bytes of record values in one batch, by the running average; also the hard limit of one block. */
  readonly maxBytes: number;
  /** How long a batch may wait to fill, in seconds; may be fractional. */
  readonly intervalSeconds: number;
}

export type BatchLimitsInput = {
  readonly [Name in keyof BatchLimits]?: BatchLimits[Name] | undefined;
};

/** The one argument of `pipeline`. Missing fields come from the worker's environment, once, at start. */
export interface PipelineInput {
  /** How records become rows: `stream_events` unless given, or `table`, which takes its columns from the table. */
  readonly contract?: string | undefined;
  readonly topic?: string | undefined;
  readonly groupId?: string | undefined;
  /** `table` or `database.table`. */
  readonly table?: string | undefined;
  /** Where a group without offsets begins; of a bounded run, where its range does. */
  readonly from?: StartPosition | undefined;
  /** Reads again from `from`, once for this start, and inserts rows of the next epoch. */
  readonly replay?: boolean | undefined;
  /** Makes the run bounded: it completes when every partition has reached its end. */
  readonly until?: EndPosition | undefined;
  /** What to do with offsets the table already holds. */
  readonly existing?: 'skip' | 'insert' | undefined;
  readonly batch?: BatchLimitsInput | undefined;
  /** 1 to 16 coroutines that plan and ingest side by side; never more than partitions. */
  readonly lanes?: number | undefined;
  /** What to do when retention has removed records before they were read. */
  readonly onDataLoss?: 'hold' | 'skip' | undefined;
  /** `exactly-once` refuses to start where the table can't carry it. */
  readonly guarantee?: 'exactly-once' | 'report' | undefined;
  /**
   * Whose the rows are that the table holds of another log of the topic's name: `new`, the topic's records are other ones;
   * `same`, it has the same records at the same offsets, as a mirror does. Needed only where a start asks for it.
   */
  readonly log?: 'new' | 'same' | undefined;
  /** `fsync` asks ClickHouse to have rows on disk before it answers. */
  readonly durability?: 'fsync' | 'server' | undefined;
}

/** The effective settings of a run: the input, completed from the environment. */
export interface PipelineSettings {
  /** Absent: `stream_events`. */
  readonly contract?: string | undefined;
  readonly topic: string;
  readonly groupId: string;
  readonly table: string;
  readonly from: StartPosition;
  /** Absent: false. */
  readonly replay?: boolean | undefined;
  readonly until: EndPosition | null;
  readonly existing: 'skip' | 'insert';
  readonly batch: BatchLimits;
  readonly lanes: number;
  readonly onDataLoss: 'hold' | 'skip';
  readonly guarantee: 'exactly-once' | 'report';
  readonly durability: 'fsync' | 'server';
}

/** What `pipeline` returns when it completes. */
export interface PipelineResult {
  readonly rows: number;
  readonly deadLetters: number;
  readonly filtered: number;
  readonly skipped: number;
  readonly batches: number;
  /** Next offset of each partition. */
  readonly cursors: Readonly<Record<string, Offset>>;
  readonly endedBy: 'until' | 'stop';
  /** Ranges that a drain had to leave behind; the next start looks for their rows first. */
  readonly unfinished?: readonly OffsetRange[];
  /** With `"until":"now"`: what was in the log at the start, but behind an open transaction. It was not read. */
  readonly undecided?: readonly OffsetRange[];
}

export interface PauseInput {
  readonly reason?: string | undefined;
}

export type StopInput = PauseInput;

export interface ConfigureInput {
  readonly batch?: BatchLimitsInput | undefined;
  readonly lanes?: number | undefined;
}

export interface ResolveHoldInput {
  /** `all`: every partition that is held. */
  readonly partition: number | 'all';
  /** `retry` and `continue` plan the held range again and look first; `skipTo` leaves records out by decision. */
  readonly action: 'retry' | 'skipTo' | 'continue';
  /** With `skipTo`: the next offset to read. */
  readonly offset?: Offset | undefined;
}

/** `redriven`: its row is in the table; `dropped`: a person decided that it never will be. Only open ones wait. */
export const DEAD_LETTER_STATUSES = ['open', 'redriven', 'dropped'] as const;

export type DeadLetterStatus = (typeof DEAD_LETTER_STATUSES)[number];

/** Wall time of the steps of one batch, in milliseconds; steps overlap, so the sum may exceed the total. */
export interface BatchPhases {
  readonly waitMs: number;
  readonly fetchMs: number;
  readonly decodeMs: number;
  readonly insertMs: number;
  readonly commitMs: number;
  readonly totalMs: number;
}

/** One line of the query `batches`. */
export interface BatchSummary {
  readonly batch: number;
  readonly lane: number;
  readonly at: Instant;
  readonly records: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly filtered: number;
  readonly bytes: number;
  readonly blocks: number;
  readonly attempt: number;
  /** Age of the oldest record when its rows could be queried, in milliseconds; null without rows. */
  readonly oldestRecordMs: number | null;
  readonly phases: BatchPhases;
  /** Partitions and offsets, shortened; the whole ranges are in the activity's input. */
  readonly ranges: string;
}

/** Work that an activity has in hand for a lane. */
export interface InHand {
  readonly lane: number;
  /** For example `batch 42`. */
  readonly what: string;
  /** When the workflow asked for it; it doesn't hear of attempts that fail meanwhile. */
  readonly since: Instant;
  /** What an insert of it waits for, where ClickHouse has not answered for ten seconds. */
  readonly waitsFor?: string | undefined;
}

/** Which log a pipeline reads, and what was decided about others of the topic's name. */
export interface LogStatus {
  /** As Kafka's tools print it. */
  readonly topicId: string;
  /** What a person decided, at the start or at a hold; null where nothing had to be decided. */
  readonly choice: 'new' | 'same' | null;
  /** Topic ids whose rows count as this log's. */
  readonly sameAs: readonly string[];
}

/** A choice that changed what the pipeline does from then on. */
export interface Decision {
  readonly at: Instant;
  readonly what: string;
}

/** The answer of the query `status`. */
export interface PipelineStatus {
  readonly state: 'starting' | 'running' | 'paused' | 'draining' | 'held' | 'ended';
  readonly detail: string;
  readonly settings: PipelineSettings | null;
  readonly guarantee: Guarantee | null;
  /** Columns of the contract whose values the table does not store. */
  readonly notStored: readonly NotStored[];
  /** The log that is read; null as long as it isn't known. */
  readonly log: LogStatus | null;
  readonly totals: {
    readonly rows: number;
    readonly deadLetters: number;
    readonly filtered: number;
    readonly skipped: number;
    readonly batches: number;
    readonly deadLettersByReason: DeadLetterCounts;
  };
  readonly lag: number;
  /** When the log ends behind `lag` were seen: the oldest of them. */
  readonly lagSeenAt: Instant | null;
  /** What the planner chose for the next batch, and why. */
  readonly sizing: { readonly rows: number; readonly why: string } | null;
  readonly inHand: readonly InHand[];
  readonly partitions: readonly PartitionStatus[];
  readonly holds: readonly Hold[];
  readonly warnings: readonly string[];
  /** What people decided about the table, oldest first. */
  readonly decisions: readonly Decision[];
}
