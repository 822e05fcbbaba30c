import { type KafkaRequest, type TopicPart, VERSIONS } from './request.js';
import { type WireReader, WireWriter } from './wire.js';

/** Instants with a meaning of their own in ListOffsets. */
export const LATEST = -1;
export const EARLIEST = -2;

export interface ListOffsets {
  readonly topic: string;
  readonly partitions: readonly number[];
  /** Milliseconds since 1970, `LATEST` or `EARLIEST`. */
  readonly timestampMs: number;
  /** What `LATEST` means: the end of decided transactions, or of everything replicated. */
  readonly isolation: 'committed' | 'uncommitted';
}

export interface ListedOffset {
  readonly partition: number;
  readonly code: number;
  /** -1 if there is no record at or after the instant. */
  readonly offset: number;
  /** For `LATEST`, the epoch of the leader that answers; -1 if it reports none. */
  readonly leaderEpoch: number;
}

type Question = Pick<ListOffsets, 'timestampMs' | 'isolation'>;

export function listOffsetsRequest(ask: ListOffsets): KafkaRequest<readonly ListedOffset[]> {
  const { topic, partitions, ...question } = ask;
  const part = { topic, partitions };
  const join = (parts: readonly TopicPart[]) => offsetsOfTopics(parts, question);
  const request = join([part]);
  const { timestampMs, isolation } = question;
  return {
    ...request,
    decode: (answer) => request.decode(answer).flat(),
    joint: { key: `${request.name} ${timestampMs} ${isolation}`, part, join },
  };
}

function offsetsOfTopics(
  parts: readonly TopicPart[],
  { timestampMs, isolation }: Question,
): KafkaRequest<readonly (readonly ListedOffset[])[]> {
  const asked = eachOnce(parts);
  const body = new WireWriter()
    .int32(NO_REPLICA)
    .int8(isolation === 'committed' ? 1 : 0)
    .int32(asked.size);
  for (const [topic, partitions] of asked) {
    body.string(topic).int32(partitions.size);
    for (const partition of partitions) {
      body.int32(partition).int32(ANY_LEADER).int64(timestampMs);
    }
  }
  return {
    name: 'ListOffsets',
    ...VERSIONS.ListOffsets,
    flexible: false,
    body: body.toBuffer(),
    decode: (answer) => {
      const found = new Map(answer.array(() => [answer.string(), decodeOffsets(answer)] as const));
      return parts.map(({ topic, partitions }) => {
        const wanted = new Set(partitions);
        return (found.get(topic) ?? []).filter(({ partition }) => wanted.has(partition));
      });
    },
  };
}

/** A broker refuses a partition that a request names twice. */
function eachOnce(parts: readonly TopicPart[]): ReadonlyMap<string, ReadonlySet<number>> {
  const asked = new Map<string, Set<number>>();
  for (const { topic, partitions } of parts) {
    const known = asked.get(topic) ?? new Set();
    for (const partition of partitions) known.add(partition);
    asked.set(topic, known);
  }
  return asked;
}

function decodeOffsets(answer: WireReader): readonly ListedOffset[] {
  return answer.array(() => {
    const partition = answer.int32();
    const code = answer.int16();
    answer.int64();
    return { partition, code, offset: answer.int64(), leaderEpoch: answer.int32() };
  });
}

const NO_REPLICA = -1;

/** Any leader may answer: its answer is compared with what was known. */
const ANY_LEADER = -1;
