import type { PartitionOffsets, TopicOffsets } from '../../../domain/log/topic-offsets.js';
import { type Address, formatAddress } from '../protocol/address.js';
import { BrokerRefused, LeaderMissing } from '../protocol/errors.js';
import {
  EARLIEST,
  LATEST,
  type ListedOffset,
  type ListOffsets,
  listOffsetsRequest,
} from '../protocol/list-offsets.js';
import type { TopicMetadata } from '../protocol/metadata.js';
import { type Ask, askEachLeader } from '../client/each-leader.js';
import type { TopicClient } from '../client/topic-client.js';
import type { OpenProducer } from '../../../domain/ports/record-source.js';
import { describeProducersRequest } from '../protocol/describe-producers.js';

type Question = Pick<ListOffsets, 'timestampMs' | 'isolation'>;

/** The answers to the questions, in their order, per partition. */
type Listed = ReadonlyMap<number, readonly ListedOffset[]>;

/** In this order the high watermark never lies below the end, nor the end below the log's start. */
const ENDS: readonly Question[] = [
  { timestampMs: EARLIEST, isolation: 'uncommitted' },
  { timestampMs: LATEST, isolation: 'committed' },
  { timestampMs: LATEST, isolation: 'uncommitted' },
];

/** Where every partition begins and ends: one Metadata request, and three ListOffsets to each broker that leads some. */
export async function topicOffsets(client: TopicClient): Promise<TopicOffsets> {
  const { topic } = await client.metadata();
  const all = partitionsOf(topic);
  const found = await listAll(client, all, ENDS);
  const partitions = all.map((partition) => toOffsets(partition, found.get(partition) ?? []));
  return { topicId: topic.topicId, partitions };
}

function toOffsets(partition: number, answers: readonly ListedOffset[]): PartitionOffsets {
  const [logStart, end, highWatermark] = answers;
  return {
    partition,
    logStart: logStart?.offset ?? 0,
    end: end?.offset ?? 0,
    highWatermark: Math.max(end?.offset ?? 0, highWatermark?.offset ?? 0),
    ...(end !== undefined && end.leaderEpoch >= 0 && { leaderEpoch: end.leaderEpoch }),
  };
}

/** The same for some partitions of one leader, without those that it refuses. */
export async function offsetsOfLeader(
  client: TopicClient,
  leader: Address,
  partitions: readonly number[],
): Promise<ReadonlyMap<number, PartitionOffsets>> {
  const ask: Ask = (address, request) => client.send(address, request);
  const answers = await askLeader(client, { leader, partitions }, { questions: ENDS, ask });
  const accepted = partitions.flatMap((partition) => {
    const its = answers.get(partition) ?? [];
    const isWhole = its.length === ENDS.length && its.every(({ code }) => code === 0);
    return isWhole ? [[partition, toOffsets(partition, its)] as const] : [];
  });
  return new Map(accepted);
}

/** The first offsets at or after an instant; null if there is no record. */
export async function topicOffsetsAt(
  client: TopicClient,
  timestampMs: number,
): Promise<ReadonlyMap<number, number | null>> {
  const { topic } = await client.metadata();
  return offsetsIn(await listAll(client, partitionsOf(topic), [atInstant(timestampMs)]));
}

/** The same for some partitions, without those whose leaders are unreachable or silent. */
export async function topicOffsetsAtSoon(
  client: TopicClient,
  timestampMs: number,
  partitions: readonly number[],
): Promise<ReadonlyMap<number, number | null>> {
  const items = partitions.map((partition) => ({ partition }));
  const { answers } = await askEachLeader(client, items, (some, ask) => {
    const its = some.map(({ partition }) => partition);
    return listAll(client, its, [atInstant(timestampMs)], ask);
  });
  return new Map(answers.flatMap((found) => [...offsetsIn(found)]));
}

/** A negative instant would mean something else to Kafka. */
function atInstant(timestampMs: number): Question {
  return { timestampMs: Math.max(0, timestampMs), isolation: 'committed' };
}

