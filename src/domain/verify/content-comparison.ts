import type { FirstSet, HashedValue } from '../ports/table-contents.js';
import type { Comparison } from './comparison.js';
import { createContentDifferences } from './content-differences.js';
import { collectValues, type ContentTally, NO_CONTENT } from './content-tally.js';

/**
 * Compares the values of rows with those that the contract makes of their records, by 32-bit hashes. Choose the offsets
 * first, in ascending order, then add the hashes of what would be sent, then those of what is stored. Keeps four bytes for
 * each compared value.
 */
export interface ContentComparison {
  choose(offset: number): void;
  /** Ascending. */
  readonly chosen: readonly number[];
  /** Hashes of the values from `place` on. 0: the server fills the value, so it is not compared. */
  addSent(offset: number, hashes: Uint32Array, place: number): void;
  /** Hashes of all columns. A row that exists twice is compared twice. */
  addStored(epoch: number, offset: number, hashes: Uint32Array): void;
  /** Names of the columns with at least one differing value. */
  differingColumns(): readonly string[];
  /** Adds the counts of these offsets to the tally so far. */
  addTo(before: ContentTally | undefined, firstSet: readonly FirstSet[]): ContentTally;
}

export interface ContentComparisonOptions {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** In the order of the hashes. Values with a former type come last. */
  readonly values: readonly HashedValue[];
  /** Maximum number of chosen offsets. */
  readonly capacity: number;
  /** Says which rows count. */
  readonly comparison: Pick<Comparison, 'epochOfRow'>;
}

const SENT = 1;
const COMPARED = 2;

export function createContentComparison(options: ContentComparisonOptions): ContentComparison {
  const { first, end, values, capacity, comparison } = options;
  const width = values.length;
  /** By offset: its index among the chosen ones, plus one. */
  const places = new Uint32Array(end - first);
  const chosen: number[] = [];
  const sent = new Uint32Array(capacity * width);
  const marks = new Uint8Array(capacity);
  const found = createContentDifferences(values, capacity);

  const placeOf = (offset: number): number => (places[offset - first] ?? 0) - 1;

  return {
    chosen,
    choose(offset) {
      if (chosen.length === capacity) throw new Error(`More than ${capacity} rows were chosen`);
      chosen.push(offset);
      places[offset - first] = chosen.length;
    },
    addSent(offset, hashes, at) {
      const place = placeOf(offset);
      if (place < 0) return;
      sent.set(hashes, place * width + at);
      marks[place] = (marks[place] ?? 0) | SENT;
    },
    addStored(epoch, offset, hashes) {
      const place = placeOf(offset);
      const mark = marks[place] ?? 0;
      if (mark === 0 || comparison.epochOfRow(offset) !== epoch) return;
      marks[place] = mark | COMPARED;
      const start = place * width;
      for (let column = 0; column < hashes.length; column++) {
        const hash = hashes[column];
        const expected = sent[start + column] ?? 0;
        if (expected === 0 || expected === hash) continue;
        found.add(column, place, (at) => sent[start + at] === hash);
      }
    },
    differingColumns: () => found.columns(),
    addTo(before = NO_CONTENT, firstSet) {
      const differences = collectValues(before.differences);
      const predating = collectValues(before.predating);
      const isOlder = predatingRule(firstSet);
      let { rows, uncomparedRows, differingRows } = before;
      for (const [place, offset] of chosen.entries()) {
        const epoch = comparison.epochOfRow(offset);
        if (epoch === null) continue;
        if (((marks[place] ?? 0) & COMPARED) === 0) {
          uncomparedRows += 1;
          continue;
        }
        rows += 1;
        const { total } = differences.list();
        for (const { column, forms } of found.of(place)) {
          const isSure = !forms.some((form) => isOlder(form, epoch, offset));
          (isSure ? differences : predating).add(offset, column);
        }
        if (differences.list().total > total) differingRows += 1;
      }
      return {
        ...{ rows, uncomparedRows, differingRows },
        ...{ differences: differences.list(), predating: predating.list() },
      };
    },
  };
}

/**
 * Rows of a partition are inserted in the order of offsets. Before the first row with a value other than the default, the
 * column may not have existed. Before the first row with a value that a former type can't hold, the column may have had
 * that type.
 */
function predatingRule(
  firstSet: readonly FirstSet[],
): (value: HashedValue, epoch: number, offset: number) => boolean {
  const key = (epoch: number, column: string, formerType = '') =>
    `${epoch} ${formerType} ${column}`;
  const firsts = new Map(
    firstSet.map((each) => [key(each.epoch, each.column, each.formerType), each.offset]),
  );
  return ({ name, formerType }, epoch, offset) => {
    const found = firsts.get(key(epoch, name, formerType));
    return found !== undefined && (found === null || offset < found);
  };
}
