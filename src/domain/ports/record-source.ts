import type { Divergence, LogPosition } from '../log/divergence.js';
import type { LeaderEpochs } from '../log/leader-epochs.js';
import type { AvailableOffsets, TopicOffsets, Unavailable } from '../log/topic-offsets.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { RecordRun } from '../records/record-run.js';

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
  /** First offset whose record is at or after the instant (milliseconds since 1970); null where there is none yet. */
  offsetsAt(topic: string, timestampMs: number): Promise<ReadonlyMap<number, number | null>>;
  /** The same of these partitions, without waiting for leaders that are away or silent: their partitions are left out. */
  offsetsAtSoon(
    topic: string,
    timestampMs: number,
    partitions: readonly number[],
  ): Promise<ReadonlyMap<number, number | null>>;
  /**
   * Which of these logs no longer hold what was read of them, by their leader epochs (KIP-320). Logs that agree are left
   * out, and those that can't be compared: nothing is known of how they were read, or their leader knows no epochs.
   */
  divergences(topic: string, positions: readonly LogPosition[]): Promise<readonly Divergence[]>;
  /** As `divergences`, without waiting for leaders that are away or silent: their partitions are `unanswered`. */
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
