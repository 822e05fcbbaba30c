import type { Hold, HoldReason } from '../holds/hold.js';
import type { Instant, Offset } from '../records/offset-range.js';
import type { Guarantee, NotStored } from '../table/guarantee-level.js';
import type { DeadLetterCounts } from '../dead-letters/dead-letter.js';
import type { PipelineSettings } from './settings.js';
import type { WhyUnavailable } from '../log/topic-offsets.js';

/** What the query `status` tells. Released names and shapes change only with the major version. */

/** Work that an activity does for a lane. */
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
  /** In a sentence. */
  readonly what: string;
}

/** The answer of the query `status`: the whole pipeline, as its workflow knows it. */
export interface PipelineStatus {
  /** `starting` until the settings are known; `held` where some partition waits for a decision. */
  readonly state: 'starting' | 'running' | 'paused' | 'draining' | 'held' | 'ended';
  /** What it does or waits for, in a few words. */
  readonly detail: string;
  /** As they are in effect; null as long as they are not known. */
  readonly settings: PipelineSettings | null;
  /** What the table was found to carry; null as long as it is not known. */
  readonly guarantee: Guarantee | null;
  /** Columns of the contract whose values the table does not store. */
  readonly notStored: readonly NotStored[];
  /** The log that is read; null as long as it isn't known. */
  readonly log: LogStatus | null;
  /** Since the pipeline was started, over all runs that continued as new. */
  readonly totals: {
    readonly rows: number;
    readonly deadLetters: number;
    readonly filtered: number;
    readonly skipped: number;
    readonly batches: number;
    readonly deadLettersByReason: DeadLetterCounts;
  };
  /** Records from the cursors to the ends of the log, over all partitions. */
  readonly lag: number;
  /** When the log ends behind `lag` were seen: the oldest of them. */
  readonly lagSeenAt: Instant | null;
  /** What the planner chose for the next batch, and why. */
  readonly sizing: { readonly rows: number; readonly why: string } | null;
  /** What activities work on. */
  readonly inHand: readonly InHand[];
  readonly partitions: readonly PartitionStatus[];
  /** Partitions that wait for a decision. */
  readonly holds: readonly Hold[];
  /** What somebody should look at, each in a sentence. */
  readonly warnings: readonly string[];
  /** What people decided about the table, oldest first. */
  readonly decisions: readonly Decision[];
}

/** How far a partition has come. */
export interface PartitionStatus {
  readonly partition: number;
  readonly lane: number;
  /** The next offset to plan: all before it is decided. */
  readonly cursor: Offset;
  /** Last stable offset seen: what lies at or after it can't be read yet. */
  readonly end: Offset;
  /** Where the log was seen to end, open transactions included. */
  readonly logEnd: Offset;
  /** Records from `cursor` to `logEnd`, whether they can be read yet or not. */
  readonly lag: number;
  /** When the log was seen to end there; null in a run that a release before this field began. */
  readonly seenAt: Instant | null;
  /** The transaction that keeps `end` below `logEnd`. */
  readonly openTransaction?: OpenTransaction;
  /** Nobody answers for the partition: it waits, and all others go on. */
  readonly unavailable?: UnavailablePartition;
  readonly rows: number;
  readonly deadLetters: number;
  /** Why it waits for a decision. */
  readonly hold?: HoldReason;
}

/** Why a partition is not read for now. */
export interface UnavailablePartition {
  readonly why: WhyUnavailable;
  /** The leader's number and address; null where there is none. */
  readonly broker: string | null;
  readonly since: Instant;
}

/** The oldest open transaction of a partition: nothing at or after its first record can be read until it ends. */
export interface OpenTransaction {
  readonly firstOffset: Offset;
  /** It has been open since then at least: when Millrace first saw the partition stand still there. */
  readonly since: Instant;
  /** Offsets from its first one to the end of the log. */
  readonly records: number;
  /** Kafka's number of the producer that left it open, where the broker tells. */
  readonly producerId?: string | undefined;
}
