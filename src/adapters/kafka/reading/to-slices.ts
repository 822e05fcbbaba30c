import { Buffer } from 'node:buffer';
import type { LeaderEpochs } from '../../../domain/log/leader-epochs.js';
import type { FetchedPartition } from '../protocol/fetch.js';
import { splitBatches } from '../records/split-batches.js';
import type { TopicClient } from '../client/topic-client.js';
import { AnswerMemory } from './fetch-buffers.js';
import type { FetchSizes } from './fetch-sizes.js';
import type { Rest } from './no-progress.js';
import { type Read, Slice, type SliceContext, type SlicePlace } from './slice.js';
import type { BatchHeader } from '../records/batch-header.js';
import { isLarge } from '../records/large-batches.js';

export interface SlicingContext extends SliceContext {
  readonly client: Pick<TopicClient, 'topic'>;
  readonly sizes: FetchSizes;
}

/** The slices that a fetch brought of the rest of a range; none if it brought nothing. */
export function toSlices(
  { records, aborted }: FetchedPartition,
  { partition, first, end, memory }: Rest & { readonly memory: AnswerMemory },
  context: SlicingContext,
): readonly Slice[] {
  const where = `partition ${partition} of topic "${context.client.topic}"`;
  const { batches, next, leaderEpochs, covered } = splitBatches(records, { first, end, where });
  if (next <= first) return [];
  context.sizes.learn(partition, covered);
  const read = { where, bytes: records, batches, first, end, aborted };
  return sliceFetch({ partition, next, leaderEpochs, memory }, read, context);
}

/** A slice for the rest of a range that holds no records. */
export function noRecords(
  { partition, first, end }: Rest,
  leaderEpochs: LeaderEpochs,
  context: SliceContext,
): Slice {
  const read = { where: '', bytes: Buffer.alloc(0), batches: [], first, end, aborted: [] };
  const memory = new AnswerMemory(() => undefined);
  const place = { partition, next: end, leaderEpochs, large: null, isLast: true, memory };
  return new Slice(place, read, context);
}

/**
 * Cuts what one fetch brought of one partition into slices, in the order of their offsets: one, unless there are large batches.
 * Each large batch is a slice of its own, so that it is expanded alone, when its turn comes.
 */
function sliceFetch(
  { partition, next, leaderEpochs, memory }: Omit<SlicePlace, 'large' | 'isLast'>,
  read: Read,
  context: SliceContext,
): readonly Slice[] {
  const cuts = read.batches.flatMap((header, index) =>
    isToBeAlone(header, read, context) ? [index] : [],
  );
  const slices: Slice[] = [];
  let first = read.first;
  let from = 0;
  const add = (until: number, large: BatchHeader | null) => {
    const begin = first;
    const isLast = until === read.batches.length;
    const after = read.batches[until - 1]?.lastOffset ?? first;
    const upTo = isLast ? next : Math.min(next, Math.max(first, after + 1));
    // Batches before those of the slice show which transactions are being aborted. None of their records is read again.
    const its = { ...read, first, batches: read.batches.slice(0, until) };
    const epochs = leaderEpochs.filter(([, at]) => at >= begin && (isLast || at < upTo));
    const place = { partition, next: upTo, leaderEpochs: epochs, large, isLast, memory };
    slices.push(new Slice(place, its, context));
    first = upTo;
    from = until;
  };
  for (const index of cuts) {
    if (index > from) add(index, null);
    add(index + 1, read.batches[index] ?? null);
  }
  if (from < read.batches.length || slices.length === 0) add(read.batches.length, null);
  return slices;
}

function isToBeAlone(
  header: BatchHeader,
  { bytes, first }: Read,
  { fetchBytes }: SliceContext,
): boolean {
  const { codec, recordsStart, end, start, lastOffset, count, isControl } = header;
  if (lastOffset < first || count === 0 || isControl) return false;
  return end - start > fetchBytes || isLarge(codec, bytes.subarray(recordsStart, end));
}
