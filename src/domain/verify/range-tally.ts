import { RANGES_REPORTED } from '../limits.js';

/** Offsets of one partition, counted as ranges that are as long as possible. Plain JSON. */
export interface RangeTally {
  /** How many ranges there are. */
  readonly total: number;
  /** The first ranges, each as `[first, end)`. */
  readonly first: readonly (readonly [first: number, end: number])[];
  /** End of the last range, listed or not. The next offset extends this range. */
  readonly lastEnd: number;
}

export const NO_RANGES: RangeTally = { total: 0, first: [], lastEnd: -1 };

/** Adds offsets to a tally in ascending order. */
export interface RangeCollector {
  add(offset: number): void;
  tally(): RangeTally;
}

export function collectRanges(before: RangeTally): RangeCollector {
  const first = [...before.first];
  let { total, lastEnd } = before;
  return {
    add(offset) {
      if (offset === lastEnd) {
        const last = first.at(-1);
        if (last?.[1] === offset) first[first.length - 1] = [last[0], offset + 1];
      } else {
        total += 1;
        if (first.length < RANGES_REPORTED) first.push([offset, offset + 1]);
      }
      lastEnd = offset + 1;
    },
    tally: () => ({ total, first, lastEnd }),
  };
}
