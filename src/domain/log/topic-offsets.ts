/** Where the log of one partition begins and ends. */
export interface PartitionOffsets {
  readonly partition: number;
  /** First offset that can still be read. */
  readonly logStart: number;
  /** Last stable offset. All transactions below it have been committed or aborted. */
  readonly end: number;
  /** High watermark. It is larger than `end` only while a transaction is open. */
  readonly highWatermark: number;
  /** Epoch of the leader that reported `end`. Left out if the leader did not say. */
  readonly leaderEpoch?: number | undefined;
}

export interface TopicOffsets {
  /** Kafka's id of the topic, as its tools print it. A topic that was recreated under the same name has another id. */
  readonly topicId: string;
  /** Partitions ascending, without gaps. */
  readonly partitions: readonly PartitionOffsets[];
}

/**
 * Why the end of a partition is unknown. Its leader:
 * - `leaderless`: does not exist.
 * - `silent`: was asked and has not answered yet.
 * - `unreachable`: can't be connected to, or closes the connection.
 * - `refused`: answers with a transient error, for example because it no longer leads.
 */
export type WhyUnavailable = 'leaderless' | 'silent' | 'unreachable' | 'refused';

/** A partition whose offsets are temporarily unknown. */
export interface Unavailable {
  readonly partition: number;
  readonly why: WhyUnavailable;
  /** Number and address of the leader, for example `2 (10.0.0.2:9092)`. Null if there is no leader. */
  readonly broker: string | null;
  /** Since when this worker has had no answer, in milliseconds since 1970. */
  readonly sinceMs: number;
}

/** What is known of a topic while some of its brokers may be down. */
export interface AvailableOffsets {
  readonly topicId: string;
  readonly partitionCount: number;
  /** Offsets by partition. A partition that is missing here is listed in `unavailable`. */
  readonly partitions: ReadonlyMap<number, PartitionOffsets>;
  readonly unavailable: readonly Unavailable[];
}

export function allAvailable({ topicId, partitions }: TopicOffsets): AvailableOffsets {
  return {
    topicId,
    partitionCount: partitions.length,
    partitions: new Map(partitions.map((each) => [each.partition, each])),
    unavailable: [],
  };
}

/** A range can't be read at the moment, because its partition has no leader or the leader does not answer. */
export class PartitionUnavailable extends Error {
  override readonly name = 'PartitionUnavailable';
  readonly unavailable: Unavailable;

  constructor(unavailable: Unavailable, why: string) {
    super(why);
    this.unavailable = unavailable;
  }
}
