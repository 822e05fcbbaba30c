import type { EpochEnd } from '../../../domain/log/divergence.js';
import { type KafkaRequest, VERSIONS } from './request.js';
import { WireWriter } from './wire.js';

export interface EpochQuestion {
  readonly partition: number;
  /** As metadata names it: a broker that knows another one refuses. */
  readonly leaderEpoch: number;
  /** The epoch that is asked about. */
  readonly epoch: number;
}

/** The epoch and its end are -1 if the leader knows no epoch up to the one in the question. */
export interface EpochAnswer extends EpochEnd {
  readonly partition: number;
  readonly code: number;
}

/**
 * Asks where the leader's log ends for a leader epoch (KIP-101, for consumers KIP-320). Version 3 is the last one that is not
 * flexible. Kafka 2.3 to 4.x support it.
 *
 *     Request  => replica_id(INT32) [topics]
 *       topics => topic(STRING) [partitions]
 *       partitions => partition(INT32) current_leader_epoch(INT32) leader_epoch(INT32)
 *     Response => throttle_time_ms(INT32) [topics]
 *       topics => topic(STRING) [partitions]
 *       partitions => error_code(INT16) partition(INT32) leader_epoch(INT32) end_offset(INT64)
 */
export function offsetForLeaderEpochRequest(
  topic: string,
  questions: readonly EpochQuestion[],
): KafkaRequest<readonly EpochAnswer[]> {
  const body = new WireWriter().int32(CONSUMER).int32(1).string(topic).int32(questions.length);
  for (const { partition, leaderEpoch, epoch } of questions) {
    body.int32(partition).int32(leaderEpoch).int32(epoch);
  }
  return {
    name: 'OffsetForLeaderEpoch',
    ...VERSIONS.OffsetForLeaderEpoch,
    flexible: false,
    body: body.toBuffer(),
    decode: (answer) =>
      answer
        .array(() => {
          answer.string();
          return answer.array(() => {
            const code = answer.int16();
            const partition = answer.int32();
            return { partition, code, epoch: answer.int32(), end: answer.int64() };
          });
        })
        .flat(),
  };
}

/** Instead of the id of a replica. */
const CONSUMER = -1;
