import type { Address } from './address.js';
import { type KafkaRequest, VERSIONS } from './request.js';
import { WireWriter } from './wire.js';
import { NO_LEADER_EPOCH } from '../../../domain/log/leader-epochs.js';
import type { OffsetToCommit } from '../../../domain/log/group-offsets.js';

export interface OffsetCommit {
  readonly groupId: string;
  readonly topic: string;
  readonly offsets: readonly OffsetToCommit[];
  readonly metadata: string;
}

interface FetchedOffsets {
  readonly code: number;
  readonly partitions: readonly {
    readonly partition: number;
    readonly code: number;
    /** -1 if the group has none. */
    readonly offset: number;
    /** -1 if it was committed without one. */
    readonly leaderEpoch: number;
    readonly metadata: string;
  }[];
}

const GROUP = 0;

const NO_GENERATION = -1;

/** Asks which broker keeps the offsets of a group. */
export function findCoordinatorRequest(
  groupId: string,
): KafkaRequest<{ readonly code: number; readonly address: Address }> {
  return {
    name: 'FindCoordinator',
    ...VERSIONS.FindCoordinator,
    flexible: false,
    body: new WireWriter().string(groupId).int8(GROUP).toBuffer(),
    decode: (answer) => {
      const code = answer.int16();
      answer.string();
      answer.int32();
      return { code, address: { host: answer.string() ?? '', port: answer.int32() } };
    },
  };
}

/** Commits from outside of the group, without generation or member. Kafka accepts that while the group has no live member. */
export function offsetCommitRequest(
  commit: OffsetCommit,
): KafkaRequest<readonly { readonly partition: number; readonly code: number }[]> {
  const body = new WireWriter()
    .string(commit.groupId)
    .int32(NO_GENERATION)
    .string('')
    .int32(1)
    .string(commit.topic)
    .int32(commit.offsets.length);
  for (const { partition, offset, leaderEpoch = NO_LEADER_EPOCH } of commit.offsets) {
    body.int32(partition).int64(offset).int32(leaderEpoch).string(commit.metadata);
  }
  return {
    name: 'OffsetCommit',
    ...VERSIONS.OffsetCommit,
    flexible: false,
    body: body.toBuffer(),
    decode: (answer) =>
      answer
        .array(() => {
          answer.string();
          return answer.array(() => ({ partition: answer.int32(), code: answer.int16() }));
        })
        .flat(),
  };
}

/** Asks what a group has committed for these partitions. */
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
