import type { FirstSet, HashedValue } from '../ports/table-contents.js';
import type { Comparison } from './comparison.js';
import { createContentDifferences } from './content-differences.js';
import { collectValues, type ContentTally, NO_CONTENT } from './content-tally.js';

/**
 * Holds the values of rows against those that the contract makes of their records, by hashes of 32 bits: first the offsets
 * are chosen, ascending, then the hashes of what would be sent come, then those of what is stored. Keeps four bytes for
 * each value that is compared.
 */
export interface ContentComparison {
  choose(offset: number): void;
  /** Ascending. */
  readonly chosen: readonly number[];
  /** Of the values from `place` on. 0: the server fills the value, so that it is not compared. */
  addSent(offset: number, hashes: Uint32Array, place: number): void;
  /** Of all columns. A row that is there twice is compared twice. */
  addStored(epoch: number, offset: number, hashes: Uint32Array): void;
  /** Names of the columns in which some value differs. */
  differingColumns(): readonly string[];
  /** The tally of all that came before, and of these offsets. */
  addTo(before: ContentTally | undefined, firstSet: readonly FirstSet[]): ContentTally;
}

export interface ContentComparisonOptions {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** In the order of the hashes: those with a former type behind all others. */
  readonly values: readonly HashedValue[];
  /** How many offsets are chosen at most. */
  readonly capacity: number;
  /** Knows which rows count. */
  readonly comparison: Pick<Comparison, 'epochOfRow'>;
}

const SENT = 1;
const COMPARED = 2;

export function createContentComparison(options: ContentComparisonOptions): ContentComparison {
  const { first, end, values, capacity, comparison } = options;
  const width = values.length;
  /** By offset: one more than its place among those that were chosen. */
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
 * Rows of a partition are inserted in the order of offsets: up to the first one with another value than the default, the column
 * may not have been there, and up to the first one that a former type can't hold, it may have had that type.
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
