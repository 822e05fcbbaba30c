import type { OffsetSpan } from '../../domain/batch/range.js';
import type { FetchedRecords } from '../../domain/ports.js';
import { AbortedProducers } from './aborted.js';
import type { Expand } from './codecs.js';
import type { FetchedPartition } from './fetch.js';
import { fetchPartition } from './fetch-partition.js';
import type { FetchSizes } from './fetch-sizes.js';
import { isHole, whyStalled } from './no-progress.js';
import { recordRuns } from './record-batches.js';
import { pause } from './retry.js';
import type { RunColumns } from './run-columns.js';
import { splitBatches } from './split-batches.js';
import type { TopicClient } from './topic-client.js';

export interface ReadContext {
  readonly client: TopicClient;
  readonly sizes: FetchSizes;
  readonly expand: Expand;
  readonly columns: RunColumns;
  /** A range that makes no progress for longer fails, and says why. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
}

/** Between two questions for records that don't come. A fetch itself waits for half a second. */
const POLL_MS = 200;

/** The committed records of one range, fetch after fetch. Never commits and never moves to another offset than the next. */
export async function* readRange(
  span: OffsetSpan,
  context: ReadContext,
): AsyncGenerator<FetchedRecords> {
  const { client, sizes, stallMs, signal } = context;
  const { partition, end } = span;
  let first = span.first;
  let progressMs = performance.now();
  while (first < end) {
    signal.throwIfAborted();
    const maxBytes = sizes.forOffsets(partition, end - first);
    const ask = { partition, offset: first, maxBytes, isolation: 'committed' } as const;
    const fetched = await fetchPartition(client, ask, signal);
    const slice = fetched && toSlice(fetched, { ...span, first }, context);
    if (slice !== null && slice.next > first) {
      first = slice.next;
      progressMs = performance.now();
      yield slice;
      continue;
    }
    const rest = { partition, first, end };
    if (fetched !== null && (await isHole(client, fetched, rest, signal))) {
      yield { partition, next: end, wireBytes: 0, runs: () => [] };
      return;
    }
    if (performance.now() - progressMs > stallMs) throw await whyStalled(client, fetched, rest);
    await pause(POLL_MS, signal);
  }
}

function toSlice(
  { records, aborted }: FetchedPartition,
  { partition, first, end }: OffsetSpan,
  { client, sizes, expand, columns }: ReadContext,
): FetchedRecords {
  const where = `partition ${partition} of topic "${client.topic}"`;
  const { batches, next, covered } = splitBatches(records, { first, end, where });
  sizes.learn(partition, covered);
  const read = { where, bytes: records, batches, first, end };
  return {
    partition,
    next,
    wireBytes: records.length,
    runs: () => {
      columns.partition = partition;
      return recordRuns({ ...read, aborted: new AbortedProducers(aborted) }, columns, expand);
    },
  };
}
