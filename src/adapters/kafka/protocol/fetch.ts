import { Buffer } from 'node:buffer';
import { FETCH_WAIT_MS } from './limits.js';
import { type KafkaRequest, VERSIONS } from './request.js';
import { WireWriter, type WireReader } from './wire.js';

/** A transaction whose records, up to its control record, must be left out. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

export interface FetchedPartition {
  readonly code: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStart: number;
  /** Number of the broker to read the partition from instead, or -1. Only a leader that gets the client's rack names one. */
  readonly preferredReplica: number;
  /** In no reliable order. */
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, as they are stored in the log; the last may be incomplete. */
  readonly records: Buffer;
}

export interface PartitionFetch {
  readonly partition: number;
  readonly offset: number;
  /** Limit for this partition. The first batch of an answer comes whole, even if it is larger. */
  readonly maxBytes: number;
  /** A broker that knows another leader refuses, instead of returning records of a log that is no longer the partition's. */
  readonly leaderEpoch: number;
}

export interface Fetch {
  readonly topic: string;
  readonly isolation: 'committed' | 'uncommitted';
  /** Limit for the whole answer: the broker fills the partitions in the order of the request until there is no room left. */
  readonly maxBytes: number;
  /** The rack of the client, as brokers name it in `broker.rack`. If it is empty, leaders return records themselves. */
  readonly rack: string;
  /** Each partition once. */
  readonly partitions: readonly PartitionFetch[];
}

/** By partition. A broker that throttles leaves partitions out. */
export type FetchAnswer = ReadonlyMap<number, FetchedPartition>;

export function fetchRequest({
  topic,
  isolation,
  maxBytes,
  rack,
  partitions,
}: Fetch): KafkaRequest<FetchAnswer> {
  const body = new WireWriter()
    .int32(NO_REPLICA)
    .int32(FETCH_WAIT_MS)
    .int32(1)
    .int32(maxBytes)
    .int8(isolation === 'committed' ? 1 : 0)
    // No fetch session: the ranges change with every request.
    .int32(0)
    .int32(-1)
    .int32(1)
    .string(topic)
    .int32(partitions.length);
  for (const ask of partitions) {
    body
      .int32(ask.partition)
      .int32(ask.leaderEpoch)
      .int64(ask.offset)
      .int64(-1)
      .int32(ask.maxBytes);
  }
  body.int32(0).string(rack);
  return {
    name: 'Fetch',
    ...VERSIONS.Fetch,
    flexible: false,
    body: body.toBuffer(),
    decode: (answer) => decodeFetch(answer, partitions),
  };
}

const NO_REPLICA = -1;

function decodeFetch(answer: WireReader, asked: readonly PartitionFetch[]): FetchAnswer {
  const code = answer.int16();
  answer.int32();
  const found = answer
    .array(() => {
      answer.string();
      return answer.array(() => decodePartition(answer));
    })
    .flat();
  if (code === 0) return new Map(found);
  return new Map(asked.map(({ partition }) => [partition, { ...NOTHING, code }]));
}

const NOTHING: Omit<FetchedPartition, 'code'> = {
  highWatermark: -1,
  lastStableOffset: -1,
  logStart: -1,
  preferredReplica: -1,
  aborted: [],
  records: Buffer.alloc(0),
};

function decodePartition(answer: WireReader): readonly [number, FetchedPartition] {
  const partition = answer.int32();
  const code = answer.int16();
  const highWatermark = answer.int64();
  const lastStableOffset = answer.int64();
  const logStart = answer.int64();
  const aborted = answer.array(() => ({
    producerId: answer.bigint64(),
    firstOffset: answer.int64(),
  }));
  const preferredReplica = answer.int32();
  const records = answer.bytes(Math.max(0, answer.int32()));
  const ends = { highWatermark, lastStableOffset, logStart };
  return [partition, { code, ...ends, preferredReplica, aborted, records }];
}
