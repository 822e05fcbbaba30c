import { NO_LEADER_EPOCH } from '../../../domain/log/leader-epochs.js';
import type { OffsetToCommit } from '../../../domain/log/group-offsets.js';
import { type KafkaRequest, VERSIONS } from './request.js';
import { WireWriter } from './wire.js';

export interface OffsetCommit {
  readonly groupId: string;
  readonly topic: string;
  readonly offsets: readonly OffsetToCommit[];
  readonly metadata: string;
}

/** Commits from outside of the group: no generation, no member. Kafka takes that while the group has no live member. */
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

const NO_GENERATION = -1;
