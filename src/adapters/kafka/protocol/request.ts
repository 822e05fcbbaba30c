import type { Buffer } from 'node:buffer';
import type { WireReader } from './wire.js';

/** One request of Kafka's protocol in one fixed version, and how its answer is read. */
export interface KafkaRequest<Answer> {
  /** As Kafka's protocol names it, for messages. */
  readonly name: string;
  readonly apiKey: number;
  readonly version: number;
  /** Flexible versions have tagged fields in headers and bodies. */
  readonly flexible: boolean;
  readonly body: Buffer;
  /** Reads what follows the throttle time, with which every answer begins. */
  decode(answer: WireReader): Answer;
  /** For requests that can ask about several topics at once. */
  readonly joint?: JointQuestion<Answer>;
}

/** One topic's part of a request about several topics. */
export interface JointQuestion<Answer> {
  /** Questions with the same key can be asked of a broker as one. */
  readonly key: string;
  readonly part: TopicPart;
  /** One request for all parts; it answers them in their order. */
  readonly join: (parts: readonly TopicPart[]) => KafkaRequest<readonly Answer[]>;
}

export interface TopicPart {
  readonly topic: string;
  /** Empty if the question is about the topic as a whole. */
  readonly partitions: readonly number[];
}

/**
 * The versions in use: the oldest ones with everything that is needed (topic ids, leader epochs) and, if that leaves a choice,
 * the newest that kafkajs knows too. Kafka 3.1 to 4.x support all of them.
 */
export const VERSIONS = {
  Fetch: { apiKey: 1, version: 11 },
  ListOffsets: { apiKey: 2, version: 4 },
  Metadata: { apiKey: 3, version: 12 },
  OffsetCommit: { apiKey: 8, version: 6 },
  OffsetFetch: { apiKey: 9, version: 5 },
  FindCoordinator: { apiKey: 10, version: 2 },
  OffsetForLeaderEpoch: { apiKey: 23, version: 3 },
} as const;

/** Used if the broker supports them. Their answers are only shown to people. DescribeProducers came with Kafka 2.8. */
export const OPTIONAL_VERSIONS = {
  DescribeProducers: { apiKey: 61, version: 0 },
} as const;
