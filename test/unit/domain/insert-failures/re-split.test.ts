// Promise: after a refusal the next cut is smaller in the way that the refusal requires, and never the same again. If nothing
// smaller exists, the result says so.
import { expect, test } from 'vitest';
import type { InsertError } from '../../../../src/domain/insert-failures/insert-error.js';
import { recut } from '../../../../src/domain/insert-failures/re-split.js';
import { anInsertError } from '../../../support/insert-errors.js';
import { aPlan } from '../../../support/pipeline-builders.js';

const { cut } = aPlan([[0, 0, 100]]);
const block = {
  rows: 100,
  valueBytes: 500_000,
  tablePartitions: 60,
  spans: [
    { partition: 0, epoch: 0, first: 10, end: 50 },
    { partition: 2, epoch: 0, first: 0, end: 60 },
  ],
};
const columns = ['event_id'];
const error = (changes: Partial<InsertError> = {}) =>
  anInsertError({ code: 469, message: 'ClickHouse error 469', ...changes });

test('shrinking halves rows and bytes', () => {
  const next = recut(cut, block, { action: 'shrink', error: error(), columns });
  expect(next?.cut).toEqual({ ...cut, maxRows: 50, maxBytes: 250_000 });
  expect(next?.why).toBe('ClickHouse error 469; blocks of at most 50 rows');
});

test("a block that is already small does not cause a server's memory error", () => {
  const small = { ...block, valueBytes: 50_000 };
  expect(recut(cut, small, { action: 'shrink', error: error(), columns })).toBeNull();
  expect(recut(cut, small, { action: 'bisect', error: error(), columns })).not.toBeNull();
});

test('splitting halves the table partitions of a block', () => {
  const next = recut(cut, block, { action: 'split', error: error(), columns });
  expect(next?.cut).toEqual({ ...cut, maxTablePartitions: 30 });
});

test('splitting halves the rows if the partition key cannot be computed', () => {
  const unknown = { ...block, tablePartitions: 0 };
  const next = recut(cut, unknown, { action: 'split', error: error(), columns });
  expect(next?.cut).toEqual({ ...cut, maxRows: 50 });
});

test('refreshing takes the current columns of the table', () => {
  const next = recut(cut, block, { action: 'refresh', error: error(), columns });
  expect(next?.cut).toEqual({ ...cut, columns });
});

test('unchanged columns cause no re-split', () => {
  const same = { action: 'refresh', error: error(), columns: cut.columns } as const;
  expect(recut(cut, block, same)).toBeNull();
});

test.each([
  [0, { partition: 0, offset: 10 }],
  [39, { partition: 0, offset: 49 }],
  [40, { partition: 2, offset: 0 }],
  [99, { partition: 2, offset: 59 }],
])('the record of row %i, named by the server, gets a block of its own', (row, suspect) => {
  const next = recut(cut, block, { action: 'bisect', error: error({ row }), columns });
  expect(next?.cut).toEqual({ ...cut, alone: [suspect] });
});

test('later blocks are at most a few times as large as the rows before the bad row, as more may follow', () => {
  const wide = { ...cut, maxRows: 200_000 };
  const rows = 150_000;
  const large = { ...block, rows, spans: [{ partition: 0, epoch: 0, first: 0, end: rows }] };
  const rowsAfter = (row: number) =>
    recut(wide, large, { action: 'bisect', error: error({ row }), columns })?.cut.maxRows;
  expect([7, 2_000, 100_000].map(rowsAfter)).toEqual([2_000, 8_000, 200_000]);
});

test.each([
  ['names no row', null],
  ['names a row that does not exist', 100],
])('bisection halves the rows if the server %s', (_, row) => {
  const next = recut(cut, block, { action: 'bisect', error: error({ row }), columns });
  expect(next?.cut).toEqual({ ...cut, maxRows: 50 });
});

test('bisection halves the rows if the named one is already alone', () => {
  const known = { ...cut, alone: [{ partition: 0, offset: 10 }] };
  const next = recut(known, block, { action: 'bisect', error: error({ row: 0 }), columns });
  expect(next?.cut).toEqual({ ...known, maxRows: 50 });
});

test('a refused block of one row first gets a block of its own', () => {
  const one = { ...block, rows: 1, spans: [{ partition: 0, epoch: 0, first: 7, end: 8 }] };
  const next = recut(cut, one, { action: 'bisect', error: error(), columns });
  expect(next?.cut.alone).toEqual([{ partition: 0, offset: 7 }]);
});

test.each(['shrink', 'split', 'bisect'] as const)('%s cannot split a single row', (action) => {
  const one = { rows: 1, valueBytes: 1, tablePartitions: 1, spans: block.spans.slice(0, 1) };
  const alone = [{ partition: 0, offset: 10 }];
  expect(recut({ ...cut, alone }, one, { action, error: error(), columns })).toBeNull();
});
