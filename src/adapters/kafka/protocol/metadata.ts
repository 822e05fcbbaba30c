import { Buffer } from 'node:buffer';
import type { Address } from './address.js';
import { LEADER_NOT_AVAILABLE } from './errors.js';
import { type KafkaRequest, type TopicPart, VERSIONS } from './request.js';
import { type WireReader, WireWriter } from './wire.js';

export interface LedPartition {
  readonly partition: number;
  /** Number of the leader; -1 if there is none. */
  readonly leader: number;
  readonly leaderEpoch: number;
}

export interface TopicMetadata {
  /** Kafka's error code for the topic; 0 if there is no error. */
  readonly code: number;
  /** As Kafka's own tools print it: URL-safe base64 of the UUID. */
  readonly topicId: string;
  /** Partitions ascending. */
  readonly partitions: readonly LedPartition[];
}

export interface Metadata {
  readonly brokers: ReadonlyMap<number, Address>;
  readonly topic: TopicMetadata;
}

const NO_ID = Buffer.alloc(16);

/** The smallest request that every broker answers, whatever this user may see. */
export function brokersRequest(): KafkaRequest<null> {
  return {
    name: 'Metadata',
    ...VERSIONS.Metadata,
    flexible: true,
    body: new WireWriter()
      .noTags()
      .uvarint(0 + 1)
      .int8(0)
      .int8(0)
      .noTags()
      .toBuffer(),
    decode: () => null,
  };
}

/** Asks for brokers, leaders and the id of one topic. kafkajs's own request is too old to return the id. Creates no topic. */
export function metadataRequest(topic: string): KafkaRequest<Metadata> {
  const part = { topic, partitions: [] };
  const request = metadataOfTopics([part]);
  return {
    ...request,
    decode: (answer) => theOnly(request.decode(answer)),
    joint: { key: request.name, part, join: metadataOfTopics },
  };
}

function metadataOfTopics(parts: readonly TopicPart[]): KafkaRequest<readonly Metadata[]> {
  const topics = [...new Set(parts.map(({ topic }) => topic))];
  // The request's header ends with its tagged fields, and kafkajs writes the header without them.
  const body = new WireWriter().noTags().uvarint(topics.length + 1);
  for (const topic of topics) body.raw(NO_ID).compactString(topic).noTags();
  return {
    name: 'Metadata',
    ...VERSIONS.Metadata,
    flexible: true,
    body: body.int8(0).int8(0).noTags().toBuffer(),
    decode: (answer) => {
      const { brokers, topics } = decodeMetadata(answer);
      return parts.map((part) => {
        const topic = topics.get(part.topic);
        if (topic === undefined) throw new RangeError('it does not contain the topic');
        return { brokers, topic };
      });
    },
  };
}

function theOnly(answers: readonly Metadata[]): Metadata {
  const [answer] = answers;
  if (answer === undefined) throw new RangeError('it does not contain the topic');
  return answer;
}

function decodeMetadata(answer: WireReader) {
  const brokers = answer.compactArray(() => {
    const broker = [
      answer.int32(),
      { host: answer.compactString() ?? '', port: answer.int32() },
    ] as const;
    answer.compactString();
    answer.skipTags();
    return broker;
  });
  answer.compactString();
  answer.int32();
  const topics = answer.compactArray(() => decodeTopic(answer));
  return { brokers: new Map(brokers), topics: new Map(topics) };
}

function decodeTopic(answer: WireReader): readonly [name: string, topic: TopicMetadata] {
  const code = answer.int16();
  const name = answer.compactString() ?? '';
  const topicId = answer.bytes(16).toString('base64url');
  answer.int8();
  const partitions = answer.compactArray(() => decodePartition(answer));
  answer.int32();
  answer.skipTags();
  partitions.sort((a, b) => a.partition - b.partition);
  return [name, { code, topicId, partitions }];
}

function decodePartition(answer: WireReader): LedPartition {
  const code = answer.int16();
  const partition = answer.int32();
  const leader = answer.int32();
  const leaderEpoch = answer.int32();
  for (let lists = 0; lists < 3; lists++) answer.compactArray(() => answer.int32());
  answer.skipTags();
  return { partition, leader: code === LEADER_NOT_AVAILABLE ? -1 : leader, leaderEpoch };
}
