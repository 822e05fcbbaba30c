// Promise: a value differs exactly if its hash does, in rows that count, unless the server fills it or all rows before it have
// the column's default. Totals are exact however much differs, and lists are bounded. Checked against a simple model over random
// rows, and on cases by hand.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DIFFERENCES_REPORTED } from '../../../../src/domain/limits.js';
import type { FirstSet } from '../../../../src/domain/ports/table-contents.js';
import { createContentComparison } from '../../../../src/domain/verify/content-comparison.js';
import { NO_CONTENT } from '../../../../src/domain/verify/content-tally.js';

const COLUMNS = ['a', 'b', 'c'];
const VALUES = COLUMNS.map((name) => ({ name, type: 'Int8' }));

function comparing(size: number, epochOfRow: (offset: number) => number | null = () => 0) {
  const options = { first: 100, end: 100 + size, values: VALUES, capacity: size };
  return createContentComparison({ ...options, comparison: { epochOfRow } });
}

const hashes = (...values: number[]) => Uint32Array.from(values);

test('a different value is named, and one that the server fills is not', () => {
  const content = comparing(10);
  for (const offset of [101, 104, 105]) content.choose(offset);
  // Columns may arrive in groups.
  content.addSent(101, hashes(1, 2), 0);
  content.addSent(101, hashes(3), 2);
  content.addSent(104, hashes(4, 0, 6), 0);
  content.addStored(0, 104, hashes(4, 77, 7));
  content.addStored(0, 101, hashes(1, 2, 3));
  // It was not selected.
  content.addStored(0, 109, hashes(9, 9, 9));
  expect(content.differingColumns()).toEqual(['c']);
  expect(content.addTo(undefined, [])).toEqual({
    ...{ rows: 2, uncomparedRows: 1, differingRows: 1 },
    differences: { total: 1, first: [[104, 'c']] },
    predating: { total: 0, first: [] },
  });
});

test('rows of other epochs and rows without a record are ignored', () => {
  const content = comparing(10, (offset) => (offset === 103 ? null : 2));
  for (const offset of [102, 103]) {
    content.choose(offset);
    content.addSent(offset, hashes(1, 1, 1), 0);
    content.addStored(1, offset, hashes(5, 5, 5));
    content.addStored(2, offset, hashes(1, 1, 1));
    content.addStored(0, offset, hashes(5, 5, 5));
  }
  expect(content.addTo(undefined, [])).toEqual({ ...NO_CONTENT, rows: 1 });
});

test('either of two duplicated rows can differ, and they count once', () => {
  const content = comparing(10);
  content.choose(100);
  content.addSent(100, hashes(1, 1, 1), 0);
  content.addStored(0, 100, hashes(1, 2, 1));
  content.addStored(0, 100, hashes(1, 3, 1));
  expect(content.addTo(undefined, [])).toMatchObject({ rows: 1, differences: { total: 1 } });
});

test('before the first row with a value, the column may be newer than the row', () => {
  const content = comparing(10);
  for (let offset = 100; offset < 104; offset++) {
    content.choose(offset);
    content.addSent(offset, hashes(1, 1, 1), 0);
    content.addStored(0, offset, hashes(2, 2, 2));
  }
  const firstSet: FirstSet[] = [
    { column: 'a', epoch: 0, offset: 102 },
    { column: 'b', epoch: 0, offset: null },
    { column: 'c', epoch: 1, offset: null },
  ];
  expect(content.addTo(undefined, firstSet)).toMatchObject({
    differingRows: 4,
    predating: { total: 6 },
    differences: {
      total: 6,
      first: [
        [100, 'c'],
        [101, 'c'],
        [102, 'a'],
        [102, 'c'],
        [103, 'a'],
        [103, 'c'],
      ],
    },
  });
});

test('before the first row that a former type cannot hold, a coarser value may be older than the type', () => {
  const values = [
    ...VALUES,
    { name: 'b', type: 'DateTime64(6)', formerType: 'DateTime64(0)' },
    { name: 'b', type: 'DateTime64(6)', formerType: 'DateTime64(3)' },
  ];
  const options = { first: 100, end: 110, values, capacity: 10 };
  const content = createContentComparison({ ...options, comparison: { epochOfRow: () => 0 } });
  for (let offset = 100; offset < 105; offset++) {
    content.choose(offset);
    content.addSent(offset, hashes(1, 6, 1, 50, 53), 0);
  }
  content.addStored(0, 100, hashes(1, 53, 1));
  content.addStored(0, 101, hashes(1, 50, 1));
  content.addStored(0, 102, hashes(1, 7, 1));
  content.addStored(0, 103, hashes(1, 6, 1));
  content.addStored(0, 104, hashes(1, 53, 1));
  expect(content.differingColumns()).toEqual(['b']);
  const firstSet: FirstSet[] = [
    { column: 'b', epoch: 0, offset: 100 },
    { column: 'b', formerType: 'DateTime64(0)', epoch: 0, offset: 100 },
    { column: 'b', formerType: 'DateTime64(3)', epoch: 0, offset: 103 },
  ];
  expect(content.addTo(undefined, firstSet)).toMatchObject({
    predating: { total: 1, first: [[100, 'b']] },
    differences: {
      total: 3,
      first: [
        [101, 'b'],
        [102, 'b'],
        [104, 'b'],
      ],
    },
  });
});

test('the totals are exact and the lists contain the first differences', () => {
  const row = fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.boolean());
  fc.assert(
    fc.property(fc.array(row, { maxLength: 200 }), fc.nat(200), (rows, cut) => {
      const expected: [number, string][] = [];
      let tally = NO_CONTENT;
      for (const [first, end] of [
        [0, Math.min(cut, rows.length)],
        [Math.min(cut, rows.length), rows.length],
      ] as const) {
        const content = comparing(rows.length || 1);
        for (let index = first; index < end; index++) {
          const [a, b, c, isSent] = rows[index]!;
          content.choose(100 + index);
          if (isSent) content.addSent(100 + index, hashes(a, b, c), 0);
          content.addStored(0, 100 + index, hashes(1, 1, 1));
          if (!isSent) continue;
          for (const [column, hash] of [a, b, c].entries()) {
            if (hash === 2) expected.push([100 + index, COLUMNS[column]!]);
          }
        }
        tally = content.addTo(tally, []);
      }
      expect(tally.differences.total).toBe(expected.length);
      expect(tally.differences.first).toEqual(expected.slice(0, DIFFERENCES_REPORTED));
      expect(tally.differingRows).toBe(new Set(expected.map(([offset]) => offset)).size);
      expect(tally.rows + tally.uncomparedRows).toBe(rows.length);
    }),
  );
});

test('the list contains the first of many values, and the total all of them', () => {
  const rows = DIFFERENCES_REPORTED + 50;
  const content = comparing(rows);
  for (let offset = 100; offset < 100 + rows; offset++) {
    content.choose(offset);
    content.addSent(offset, hashes(1, 1, 2), 0);
    content.addStored(0, offset, hashes(1, 1, 1));
  }
  const { differences } = content.addTo(undefined, []);
  expect(differences.total).toBe(rows);
  expect(differences.first).toHaveLength(DIFFERENCES_REPORTED);
  expect(differences.first.at(-1)).toEqual([99 + DIFFERENCES_REPORTED, 'c']);
});
