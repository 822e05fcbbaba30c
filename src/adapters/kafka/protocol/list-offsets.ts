import { type KafkaRequest, VERSIONS } from './request.js';
import { WireWriter } from './wire.js';

/** Instants with a meaning of their own in ListOffsets. */
export const LATEST = -1;
export const EARLIEST = -2;

export interface ListOffsets {
  readonly topic: string;
  readonly partitions: readonly number[];
  /** Milliseconds since 1970, `LATEST` or `EARLIEST`. */
  readonly timestampMs: number;
  /** What `LATEST` is: the end of decided transactions, or of everything replicated. */
  readonly isolation: 'committed' | 'uncommitted';
}

export interface ListedOffset {
  readonly partition: number;
  readonly code: number;
  /** -1 where no record is at or after the instant. */
  readonly offset: number;
  /** For `LATEST` that of the leader that answers; -1 where it says none. */
  readonly leaderEpoch: number;
}

export function listOffsetsRequest(ask: ListOffsets): KafkaRequest<readonly ListedOffset[]> {
  const body = new WireWriter()
    .int32(NO_REPLICA)
    .int8(ask.isolation === 'committed' ? 1 : 0)
    .int32(1)
    .string(ask.topic)
    .int32(ask.partitions.length);
  for (const partition of ask.partitions) {
    body.int32(partition).int32(ANY_LEADER).int64(ask.timestampMs);
  }
  return {
    name: 'ListOffsets',
    ...VERSIONS.ListOffsets,
    flexible: false,
    body: body.toBuffer(),
    decode: (answer) =>
      answer
        .array(() => {
          answer.string();
          return answer.array(() => {
            const partition = answer.int32();
            const code = answer.int16();
            answer.int64();
            return { partition, code, offset: answer.int64(), leaderEpoch: answer.int32() };
          });
        })
        .flat(),
  };
}

const NO_REPLICA = -1;

/** Whoever leads may answer: what it says is compared with what was known. */
const ANY_LEADER = -1;
