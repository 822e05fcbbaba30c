import { type KafkaRequest, OPTIONAL_VERSIONS } from './request.js';
import { WireWriter } from './wire.js';

export interface DescribedPartition {
  readonly partition: number;
  readonly code: number;
  readonly producers: readonly {
    readonly producerId: bigint;
    /** First offset of its open transaction; -1 if it has none. */
    readonly firstOffset: number;
  }[];
}

/** Asks the leader which producers write into these partitions. Needs Read on the topic, as reading does. */
export function describeProducersRequest(
  topic: string,
  partitions: readonly number[],
): KafkaRequest<readonly DescribedPartition[]> {
  const body = new WireWriter()
    // The request's header ends with its tagged fields, and kafkajs writes the header without them.
    .noTags()
    .uvarint(1 + 1)
    .compactString(topic)
    .uvarint(partitions.length + 1);
  for (const partition of partitions) body.int32(partition);
  body.noTags().noTags();
  return {
    name: 'DescribeProducers',
    ...OPTIONAL_VERSIONS.DescribeProducers,
    flexible: true,
    body: body.toBuffer(),
    decode: (answer) =>
      answer
        .compactArray(() => {
          answer.compactString();
          const found = answer.compactArray(() => {
            const partition = answer.int32();
            const code = answer.int16();
            answer.compactString();
            const producers = answer.compactArray(() => {
              const producerId = answer.bigint64();
              answer.int32();
              answer.int32();
              answer.int64();
              answer.int32();
              const firstOffset = answer.int64();
              answer.skipTags();
              return { producerId, firstOffset };
            });
            answer.skipTags();
            return { partition, code, producers };
          });
          answer.skipTags();
          return found;
        })
        .flat(),
  };
}
