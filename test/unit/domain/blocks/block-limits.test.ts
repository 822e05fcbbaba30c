// Promise: a block ends exactly at the limits of the cut. Checked at each limit, one record before and after it.
import { expect, test } from 'vitest';
import type { Block } from '../../../../src/domain/blocks/block.js';
import type { Cut } from '../../../../src/domain/blocks/block-limits.js';
import { anEvent } from './block-of.js';
import { blocksOf } from './blocks-of.js';
import type { TestRecord } from './records-in-memory.js';

function oneFetch(records: readonly TestRecord[], cut: Partial<Cut>): readonly Block[] {
  const end = Math.max(0, ...records.map(({ offset }) => offset + 1));
  const ranges = [{ partition: 0, epoch: 0, first: '0', end: String(end) }];
  return blocksOf({ ranges, fetches: [{ partition: 0, records, next: end }], cut });
}

const events = (
  count: number,
  changes: (index: number) => Readonly<Record<string, unknown>> = () => ({}),
) => Array.from({ length: count }, (_, offset) => ({ offset, value: anEvent(changes(offset)) }));
const rows = (blocks: readonly Block[]) => blocks.map((block) => block.rows);

test('rows: a block has exactly the maximum, and the next row begins another block', () => {
  expect(rows(oneFetch(events(9), { maxRows: 3 }))).toEqual([3, 3, 3]);
  expect(rows(oneFetch(events(10), { maxRows: 3 }))).toEqual([3, 3, 3, 1]);
  expect(rows(oneFetch(events(3), { maxRows: 1 }))).toEqual([1, 1, 1]);
});

test('rows: a record that is not a row does not count', () => {
  const records = events(9).map((event) =>
    event.offset % 3 === 1 ? { ...event, value: 'bad' } : event,
  );
  const blocks = oneFetch(records, { maxRows: 2 });
  expect(rows(blocks)).toEqual([2, 2, 2]);
  expect(blocks.map(({ deadLetters }) => deadLetters.length)).toEqual([1, 1, 1]);
});

test('bytes: a block has exactly the maximum, counting values of rows and of other records alike', () => {
  const size = anEvent().length;
  expect(rows(oneFetch(events(5), { maxBytes: 2 * size }))).toEqual([2, 2, 1]);
  expect(rows(oneFetch(events(5), { maxBytes: 2 * size - 1 }))).toEqual([1, 1, 1, 1, 1]);
  const [first, second] = oneFetch(
    [{ offset: 0, value: 'x'.repeat(size) }, ...events(3).slice(1)],
    { maxBytes: 2 * size },
  );
  expect([first?.rows, second?.rows]).toEqual([1, 1]);
  expect(first?.valueBytes).toBe(2 * size);
});

test('bytes: a record larger than the maximum gets a block of its own', () => {
  const large = { offset: 1, value: anEvent({ payload: { large: 'x'.repeat(1_000) } }) };
  const [small, , last] = events(3);
  const blocks = oneFetch([small!, large, last!], { maxBytes: 500 });
  expect(rows(blocks)).toEqual([1, 1, 1]);
  expect(rows(oneFetch([large], { maxBytes: 1 }))).toEqual([1]);
});

test.each([
  ['none', 5, [5]],
  ['unknown', 5, [5]],
  ['day', 2, [2, 2, 1]],
  ['month', 2, [4, 1]],
  ['year', 1, [4, 1]],
] as const)('table partitions: by %s', (tablePartition, maxTablePartitions, expected) => {
  const days = ['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-30', '2027-01-01'];
  const records = events(5, (index) => ({ timestamp: `${days[index]!}T23:59:59` }));
  const blocks = oneFetch(records, { tablePartition, maxTablePartitions });
  expect(rows(blocks)).toEqual(expected);
  const distinct = { none: 1, unknown: 0, day: 2, month: 2, year: 1 };
  expect(blocks[0]?.tablePartitions).toBe(distinct[tablePartition]);
});

test('table partitions: those already in the block cost nothing, in any order', () => {
  const records = events(300, (index) => ({
    timestamp: `2026-1${index % 3}-0${1 + (index % 7)}T00:00:00`,
  }));
  expect(rows(oneFetch(records, { maxTablePartitions: 3 }))).toEqual([300]);
});

test('a record that must be alone is alone, whatever becomes of it', () => {
  const records = events(7).map((event) =>
    event.offset === 5 ? { ...event, value: null } : event,
  );
  const alone = [
    { partition: 0, offset: 2 },
    { partition: 0, offset: 5 },
    { partition: 1, offset: 3 },
  ];
  const blocks = oneFetch(records, { alone });
  expect(blocks.map(({ covered }) => covered.map(({ first, end }) => [first, end]))).toEqual([
    [[0, 2]],
    [[2, 3]],
    [[3, 5]],
    [[5, 6]],
    [[6, 7]],
  ]);
  expect(blocks.map(({ lone }) => lone?.offset)).toEqual([undefined, 2, undefined, undefined, 6]);
});
