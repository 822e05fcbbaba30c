import { DIFFERENCES_REPORTED } from '../limits.js';

/** Result of comparing values, for one partition so far. Plain JSON. */
export interface ContentTally {
  /** Rows whose values were compared. */
  readonly rows: number;
  /** Rows that could not be compared: the current contract makes no row of their records, or they have disappeared. */
  readonly uncomparedRows: number;
  /** Rows with at least one differing value. */
  readonly differingRows: number;
  readonly differences: ValueList;
  /** Values that differ, possibly because of an ALTER: the column or its type may be newer than the row. */
  readonly predating: ValueList;
}

/** Values, by offset and column. */
export interface ValueList {
  readonly total: number;
  /** The first ones, in the order of offsets. */
  readonly first: readonly (readonly [offset: number, column: string])[];
}

const NO_VALUES: ValueList = { total: 0, first: [] };

export const NO_CONTENT: ContentTally = {
  rows: 0,
  uncomparedRows: 0,
  differingRows: 0,
  differences: NO_VALUES,
  predating: NO_VALUES,
};

/** Sums of the counts of several partitions. Lists belong to their partition, so the sum has only their totals. */
export function sumContent(tallies: readonly (ContentTally | undefined)[]): ContentTally {
  const sum = (count: (tally: ContentTally) => number) =>
    tallies.reduce((total, tally) => total + (tally === undefined ? 0 : count(tally)), 0);
  return {
    rows: sum(({ rows }) => rows),
    uncomparedRows: sum(({ uncomparedRows }) => uncomparedRows),
    differingRows: sum(({ differingRows }) => differingRows),
    differences: { total: sum(({ differences }) => differences.total), first: [] },
    predating: { total: sum(({ predating }) => predating.total), first: [] },
  };
}

/** Adds values to a list. */
export function collectValues(before: ValueList) {
  const first = [...before.first];
  let { total } = before;
  return {
    add(offset: number, column: string): void {
      total += 1;
      if (first.length < DIFFERENCES_REPORTED) first.push([offset, column]);
    },
    list: (): ValueList => ({ total, first }),
  };
}
