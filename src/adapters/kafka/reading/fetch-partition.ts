import { OffsetOutOfRange, PartitionUnavailable } from '../../../domain/errors.js';
import { whyUnavailable } from '../offsets/available-offsets.js';
import { formatAddress } from '../protocol/address.js';
import { BrokerRefused, isTransient } from '../protocol/errors.js';
import { type Fetch, type FetchedPartition, fetchRequest } from '../protocol/fetch.js';
import { OFFSET_OUT_OF_RANGE } from '../protocol/protocol-errors.js';
import type { TopicClient } from '../client/topic-client.js';
import { logBounds } from '../offsets/topic-offsets.js';

/** One fetch from the partition's leader, wherever it is. Null where the broker throttles. Throws `OffsetOutOfRange`. */
export function fetchPartition(
  client: TopicClient,
  ask: Omit<Fetch, 'topic' | 'leaderEpoch'>,
  { signal, isImpatient }: { readonly signal: AbortSignal; readonly isImpatient: boolean },
): Promise<FetchedPartition | null> {
  const { topic } = client;
  const { partition, offset } = ask;
  const what = `reading partition ${partition} of topic "${topic}" from offset ${offset}`;
  const sinceMs = Date.now();
  let broker: string | null = null;
  const fetch = async () => {
    broker = null;
    const leader = await client.leader(partition);
    broker = client.brokerName(leader);
    const leaderEpoch = await client.leaderEpoch(partition);
    const request = fetchRequest({ topic, leaderEpoch, ...ask });
    const answer = isImpatient
      ? await client.sendWhileAlive(leader, request, signal)
      : await client.send(leader, request, signal);
    if (answer === null || answer.code === 0) return answer;
    if (answer.code === OFFSET_OUT_OF_RANGE) await throwWhereOutOfRange(client, partition, offset);
    throw new BrokerRefused(formatAddress(leader), { code: answer.code, of: request.name });
  };
  return client.retry({ what, signal, isImpatient }, fetch).catch((error: unknown) => {
    const { cause, message } = error as Error;
    if (!isImpatient || !isTransient(cause)) throw error;
    const unavailable = { partition, why: whyUnavailable(cause), broker, sinceMs };
    throw new PartitionUnavailable(unavailable, message);
  });
}

/** A leader that is behind for a moment refuses offsets that are in the log; those are asked for again. */
async function throwWhereOutOfRange(
  client: TopicClient,
  partition: number,
  offset: number,
): Promise<void> {
  const { logStart, end } = await logBounds(client, partition);
  if (offset >= logStart && offset <= end) return;
  throw new OffsetOutOfRange({ partition, offset, logStart, end });
}
