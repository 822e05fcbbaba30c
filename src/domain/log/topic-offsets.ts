/** Where one partition begins and ends. */
export interface PartitionOffsets {
  readonly partition: number;
  /** First offset that can still be read. */
  readonly logStart: number;
  /** Last stable offset: below it every record's fate is decided. */
  readonly end: number;
  /** End of what is replicated; beyond `end` only while a transaction is open. */
  readonly highWatermark: number;
  /** Of the leader that named `end`; left out where it says none. */
  readonly leaderEpoch?: number | undefined;
}

export interface TopicOffsets {
  /** Kafka's id of the topic, as its tools print it: a topic that was recreated under the same name has another. */
  readonly topicId: string;
  /** Partitions ascending, without gaps. */
  readonly partitions: readonly PartitionOffsets[];
}

/**
 * Why nobody says where a partition ends. Its leader:
 * - `leaderless`: there is none.
 * - `silent`: it has been asked, and has not answered yet.
 * - `unreachable`: it can't be connected to, or closes the connection.
 * - `refused`: it answers with an error that passes, for example because it no longer leads.
 */
export type WhyUnavailable = 'leaderless' | 'silent' | 'unreachable' | 'refused';

/** A partition whose offsets are unknown for now. */
export interface Unavailable {
  readonly partition: number;
  readonly why: WhyUnavailable;
  /** The leader's number and address, for example `2 (10.0.0.2:9092)`; null where there is none. */
  readonly broker: string | null;
  /** Since when this worker can't ask, in milliseconds since 1970. */
  readonly sinceMs: number;
}

/** What can be said of a topic while some of its brokers may be away. */
export interface AvailableOffsets {
  readonly topicId: string;
  readonly partitionCount: number;
  /** By partition. One that is not in it is among `unavailable`. */
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

/** A range can't be read for now, because the leader of its partition does not answer, or there is none. */
export class PartitionUnavailable extends Error {
  override readonly name = 'PartitionUnavailable';
  readonly unavailable: Unavailable;

  constructor(unavailable: Unavailable, why: string) {
    super(why);
    this.unavailable = unavailable;
  }
}
