import { OffsetOutOfRange } from '../../../domain/errors.js';
import { formatAddress } from '../protocol/address.js';
import { BrokerRefused, OFFSET_OUT_OF_RANGE } from '../protocol/errors.js';
import {
  type Fetch,
  type FetchedPartition,
  fetchRequest,
  type PartitionFetch,
} from '../protocol/fetch.js';
import type { TopicClient } from '../client/topic-client.js';
import { logBounds } from '../offsets/topic-offsets.js';

type Ask = Omit<PartitionFetch, 'leaderEpoch'> & Pick<Fetch, 'isolation'>;

/** Fetches one partition once from its leader, wherever that is. Null if the broker throttles. Throws `OffsetOutOfRange`. */
export function fetchPartition(
  client: TopicClient,
  { isolation, ...ask }: Ask,
  signal: AbortSignal,
): Promise<FetchedPartition | null> {
  const { topic } = client;
  const { partition, maxBytes } = ask;
  return client.retry({ what: whatIsRead(topic, ask), signal }, async () => {
    const leader = await client.leader(partition);
    const leaderEpoch = await client.leaderEpoch(partition);
    const partitions = [{ ...ask, leaderEpoch }];
    const request = fetchRequest({ topic, isolation, maxBytes, rack: '', partitions });
    const answer = (await client.send(leader, request, signal)).get(partition) ?? null;
    if (answer === null || answer.code === 0) return answer;
    const refusal = new BrokerRefused(formatAddress(leader), {
      code: answer.code,
      of: request.name,
    });
    throw await whyRefused(client, ask, refusal);
  });
}

/** For messages. */
export function whatIsRead(
  topic: string,
  { partition, offset }: { readonly partition: number; readonly offset: number },
): string {
  return `reading partition ${partition} of topic "${topic}" from offset ${offset}`;
}

/**
 * The failure that a leader's refusal of a fetch means. `OffsetOutOfRange` only if the log does not hold the offset. A leader
 * that is behind for a moment also refuses offsets that are in the log, and those are requested again.
 */
export async function whyRefused(
  client: TopicClient,
  { partition, offset }: { readonly partition: number; readonly offset: number },
  refusal: BrokerRefused,
): Promise<Error> {
  if (refusal.code !== OFFSET_OUT_OF_RANGE) return refusal;
  const { logStart, end } = await logBounds(client, partition);
  if (offset >= logStart && offset <= end) return refusal;
  return new OffsetOutOfRange({ partition, offset, logStart, end });
}
