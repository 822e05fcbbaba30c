// Promise: a filter says which records a contract leaves out, and keeps none of the values that it reads, however many there are.
import { expect, test, vi } from 'vitest';
import { RowWriter } from '../../../../src/domain/contract/row-writer.js';
import { defineContract, filtered } from '../../../../src/index.js';
import { leavesOut, recordFilter } from '../../../../src/domain/formats/record-filter.js';
import { runOf } from '../../../support/json-run.js';

const columns = { id: 'Int64', name: 'LowCardinality(String)' } as const;

test('contracts with a condition, skipped tombstones or a transform may leave records out', () => {
  expect(leavesOut(defineContract({ name: 'a', columns }))).toBe(false);
  expect(leavesOut(defineContract({ name: 'a', columns, tombstones: 'skip' }))).toBe(true);
  expect(leavesOut(defineContract({ name: 'a', columns, when: { path: 'id', in: [1] } }))).toBe(
    true,
  );
  expect(leavesOut(defineContract({ name: 'a', columns, transform: (row) => row }))).toBe(true);
});

test('values that were read are dropped again and again', () => {
  const clear = vi.spyOn(RowWriter.prototype, 'clear');
  const transform = (row: { readonly id: bigint }) => (row.id === 3n ? filtered : row);
  const isLeftOut = recordFilter(defineContract({ name: 'a', columns, transform }));
  const values = Array.from({ length: 5_000 }, (_, id) => `{"id":${id},"name":"${id}"}`);
  const run = runOf(values);
  expect(values.filter((_, index) => isLeftOut(run, index))).toEqual(['{"id":3,"name":"3"}']);
  expect(clear.mock.calls.length).toBeGreaterThanOrEqual(5);
  clear.mockRestore();
});
