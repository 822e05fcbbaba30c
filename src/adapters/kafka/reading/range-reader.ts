import { Buffer } from 'node:buffer';
import type { OffsetSpan } from '../../../domain/records/offset-range.js';
import type { LeaderEpochs } from '../../../domain/log/leader-epochs.js';
import type { FetchedPartition } from '../protocol/fetch.js';
import { splitBatches } from '../records/split-batches.js';
import { pause } from '../client/retry.js';
import type { TopicClient } from '../client/topic-client.js';
import { fetchPartition } from './fetch-partition.js';
import type { FetchSizes } from './fetch-sizes.js';
import { holeProof, whyStalled } from './no-progress.js';
import { sliceFetch } from './slice-fetch.js';
import { Slice, type SliceContext } from './slice.js';

export interface ReadContext extends SliceContext {
  readonly client: TopicClient;
  readonly sizes: FetchSizes;
  /** A range that makes no progress for longer fails, and says why. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
  /** See `RecordSource.read`. */
  readonly isImpatient: boolean;
}

/** Between two questions for records that don't come. A fetch itself waits for half a second. */
const POLL_MS = 200;

/** The committed records of one range, fetch after fetch. Never commits and never moves to another offset than the next. */
export async function* readRange(span: OffsetSpan, context: ReadContext): AsyncGenerator<Slice> {
  const { client, sizes, stallMs, signal } = context;
  const { partition, end } = span;
  let first = span.first;
  let progressMs = performance.now();
  while (first < end) {
    signal.throwIfAborted();
    const maxBytes = sizes.forOffsets(partition, end - first);
    const ask = { partition, offset: first, maxBytes, isolation: 'committed' } as const;
    const fetched = await fetchPartition(client, ask, context);
    if (fetched === null) {
      // A quota asks for patience, for many seconds maybe: the caller's own deadline is the bound.
      progressMs = performance.now();
      await pause(POLL_MS, signal);
      continue;
    }
    const rest = { partition, first, end };
    const slices = toSlices(fetched, rest, context);
    const next = slices.at(-1)?.next ?? first;
    if (next > first) {
      first = next;
      yield* slices;
      progressMs = performance.now();
      continue;
    }
    const leaderEpochs = await holeProof(client, fetched, rest, signal);
    if (leaderEpochs !== null) {
      yield noRecords(rest, leaderEpochs, context);
      return;
    }
    if (performance.now() - progressMs > stallMs) throw await whyStalled(client, fetched, rest);
    await pause(POLL_MS, signal);
  }
}

interface Rest {
  readonly partition: number;
  readonly first: number;
  readonly end: number;
}

function toSlices(
  { records, aborted }: FetchedPartition,
  { partition, first, end }: Rest,
  context: ReadContext,
): readonly Slice[] {
  const where = `partition ${partition} of topic "${context.client.topic}"`;
  const { batches, next, leaderEpochs, covered } = splitBatches(records, { first, end, where });
  context.sizes.learn(partition, covered);
  const read = { where, bytes: records, batches, first, end, aborted };
  return sliceFetch({ partition, next, leaderEpochs }, read, context);
}

function noRecords(
  { partition, first, end }: Rest,
  leaderEpochs: LeaderEpochs,
  context: ReadContext,
): Slice {
  const read = { where: '', bytes: Buffer.alloc(0), batches: [], first, end, aborted: [] };
  const place = { partition, next: end, leaderEpochs, large: null, isLast: true };
  return new Slice(place, read, context);
}
