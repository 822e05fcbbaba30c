import type { OffsetSpan } from '../records/offset-range.js';

/** One epoch of a partition: what its rows and dead letters reach. */
export interface EpochReach {
  readonly epoch: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** The reaches of a partition, epochs ascending, from its extents in both tables. */
export function reachesOf(
  extents: readonly OffsetSpan[],
  partition: number,
): readonly EpochReach[] {
  const reaches = new Map<number, EpochReach>();
  for (const { epoch, first, end, ...extent } of extents) {
    if (extent.partition !== partition) continue;
    const known = reaches.get(epoch);
    reaches.set(epoch, {
      epoch,
      first: Math.min(first, known?.first ?? first),
      end: Math.max(end, known?.end ?? end),
    });
  }
  return [...reaches.values()].sort((a, b) => a.epoch - b.epoch);
}

/**
 * The newest epoch that has begun at or before an offset. What an older one holds there may be of another record, for
 * example of an earlier topic of the name, where rows don't say which log they are of.
 */
export function newestBegun(reaches: readonly EpochReach[], offset: number): number {
  return reaches.findLast(({ first }) => first <= offset)?.epoch ?? 0;
}

/** The newest epoch whose first and last offset lie around this one, if there is any. */
export function newestAround(reaches: readonly EpochReach[], offset: number): number | null {
  return reaches.findLast(({ first, end }) => offset >= first && offset < end)?.epoch ?? null;
}

/** The newest epoch reaches beyond the log: whatever is in the table may be of other records than the log holds. */
export function isLogAnother(reaches: readonly EpochReach[], logEnd: number): boolean {
  return (reaches.at(-1)?.end ?? 0) > logEnd;
}
