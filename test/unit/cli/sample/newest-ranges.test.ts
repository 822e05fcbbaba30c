// Promise: a sample takes the newest offsets, evenly over the partitions, and never more than requested or available.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newestRanges } from '../../../../src/cli/sample/newest-ranges.js';

function ranges(partitions: readonly (readonly [logStart: number, end: number])[], count: number) {
  const offsets = partitions.map(([logStart, end], partition) => ({
    ...{ partition, logStart, end, highWatermark: end },
  }));
  return newestRanges(offsets, count).map(({ partition, first, end }) => [partition, first, end]);
}

test('shares are equal, and short partitions leave theirs to the others', () => {
  expect(
    ranges(
      [
        [0, 100],
        [0, 100],
      ],
      10,
    ),
  ).toEqual([
    [0, 95, 100],
    [1, 95, 100],
  ]);
  expect(
    ranges(
      [
        [0, 100],
        [40, 42],
        [7, 7],
      ],
      10,
    ),
  ).toEqual([
    [0, 92, 100],
    [1, 40, 42],
  ]);
  expect(ranges([[5, 8]], 10)).toEqual([[0, 5, 8]]);
});

test('the ranges contain the requested number of records if there are as many', () => {
  const partition = fc
    .tuple(fc.nat(1_000), fc.nat(1_000))
    .map(([start, size]): [number, number] => [start, start + size]);
  fc.assert(
    fc.property(fc.array(partition, { minLength: 1 }), fc.nat(3_000), (partitions, count) => {
      const there = partitions.reduce((sum, [start, end]) => sum + end - start, 0);
      const read = ranges(partitions, count);
      const sum = read.reduce((total, [, first = 0, end = 0]) => total + end - first, 0);
      expect(sum).toBe(Math.min(count, there));
      for (const [index = 0, first = 0, end] of read) {
        expect(end).toBe(partitions[index]?.[1]);
        expect(first).toBeGreaterThanOrEqual(partitions[index]?.[0] ?? 0);
      }
    }),
  );
});
