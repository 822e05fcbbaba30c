import { Buffer } from 'node:buffer';
import { FETCH_WAIT_MS } from './limits.js';
import { type KafkaRequest, VERSIONS } from './request.js';
import { WireWriter, type WireReader } from './wire.js';

/** A transaction whose records up to its control record are to be left out. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

export interface FetchedPartition {
  readonly code: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStart: number;
  /** In no order that could be relied on. */
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, as they lie in the log; the last may be cut off. */
  readonly records: Buffer;
}

export interface Fetch {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly maxBytes: number;
  /** A broker that knows another leader refuses, instead of giving records of a log that is no longer the partition's. */
  readonly leaderEpoch: number;
  readonly isolation: 'committed' | 'uncommitted';
}

/** Asks for one partition. The answer is null where the broker throttles: it leaves the partition out. */
export function fetchRequest(ask: Fetch): KafkaRequest<FetchedPartition | null> {
  const body = new WireWriter()
    .int32(NO_REPLICA)
    .int32(FETCH_WAIT_MS)
    .int32(1)
    .int32(ask.maxBytes)
    .int8(ask.isolation === 'committed' ? 1 : 0)
    // No fetch session: the ranges change with every request.
    .int32(0)
    .int32(-1)
    .int32(1)
    .string(ask.topic)
    .int32(1)
    .int32(ask.partition)
    .int32(ask.leaderEpoch)
    .int64(ask.offset)
    .int64(-1)
    .int32(ask.maxBytes)
    .int32(0)
    // No rack: with one, leaders may answer with the name of a follower and no records.
    .string('');
  return {
    name: 'Fetch',
    ...VERSIONS.Fetch,
    flexible: false,
    body: body.toBuffer(),
    decode: decodeFetch,
  };
}

const NO_REPLICA = -1;

function decodeFetch(answer: WireReader): FetchedPartition | null {
  const code = answer.int16();
  answer.int32();
  const [partition] = answer
    .array(() => {
      answer.string();
      return answer.array(() => decodePartition(answer));
    })
    .flat();
  if (code !== 0) return { ...NOTHING, code };
  return partition ?? null;
}

const NOTHING: Omit<FetchedPartition, 'code'> = {
  highWatermark: -1,
  lastStableOffset: -1,
  logStart: -1,
  aborted: [],
  records: Buffer.alloc(0),
};

function decodePartition(answer: WireReader): FetchedPartition {
  answer.int32();
  const code = answer.int16();
  const highWatermark = answer.int64();
  const lastStableOffset = answer.int64();
  const logStart = answer.int64();
  const aborted = answer.array(() => ({
    producerId: answer.bigint64(),
    firstOffset: answer.int64(),
  }));
  answer.int32();
  const records = answer.bytes(Math.max(0, answer.int32()));
  return { code, highWatermark, lastStableOffset, logStart, aborted, records };
}
