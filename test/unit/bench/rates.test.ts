// Promise: rates and stalls follow from the observed row counts of a table. Checked on invented observations.
import { expect, test } from 'vitest';
import { longestStallMs, median, steadyRate } from '../../../bench/measure/rates.js';

const SIGHTINGS = [
  { atMs: 1_000, rows: 100 },
  { atMs: 2_000, rows: 300 },
  { atMs: 7_000, rows: 400 },
  { atMs: 8_000, rows: 500 },
  { atMs: 9_500, rows: 600 },
];

test('the steady rate begins with the first rows and ends with the last one', () => {
  expect(steadyRate(SIGHTINGS, 500)).toBe(400 / 7);
  expect(steadyRate(SIGHTINGS, 700)).toBeNull();
  expect(steadyRate(SIGHTINGS.slice(0, 1), 100)).toBeNull();
});

test('a stall counts from the last row before the kill, and only if it was not over by then', () => {
  expect(longestStallMs(SIGHTINGS, 3_000)).toBe(5_000);
  expect(longestStallMs(SIGHTINGS, 7_500)).toBe(1_500);
});

test('the median of an even count is between the two middle values', () => {
  expect(median([4, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
