import type {
  Fetch,
  FetchedPartition,
  PartitionFetch,
} from '../../src/adapters/kafka/protocol/fetch.js';
import type { WireWriter } from '../../src/adapters/kafka/protocol/wire.js';
import { NO_LEADER_EPOCH } from '../../src/domain/log/leader-epochs.js';
import { type GivenBatch, encodeBatch } from './kafka-record-sets.js';

/** The content of a request about one partition. */
export interface ScriptedFetch extends PartitionFetch, Pick<Fetch, 'isolation' | 'rack'> {
  readonly broker: number;
}

/** Fields that are omitted come from the log. */
export type ScriptedAnswer = Partial<FetchedPartition>;

export interface ScriptedPartition {
  leader: number;
  leaderEpoch: number;
  /** Brokers that serve the partition beside its leader. */
  followers: number[];
  /** The follower that the leader names to a client with a rack. -1 for none. */
  preferredReplica: number;
  /**
   * The leader's answer about an epoch: the largest one that is not above it, and its end. Both are -1 if there is none.
   */
  epochEnd: (epoch: number) => readonly [epoch: number, end: number];
  logStart: number;
  lastStableOffset: number;
  highWatermark: number;
  batches: GivenBatch[];
}

export const NOT_LEADER = 6;
const OUT_OF_RANGE = 1;
const [FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH] = [74, 75];

/**
 * Batches from the one that contains the offset on, cut off at the limit. The first batch of the whole answer is
 * complete, and the first one of another partition is complete or absent.
 */
export function fromLog(
  partition: ScriptedPartition,
  { broker, offset, maxBytes, isolation, rack, leaderEpoch: known }: ScriptedFetch,
  isFirst: boolean,
): FetchedPartition {
  const { leader, followers, leaderEpoch, batches } = partition;
  const { logStart, lastStableOffset, highWatermark, preferredReplica } = partition;
  const ends = { highWatermark, lastStableOffset, logStart };
  const answer = { code: 0, ...ends, preferredReplica: -1, aborted: [] };
  const none = { ...answer, records: Buffer.alloc(0) };
  if (leader !== broker && !followers.includes(broker)) return { ...none, code: NOT_LEADER };
  const fenced = fencing(known, leaderEpoch);
  if (fenced !== 0) return { ...none, code: fenced };
  if (offset < logStart || offset > highWatermark) return { ...none, code: OUT_OF_RANGE };
  if (leader === broker && rack !== '' && preferredReplica >= 0)
    return { ...none, preferredReplica };
  const end = isolation === 'committed' ? lastStableOffset : highWatermark;
  const encoded = batches
    .filter(({ records, baseOffset = records[0]?.offset ?? 0, lastOffset }) => {
      return (lastOffset ?? records.at(-1)!.offset) >= offset && baseOffset < end;
    })
    .map(encodeBatch);
  const least = encoded[0]?.length ?? 0;
  if (!isFirst && least > maxBytes) return none;
  const bytes = Buffer.concat(encoded);
  const size = Math.max(least, Math.min(bytes.length, maxBytes));
  return { ...answer, records: bytes.subarray(0, size) };
}

export function writePartition(
  body: WireWriter,
  partition: number,
  answer: FetchedPartition,
): void {
  body.int32(partition).int16(answer.code);
  body.int64(answer.highWatermark).int64(answer.lastStableOffset).int64(answer.logStart);
  body.int32(answer.aborted.length);
  for (const { producerId, firstOffset } of answer.aborted) {
    body.int64(Number(producerId)).int64(firstOffset);
  }
  body.int32(answer.preferredReplica).int32(answer.records.length).raw(answer.records);
}

/** How a leader judges the leader epoch in a request. */
export function fencing(known: number, leaderEpoch: number): number {
  if (known === NO_LEADER_EPOCH || known === leaderEpoch) return 0;
  return known < leaderEpoch ? FENCED_LEADER_EPOCH : UNKNOWN_LEADER_EPOCH;
}
