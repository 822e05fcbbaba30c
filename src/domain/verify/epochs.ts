import type { EpochExtent } from '../ports.js';

/** One epoch of a partition: what its rows and dead letters reach. */
export interface EpochReach {
  readonly epoch: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** Which epoch counts for offsets `[first, end)`. */
export interface EpochSegment {
  /** Null where no epoch has come. */
  readonly epoch: number | null;
  readonly first: number;
  readonly end: number;
}

/** The reaches of a partition, epochs ascending, from its extents in both tables. */
export function reachesOf(
  extents: readonly EpochExtent[],
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
 * Says for each offset of a range which epoch counts: the newest one that reaches it. Behind its end an older one goes on,
 * as a pipeline does beside a replay of a bounded range; unless that one reaches beyond the log, which shows it to be of
 * an earlier topic or of a tail that was cut off: then it is over where the newer one begins.
 */
export function epochSegments(
  reaches: readonly EpochReach[],
  range: { readonly first: number; readonly end: number },
  logEnd: number,
): readonly EpochSegment[] {
  const borders = new Set([range.first, range.end]);
  for (const { first, end } of reaches) {
    for (const border of [first, end]) {
      if (border > range.first && border < range.end) borders.add(border);
    }
  }
  const sorted = [...borders].sort((a, b) => a - b);
  const segments: EpochSegment[] = [];
  for (let index = 0; index + 1 < sorted.length; index++) {
    const first = sorted[index] ?? 0;
    const end = sorted[index + 1] ?? 0;
    const epoch = epochAt(reaches, first, logEnd);
    const last = segments.at(-1);
    if (last?.epoch === epoch) segments[segments.length - 1] = { ...last, end };
    else segments.push({ epoch, first, end });
  }
  return segments;
}

function epochAt(reaches: readonly EpochReach[], offset: number, logEnd: number): number | null {
  const begun = reaches.filter(({ first }) => first <= offset);
  const newest = begun.at(-1);
  const counting = begun.findLast(
    ({ epoch, end }) => offset < end && (end <= logEnd || epoch === newest?.epoch),
  );
  return (counting ?? newest)?.epoch ?? null;
}

/** The newest epoch reaches beyond the log: whatever is in the table may be of other records than the log holds. */
export function isLogAnother(reaches: readonly EpochReach[], logEnd: number): boolean {
  return (reaches.at(-1)?.end ?? 0) > logEnd;
}
