import type { Hold, HoldReason } from '../holds/hold.js';
import type { Instant, Offset } from '../records/offset-range.js';
import type { Guarantee, NotStored } from '../table/guarantee-level.js';
import type { DeadLetterCounts } from '../dead-letters/dead-letter.js';
import type { PipelineSettings } from './settings.js';
import type { WhyUnavailable } from '../log/topic-offsets.js';

/** The answer of the query `status`. Released names and shapes change only with the major version. */

/** Work of an activity for a lane. */
export interface InHand {
  readonly lane: number;
  /** What the activity works on, for example `batch 42`. */
  readonly what: string;
  /** When the workflow scheduled the activity. The workflow does not know about attempts that have failed since. */
  readonly since: Instant;
  /** What an insert waits for, if ClickHouse has not answered for ten seconds. */
  readonly waitsFor?: string | undefined;
}

/** The log that a pipeline reads, and the decision about other logs with the topic's name. */
export interface LogStatus {
  /** Kafka's id of the topic, as Kafka's tools print it. */
  readonly topicId: string;
  /** What a person decided at the start or at a hold. Null if nothing had to be decided. */
  readonly choice: 'new' | 'same' | null;
  /** Topic ids whose rows count as this log's. */
  readonly sameAs: readonly string[];
}

/** A decision that changed what the pipeline does from then on. */
export interface Decision {
  readonly at: Instant;
  /** The decision, in a sentence. */
  readonly what: string;
}

/** The answer of the query `status`: the whole pipeline, as its workflow knows it. */
export interface PipelineStatus {
  /** `starting` until the settings are known. `held` if a partition waits for a decision. */
  readonly state: 'starting' | 'running' | 'paused' | 'draining' | 'held' | 'ended';
  /** What the pipeline does or waits for, in a few words. */
  readonly detail: string;
  /** The effective settings, or null until they are known. */
  readonly settings: PipelineSettings | null;
  /** What the table can guarantee, or null until it is known. */
  readonly guarantee: Guarantee | null;
  /** Columns of the contract whose values the table does not store. */
  readonly notStored: readonly NotStored[];
  /** The log that is read, or null until it is known. */
  readonly log: LogStatus | null;
  /** Totals since the pipeline was started, over all runs that continued as new. */
  readonly totals: {
    readonly rows: number;
    readonly deadLetters: number;
    readonly filtered: number;
    readonly skipped: number;
    readonly batches: number;
    readonly deadLettersByReason: DeadLetterCounts;
  };
  /** Number of records from the cursors to the ends of the log, over all partitions. */
  readonly lag: number;
  /** When the ends of the log that `lag` is based on were read: the oldest time of all partitions. */
  readonly lagSeenAt: Instant | null;
  /** Size of the next batch, and the limit that determined it. */
  readonly sizing: { readonly rows: number; readonly why: string } | null;
  /** Work that activities are doing. */
  readonly inHand: readonly InHand[];
  readonly partitions: readonly PartitionStatus[];
  /** Partitions that wait for a decision. */
  readonly holds: readonly Hold[];
  /** What somebody should look into, each in a sentence. */
  readonly warnings: readonly string[];
  /** What people decided about the table, oldest first. */
  readonly decisions: readonly Decision[];
}

/** Progress of a partition. */
export interface PartitionStatus {
  readonly partition: number;
  readonly lane: number;
  /** The next offset to plan. All offsets before it are decided. */
  readonly cursor: Offset;
  /** The last stable offset that was seen. Records at or after it can't be read yet. */
  readonly end: Offset;
  /** The last end of the log that was seen, open transactions included. */
  readonly logEnd: Offset;
  /** Number of records from `cursor` to `logEnd`, whether or not they can be read yet. */
  readonly lag: number;
  /** When the end of the log was read. Null in a run that began with a release without this field. */
  readonly seenAt: Instant | null;
  /** The open transaction that keeps `end` below `logEnd`. */
  readonly openTransaction?: OpenTransaction;
  /** Set while the partition's leader does not answer. The partition waits, and all others continue. */
  readonly unavailable?: UnavailablePartition;
  readonly rows: number;
  readonly deadLetters: number;
  /** Why the partition waits for a decision. */
  readonly hold?: HoldReason;
}

/** Why a partition is currently not read. */
export interface UnavailablePartition {
  readonly why: WhyUnavailable;
  /** Number and address of the leader. Null if there is no leader. */
  readonly broker: string | null;
  readonly since: Instant;
}

/** The oldest open transaction of a partition. Nothing at or after its first record can be read until it ends. */
export interface OpenTransaction {
  readonly firstOffset: Offset;
  /** When Millrace first saw the partition wait there. The transaction has been open at least since then. */
  readonly since: Instant;
  /** Number of offsets from the transaction's first one to the end of the log. */
  readonly records: number;
  /** Kafka's id of the producer that left the transaction open, if the broker reports it. */
  readonly producerId?: string | undefined;
}
