import type { PartitionOffsets } from '../../domain/log/topic-offsets.js';
import type { OffsetSpan } from '../../domain/records/offset-range.js';

/**
 * The newest `count` offsets of a topic, shared evenly. If a partition is too short for its share, the others supply the rest.
 * There may be fewer records than offsets, because compaction and transactions leave offsets without a record.
 */
export function newestRanges(
  partitions: readonly PartitionOffsets[],
  count: number,
): readonly OffsetSpan[] {
  const shortFirst = partitions.toSorted((a, b) => sizeOf(a) - sizeOf(b));
  let left = count;
  const ranges = shortFirst.map((partition, index): OffsetSpan => {
    const share = Math.min(sizeOf(partition), Math.ceil(left / (shortFirst.length - index)));
    left -= share;
    const { end } = partition;
    return { partition: partition.partition, epoch: 0, first: end - share, end };
  });
  return ranges
    .filter(({ first, end }) => first < end)
    .toSorted((a, b) => a.partition - b.partition);
}

function sizeOf({ logStart, end }: PartitionOffsets): number {
  return Math.max(0, end - logStart);
}
