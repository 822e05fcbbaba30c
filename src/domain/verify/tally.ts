import type { ContentTally } from './content-tally.js';
import { NO_RANGES, type RangeTally } from './range-tally.js';

/** What was found so far in one partition. Plain JSON, because heartbeats, results and carried state contain it. */
export interface Tally extends Counts {
  readonly lostRanges: RangeTally;
  readonly doubledRanges: RangeTally;
  /** Missing if values are not compared. */
  readonly content?: ContentTally | undefined;
}

interface Counts {
  readonly records: number;
  readonly rows: number;
  readonly open: number;
  readonly dropped: number;
  readonly redriven: number;
  readonly filtered: number;
  readonly skipped: number;
  readonly lost: number;
  /** Lost records at or after the offset that the group has committed. */
  readonly lostUncommitted: number;
  readonly doubled: number;
  readonly olderEpochs: number;
  readonly withoutRecord: number;
  /** Records whose event was compared with that of their row. */
  readonly identified: number;
  /** Lost records whose offset has a row of another event. */
  readonly otherEvents: number;
  /** Offsets that retention removed before they were compared. */
  readonly removed: number;
  /** Offsets in batches that are too large to read. Missing in tallies of an earlier release. */
  readonly unjudged?: number | undefined;
}

export const NO_TALLY: Tally = {
  records: 0,
  rows: 0,
  open: 0,
  dropped: 0,
  redriven: 0,
  filtered: 0,
  skipped: 0,
  lost: 0,
  lostUncommitted: 0,
  doubled: 0,
  olderEpochs: 0,
  withoutRecord: 0,
  identified: 0,
  otherEvents: 0,
  removed: 0,
  unjudged: 0,
  lostRanges: NO_RANGES,
  doubledRanges: NO_RANGES,
};

const COUNTS = Object.keys(NO_TALLY).filter(
  (name): name is keyof Counts => name !== 'lostRanges' && name !== 'doubledRanges',
);

/** Sums of the counts of several partitions. Ranges and values belong to their partition, so the sum has none. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  const sum = { ...NO_TALLY };
  for (const tally of tallies) {
    for (const count of COUNTS) sum[count] = (sum[count] ?? 0) + (tally[count] ?? 0);
  }
  return sum;
}
