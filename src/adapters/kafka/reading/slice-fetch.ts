import type { BatchHeader } from '../records/batch-header.js';
import { isLarge } from '../records/large-batches.js';
import { type Read, Slice, type SliceContext, type SlicePlace } from './slice.js';

/**
 * What one fetch brought of one partition, as slices in the order of their offsets: one, unless there are large batches. Each of those is
 * a slice of its own, so that it is expanded alone, when its turn comes.
 */
export function sliceFetch(
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
    // Batches before the slice's own tell which transactions are being aborted; none of their records is read again.
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
