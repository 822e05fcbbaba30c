import { type KafkaRequest, VERSIONS } from './request.js';
import { WireWriter } from './wire.js';

export interface FetchedOffsets {
  readonly code: number;
  readonly partitions: readonly {
    readonly partition: number;
    readonly code: number;
    /** -1 where the group has none. */
    readonly offset: number;
    /** -1 where it was committed without one. */
    readonly leaderEpoch: number;
    readonly metadata: string;
  }[];
}

/** What a group has committed for these partitions. */
export function offsetFetchRequest(
  groupId: string,
  topic: string,
  partitions: readonly number[],
): KafkaRequest<FetchedOffsets> {
  const body = new WireWriter().string(groupId).int32(1).string(topic).int32(partitions.length);
  for (const partition of partitions) body.int32(partition);
  return {
    name: 'OffsetFetch',
    ...VERSIONS.OffsetFetch,
    flexible: false,
    body: body.toBuffer(),
    decode: (answer) => {
      const topics = answer.array(() => {
        answer.string();
        return answer.array(() => {
          const partition = answer.int32();
          const offset = answer.int64();
          const leaderEpoch = answer.int32();
          const metadata = answer.string() ?? '';
          return { partition, offset, leaderEpoch, metadata, code: answer.int16() };
        });
      });
      return { code: answer.int16(), partitions: topics.flat() };
    },
  };
}
