// Promise: for each offset the newest epoch that has begun and the newest one around it are known, and a log that the table was
// not filled from is reported.
import { expect, test } from 'vitest';
import {
  isLogAnother,
  newestAround,
  newestBegun,
  reachesOf,
} from '../../../../src/domain/verify/epochs.js';

const reach = (epoch: number, first: number, end: number) => ({ epoch, first, end });

test('an epoch has begun at its first offset, and remains so after its last', () => {
  const replayed = [reach(0, 0, 3_000), reach(1, 500, 1_500)];
  expect([0, 499, 500, 1_500, 5_000].map((offset) => newestBegun(replayed, offset))).toEqual([
    0, 0, 1, 1, 1,
  ]);
  expect(newestBegun([], 5)).toBe(0);
});

test('an epoch contains the offsets between its first and its last', () => {
  const replayed = [reach(0, 10, 3_000), reach(1, 500, 1_500)];
  expect([9, 10, 500, 1_499, 1_500, 3_000].map((offset) => newestAround(replayed, offset))).toEqual(
    [null, 0, 1, 1, 0, null],
  );
});

test('a newest epoch that extends beyond the log is reported', () => {
  expect(isLogAnother([reach(0, 0, 1_001)], 1_000)).toBe(true);
  expect(isLogAnother([reach(0, 0, 1_001), reach(1, 0, 1_000)], 1_000)).toBe(false);
  expect(isLogAnother([], 0)).toBe(false);
});

test('rows and dead letters of one epoch form one extent, and other partitions are ignored', () => {
  const extent = (partition: number, epoch: number, first: number, end: number) => ({
    partition,
    epoch,
    first,
    end,
  });
  const extents = [extent(0, 1, 5, 9), extent(0, 0, 3, 4), extent(1, 0, 0, 99), extent(0, 0, 7, 8)];
  expect(reachesOf(extents, 0)).toEqual([reach(0, 3, 8), reach(1, 5, 9)]);
});
