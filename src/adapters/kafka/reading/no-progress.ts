import { OffsetOutOfRange } from '../../../domain/errors.js';
import type { LeaderEpochs } from '../../../domain/log/leader-epochs.js';
import type { FetchedPartition } from '../protocol/fetch.js';
import { splitBatches } from '../records/split-batches.js';
import type { TopicClient } from '../client/topic-client.js';
import { logBounds } from '../offsets/topic-offsets.js';
import { fetchPartition } from './fetch-partition.js';

/** The part of a range that is still to be read. */
export interface Rest {
  readonly partition: number;
  readonly first: number;
  readonly end: number;
}

/** Enough for one batch, which comes whole however large it is. */
const PROBE_BYTES = 1;

/**
 * Checks whether a range whose fetch was empty holds no records, because compaction removed them all. Returns the leader epoch of
 * the batch that proves it, else null. An empty fetch is no proof: a broker with tiered storage also answers like that when its
 * storage is slow, and taking that for a hole would lose records. The proof is a batch after the range, if necessary one of a
 * transaction that is still open.
 */
export async function holeProof(
  client: TopicClient,
  fetched: FetchedPartition,
  { partition, first, end }: Rest,
  signal: AbortSignal,
): Promise<LeaderEpochs | null> {
  if (fetched.lastStableOffset < end) return null;
  const ask = {
    partition,
    offset: first,
    maxBytes: PROBE_BYTES,
    isolation: 'uncommitted',
  } as const;
  const found = await fetchPartition(client, ask, signal);
  if (found === null) return null;
  const where = `partition ${partition} of topic "${client.topic}"`;
  const { batches, next, leaderEpochs } = splitBatches(found.records, { first, end, where });
  return batches.length === 0 && next === end ? leaderEpochs : null;
}

/** The failure of a range that made no progress for too long. */
export async function whyStalled(
  client: TopicClient,
  { lastStableOffset }: FetchedPartition,
  { partition, first, end }: Rest,
): Promise<Error> {
  const where = `offsets ${first} to ${end} of partition ${partition} of topic "${client.topic}"`;
  if (lastStableOffset >= end) {
    return new Error(
      `the broker sends no records for ${where}, and no later record that would prove that compaction removed them: its storage may be slow, or a new record in the partition may resolve it`,
    );
  }
  const bounds = await logBounds(client, partition);
  if (bounds.end < end) return new OffsetOutOfRange({ partition, offset: bounds.end, ...bounds });
  return new Error(
    `${where} can't be read yet: a transaction is open from offset ${lastStableOffset} on`,
  );
}
