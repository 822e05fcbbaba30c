import type { OffsetSpan } from '../records/offset-range.js';

/** The range of offsets that one epoch of a partition covers with rows and dead letters. */
export interface EpochReach {
  readonly epoch: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** The ranges of a partition's epochs in ascending order, from its extents in both tables. */
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
 * The newest epoch that begins at or before an offset. A row of an older epoch may belong to another record there, for
 * example of an earlier topic with the name, if rows don't say which log they belong to.
 */
export function newestBegun(reaches: readonly EpochReach[], offset: number): number {
  return reaches.findLast(({ first }) => first <= offset)?.epoch ?? 0;
}

/** The newest epoch whose range contains the offset, if there is one. */
export function newestAround(reaches: readonly EpochReach[], offset: number): number | null {
  return reaches.findLast(({ first, end }) => offset >= first && offset < end)?.epoch ?? null;
}

/** The newest epoch extends past the end of the log, so the rows in the table may belong to other records than the log holds. */
export function isLogAnother(reaches: readonly EpochReach[], logEnd: number): boolean {
  return (reaches.at(-1)?.end ?? 0) > logEnd;
}
