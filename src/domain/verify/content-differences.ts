import type { HashedValue } from '../ports/table-contents.js';

/** Which values of some rows differ: one bit for each value, and nothing for columns without differences. */
export interface ContentDifferences {
  /** `isStored`: whether the stored value has the hash at this place among the values. */
  add(column: number, row: number, isStored: (at: number) => boolean): void;
  /** Names of the columns with at least one differing value. */
  columns(): readonly string[];
  /** Differing values of a row, in the order of columns. */
  of(row: number): readonly DifferentValue[];
}

export interface DifferentValue {
  readonly column: string;
  /** What the stored value may be: the column's default, or a less precise form of the value. */
  readonly forms: readonly HashedValue[];
}

/** In `values`, those with a former type come last. `rows` is the maximum number of rows. */
export function createContentDifferences(
  values: readonly HashedValue[],
  rows: number,
): ContentDifferences {
  const columns = values.filter(({ formerType }) => formerType === undefined);
  /** By column: the places of its less precise forms. */
  const coarser = columns.map(({ name }) =>
    values.flatMap((value, at) => (value.name === name && at >= columns.length ? [at] : [])),
  );
  const marks = new Map<number, Uint8Array>();

  const mark = (at: number, row: number) => {
    let bits = marks.get(at);
    if (bits === undefined) marks.set(at, (bits = new Uint8Array(Math.ceil(rows / 8))));
    bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  };
  const isMarked = (at: number, row: number) =>
    (((marks.get(at)?.[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
  const valuesAt = (places: readonly number[]) => places.flatMap((at) => values[at] ?? []);

  return {
    add(column, row, isStored) {
      const same = (coarser[column] ?? []).filter(isStored);
      for (const at of same.length === 0 ? [column] : same) mark(at, row);
    },
    columns: () => [...new Set(valuesAt([...marks.keys()]).map(({ name }) => name))],
    of(row) {
      if (marks.size === 0) return [];
      return columns.flatMap((value, column): readonly DifferentValue[] => {
        const name = value.name;
        if (isMarked(column, row)) return [{ column: name, forms: [value] }];
        const same = (coarser[column] ?? []).filter((at) => isMarked(at, row));
        return same.length === 0 ? [] : [{ column: name, forms: [value, ...valuesAt(same)] }];
      });
    },
  };
}