function offsetsIn(found: Listed): ReadonlyMap<number, number | null> {
  const offsetOf = (at: ListedOffset | undefined) =>
    at === undefined || at.offset < 0 ? null : at.offset;
  return new Map([...found].map(([partition, [at]]) => [partition, offsetOf(at)]));
}

/** Where one partition begins and ends now, open transactions included. */
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

/** Kafka numbers partitions from 0 without gaps, so the count is enough. A partition without an answer is reported on its own. */
export function partitionsOf({ partitions }: TopicMetadata): readonly number[] {
  return partitions.map((_, index) => index);
}

/** Asks the leaders in parallel. */
async function listAll(
  client: TopicClient,
  partitions: readonly number[],
  questions: readonly Question[],
  ask: Ask = (leader, request) => client.send(leader, request),
): Promise<Listed> {
  const byLeader = await client.byLeader(partitions, (partition) => partition);
  const answers = await Promise.all(
    byLeader.map(({ leader, items }) =>
      listOfLeader(client, { leader, partitions: items }, { questions, ask }),
    ),
  );
  return new Map(answers.flatMap((answer) => [...answer]));
}

async function listOfLeader(
  client: TopicClient,
  group: { readonly leader: Address; readonly partitions: readonly number[] },
  { questions, ask }: { readonly questions: readonly Question[]; readonly ask: Ask },
): Promise<Listed> {
  const found = await askLeader(client, group, { questions, ask });
  for (const [partition, answers] of found) {
    const refusal = answers.find(({ code }) => code !== 0);
    if (refusal !== undefined) {
      const { code } = refusal;
      throw new BrokerRefused(formatAddress(group.leader), { code, of: 'ListOffsets' });
    }
    if (answers.length < questions.length) throw new LeaderMissing(client.topic, partition);
  }
  return found;
}

/** Asks without waiting for one answer before the next question: a connection keeps the order. */
async function askLeader(
  client: TopicClient,
  { leader, partitions }: { readonly leader: Address; readonly partitions: readonly number[] },
  { questions, ask }: { readonly questions: readonly Question[]; readonly ask: Ask },
): Promise<Listed> {
  const found = new Map(partitions.map((partition): [number, ListedOffset[]] => [partition, []]));
  const requests = questions.map((question) =>
    listOffsetsRequest({ topic: client.topic, partitions, ...question }),
  );
  const answers = await Promise.all(requests.map((request) => ask(leader, request)));
  for (const answer of answers.flat()) found.get(answer.partition)?.push(answer);
  return found;
}

/**
 * The producers of open transactions, the oldest one of each partition. Sends one request to each leader, and only once. If a
 * broker does not know the request, refuses it or can't be reached, its partitions are left out.
 */
export async function openProducers(
  client: TopicClient,
  partitions: readonly number[],
): Promise<readonly OpenProducer[]> {
  const byLeader = new Map<string, { readonly leader: Address; readonly partitions: number[] }>();
  for (const partition of partitions) {
    const leader = await client.leader(partition).catch(() => null);
    if (leader === null) continue;
    const known = byLeader.get(formatAddress(leader));
    if (known === undefined)
      byLeader.set(formatAddress(leader), { leader, partitions: [partition] });
    else known.partitions.push(partition);
  }
  const answers = await Promise.all(
    [...byLeader.values()].map(({ leader, partitions: its }) =>
      client.send(leader, describeProducersRequest(client.topic, its)).catch(() => []),
    ),
  );
  return answers.flat().flatMap(({ partition, code, producers }) => {
    const open = producers.filter(({ firstOffset }) => code === 0 && firstOffset >= 0);
    const [oldest] = open.sort((a, b) => a.firstOffset - b.firstOffset);
    if (oldest === undefined) return [];
    const { producerId, firstOffset } = oldest;
    return [{ partition, producerId: String(producerId), firstOffset }];
  });
}
