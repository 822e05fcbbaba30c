// Promise: a row of another event than the record at its offset counts for no record, and hides none. Checked on comparisons
// made by hand. comparison.test.ts has the property test.
import { expect, test } from 'vitest';
import { createComparison } from '../../../../src/domain/verify/comparison.js';
import { NO_TALLY } from '../../../../src/domain/verify/tally.js';

/** Four records with the ids 0 to 3, and rows of epoch 0 with the given ones. */
function compared(rows: readonly (readonly [offset: number, identity: number])[]) {
  const comparison = createComparison({ first: 0, end: 10, epochs: [], committed: null });
  for (const [offset] of rows) comparison.addRow(0, offset);
  for (const offset of [0, 1, 2, 3]) {
    comparison.addRecord(offset, 0);
    if (comparison.hasRow(offset)) comparison.identifyRecord(offset, offset);
  }
  for (const [offset, identity] of rows) comparison.identifyRow(0, offset, identity);
  return { hasOthers: comparison.hasOtherEvents(), tally: comparison.addTo(NO_TALLY) };
}

const RIGHT = [
  [0, 0],
  [3, 3],
] as const;

test('rows of other events leave their records lost, and count as rows without a record', () => {
  const { hasOthers, tally } = compared([...RIGHT, [1, 7], [2, 8]]);
  expect(hasOthers).toBe(true);
  expect(tally).toMatchObject({ rows: 4, lost: 2, otherEvents: 2, withoutRecord: 2, doubled: 0 });
  expect(tally.identified).toBe(4);
  expect(tally.lostRanges.first).toEqual([[1, 3]]);
});

test('a record without a row is lost, and no row is of another event', () => {
  const { hasOthers, tally } = compared([...RIGHT, [2, 2]]);
  expect(hasOthers).toBe(false);
  expect(tally).toMatchObject({ rows: 3, lost: 1, otherEvents: 0, identified: 3 });
});

test('a record with two rows, one of another event, is duplicated and not lost', () => {
  const { hasOthers, tally } = compared([...RIGHT, [1, 1], [1, 7], [2, 2]]);
  expect(hasOthers).toBe(false);
  expect(tally).toMatchObject({ rows: 5, lost: 0, doubled: 1, otherEvents: 0 });
});
