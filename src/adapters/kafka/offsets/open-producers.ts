import type { OpenProducer } from '../../../domain/ports/record-source.js';
import { type Address, formatAddress } from '../protocol/address.js';
import { describeProducersRequest } from '../protocol/describe-producers.js';
import type { TopicClient } from '../client/topic-client.js';

/**
 * Who keeps transactions open, the oldest one of each partition. One request to each leader, tried once: a broker that
 * does not know the request, refuses it or can't be reached says nothing about its partitions.
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
