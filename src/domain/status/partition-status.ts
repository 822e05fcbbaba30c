import type { WhyUnavailable } from '../log/topic-offsets.js';
import type { HoldReason } from '../holds/hold.js';
import type { Instant, Offset } from '../records/offset-range.js';

export interface PartitionStatus {
  readonly partition: number;
  readonly lane: number;
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
