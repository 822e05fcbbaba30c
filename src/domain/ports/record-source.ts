import type { Divergence, LogPosition } from '../log/divergence.js';
import type { LeaderEpochs } from '../log/leader-epochs.js';
import type { AvailableOffsets, TopicOffsets, Unavailable } from '../log/topic-offsets.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { RecordRun } from '../records/record-run.js';

/** The oldest open transaction of a partition, as the partition's leader reports it. */
export interface OpenProducer {
  readonly partition: number;
  /** Kafka's id of the producer. */
  readonly producerId: string;
  readonly firstOffset: number;
}

/** Result of one fetch, in the order of the requested ranges. */
export interface FetchedRecords {
  readonly partition: number;
  /** Every offset of the range below this one was in a run so far, or holds no record. */
  readonly next: number;
  /** Bytes that were received over the network. */
  readonly wireBytes: number;
  /** Leader epochs of the batches: the first one, and each that differs from the one before it. */
  readonly leaderEpochs: LeaderEpochs;
  /** Memory that `open` and `runs` need in addition to that of a usual fetch. Only a large batch, which comes alone, needs it. */
  readonly extraBytes: number;
  /** Must be awaited before `runs`. Decompresses a large batch without blocking the event loop. Throws `BatchTooLarge`. */
  open(): Promise<void>;
  /** Synchronous. Each run is valid until the next one is requested. Runs are never empty. */
  runs(): Iterable<RecordRun>;
}

/** Reads a topic by exact ranges and never joins a group. */
export interface RecordSource {
  /** Offsets of all partitions, never of only some. Throws `TopicMissing` if the topic does not exist. */
  offsets(topic: string): Promise<TopicOffsets>;
  /**
   * Offsets of the partitions whose leaders answer. Waits at most a second for the others. Throws like `offsets` if no
   * broker knows the topic.
   */
  availableOffsets(topic: string): Promise<AvailableOffsets>;
  /**
   * The producers with the oldest open transaction of each of these partitions. Leaves out partitions whose brokers can't
   * tell, because the result is only shown to people.
   */
  openProducers(topic: string, partitions: readonly number[]): Promise<readonly OpenProducer[]>;
  /** First offset whose record is at or after the time (milliseconds since 1970). Null if there is none yet. */
  offsetsAt(topic: string, timestampMs: number): Promise<ReadonlyMap<number, number | null>>;
  /** The same for these partitions, without waiting for leaders that are down or silent. Their partitions are left out. */
  offsetsAtSoon(
    topic: string,
    timestampMs: number,
    partitions: readonly number[],
  ): Promise<ReadonlyMap<number, number | null>>;
  /**
   * The logs that no longer hold what was read from them, according to their leader epochs (KIP-320). Leaves out logs that
   * agree, and logs that can't be compared because it is unknown how they were read or because their leader knows no
   * epochs.
   */
  divergences(topic: string, positions: readonly LogPosition[]): Promise<readonly Divergence[]>;
  /** Like `divergences`, but without waiting for leaders that are down or silent. Their partitions are `unanswered`. */
  divergencesSoon(topic: string, positions: readonly LogPosition[]): Promise<DivergencesSoon>;
  /**
   * Reads the committed records of exactly these ranges, one range after the other, and fetches ahead while the caller
   * works. Throws `OffsetOutOfRange` if a range can't be read, and never moves a position because of it. With
   * `isImpatient`, throws `PartitionUnavailable` if a leader has been down or silent for a second. It still waits for
   * leaders that are only slow to deliver records.
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
