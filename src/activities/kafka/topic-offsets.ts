import type { PartitionOffsets, TopicOffsets } from '../../domain/ports.js';
import { type Address, formatAddress } from './protocol/address.js';
import { BrokerRefused, LeaderMissing } from './protocol/errors.js';
import {
  EARLIEST,
  LATEST,
  type ListedOffset,
  type ListOffsets,
  listOffsetsRequest,
} from './protocol/list-offsets.js';
import type { TopicMetadata } from './protocol/metadata.js';
import type { TopicClient } from './topic-client.js';

type Question = Pick<ListOffsets, 'timestampMs' | 'isolation'>;

/** Where every partition begins and ends: one Metadata request, and three ListOffsets to each broker that leads some. */
export async function topicOffsets(client: TopicClient): Promise<TopicOffsets> {
  const { topic } = await client.metadata();
  const all = partitionsOf(topic);
  // In this order the high watermark never lies below the end, nor the end below the log's start.
  const found = await listAll(client, all, [
    { timestampMs: EARLIEST, isolation: 'uncommitted' },
    { timestampMs: LATEST, isolation: 'committed' },
    { timestampMs: LATEST, isolation: 'uncommitted' },
  ]);
  const partitions = all.map((partition): PartitionOffsets => {
    const [logStart, end, highWatermark] = found.get(partition) ?? [];
    return {
      partition,
      logStart: logStart?.offset ?? 0,
      end: end?.offset ?? 0,
      highWatermark: Math.max(end?.offset ?? 0, highWatermark?.offset ?? 0),
      ...(end !== undefined && end.leaderEpoch >= 0 && { leaderEpoch: end.leaderEpoch }),
    };
  });
  return { topicId: topic.topicId, partitions };
}

/** First offsets at or after an instant; null where no record is. */
export async function topicOffsetsAt(
  client: TopicClient,
  timestampMs: number,
): Promise<ReadonlyMap<number, number | null>> {
  const { topic } = await client.metadata();
  // A negative instant would mean something else to Kafka.
  const question: Question = { timestampMs: Math.max(0, timestampMs), isolation: 'committed' };
  const found = await listAll(client, partitionsOf(topic), [question]);
  return new Map(
    [...found].map(([partition, [at]]) => [
      partition,
      at === undefined || at.offset < 0 ? null : at.offset,
    ]),
  );
}

/** Where one partition begins and ends by now, however much is decided. */
export async function logBounds(
  client: TopicClient,
  partition: number,
): Promise<{ readonly logStart: number; readonly end: number }> {
  const found = await listAll(
    client,
    [partition],
    [
      { timestampMs: EARLIEST, isolation: 'uncommitted' },
      { timestampMs: LATEST, isolation: 'uncommitted' },
    ],
  );
  const [logStart, end] = found.get(partition) ?? [];
  return { logStart: logStart?.offset ?? 0, end: end?.offset ?? 0 };
}

/** Kafka numbers partitions from 0 without gaps: one that is left out has an error of its own. */
function partitionsOf({ partitions }: TopicMetadata): readonly number[] {
  return partitions.map((_, index) => index);
}

/** The answers to the questions, in their order, per partition. */
type Listed = ReadonlyMap<number, readonly ListedOffset[]>;

/** Leaders are asked side by side. */
async function listAll(
  client: TopicClient,
  partitions: readonly number[],
  questions: readonly Question[],
): Promise<Listed> {
  const byLeader = await client.byLeader(partitions, (partition) => partition);
  const answers = await Promise.all(
    byLeader.map(({ leader, items }) =>
      listOfLeader(client, { leader, partitions: items }, questions),
    ),
  );
  return new Map(answers.flatMap((answer) => [...answer]));
}

async function listOfLeader(
  client: TopicClient,
  group: { readonly leader: Address; readonly partitions: readonly number[] },
  questions: readonly Question[],
): Promise<Listed> {
  const { leader, partitions } = group;
  const found = new Map(partitions.map((partition): [number, ListedOffset[]] => [partition, []]));
  for (const question of questions) {
    const request = listOffsetsRequest({ topic: client.topic, partitions, ...question });
    const answers = await client.send(leader, request);
    for (const answer of answers) {
      const { partition, code } = answer;
      if (code !== 0) throw new BrokerRefused(formatAddress(leader), { code, of: request.name });
      found.get(partition)?.push(answer);
    }
  }
  for (const [partition, offsets] of found) {
    if (offsets.length < questions.length) throw new LeaderMissing(client.topic, partition);
  }
  return found;
}
