// Promise: a batch accounts for every planned offset exactly once: what is done and what is left tile its ranges, and a block
// that skips, repeats or oversteps an offset is a bug that throws.
import { expect, test } from 'vitest';
import { createProgress } from '../../../../src/domain/planning/progress.js';

const RANGES = [
  { partition: 0, epoch: 0, first: '10', end: '20' },
  { partition: 3, epoch: 2, first: '0', end: '5' },
];

const decision = (
  covered: readonly (readonly [partition: number, first: number, end: number])[],
  deadLettersIn = new Map<number, number>(),
) => {
  const spans = covered.map(([partition, first, end]) => ({ partition, epoch: 0, first, end }));
  return { covered: spans, spans, deadLettersIn };
};

test('nothing decided leaves everything', () => {
  const progress = createProgress(RANGES);
  expect(progress.done(new Map())).toEqual([]);
  expect(progress.rest()).toEqual(RANGES);
});

test('done and remaining parts tile the ranges, with the counts of each partition', () => {
  const progress = createProgress(RANGES);
  progress.decided(decision([[0, 10, 14]]));
  progress.decided(decision([[0, 14, 20]], new Map([[0, 2]])));
  progress.decided(decision([[3, 0, 1]]));
  expect(progress.done(new Map([[0, { end: 99, highWatermark: 120 }]]))).toEqual([
    { ...RANGES[0], rows: 10, deadLetters: 2, logEnd: '99', highWatermark: '120' },
    { ...RANGES[1], end: '1', rows: 1, deadLetters: 0, logEnd: '1', highWatermark: '1' },
  ]);
  expect(progress.rest()).toEqual([{ ...RANGES[1], first: '1' }]);
});

test.each([
  ['leaves a hole', [0, 11, 12]],
  ['repeats an offset', [0, 9, 12]],
  ['oversteps the range', [0, 10, 21]],
  ['belongs to no range', [1, 0, 1]],
] as const)('a block that %s is refused', (_, span) => {
  expect(() => {
    createProgress(RANGES).decided(decision([span]));
  }).toThrow(/^Ledger: /);
});
