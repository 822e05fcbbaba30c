// Promise: a batch shares its rows evenly over partitions, so that a hot one starves no other, and none gets more than it has.
// Runs of older releases keep shares in proportion to lag. Checked against the rules themselves on random backlogs.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OffsetSpan } from '../../../../src/domain/records/offset-range.js';
import { type Sharing, splitRows } from '../../../../src/domain/records/split-rows.js';

const lag = ({ first, end }: OffsetSpan) => end - first;

const backlog = fc
  .array(fc.record({ first: fc.nat(1_000_000), lag: fc.nat(100_000) }), { maxLength: 20 })
  .map((spans) =>
    spans.map(({ first, lag }, partition) => ({ partition, epoch: 0, first, end: first + lag })),
  );

test('a backlog that fits is taken whole', () => {
  const spans = [
    { partition: 0, epoch: 0, first: 5, end: 10 },
    { partition: 1, epoch: 0, first: 7, end: 7 },
    { partition: 2, epoch: 1, first: 0, end: 3 },
  ];
  expect(splitRows(spans, 8)).toEqual([spans[0], spans[2]]);
});

const HOT = [
  { partition: 0, epoch: 0, first: 0, end: 900 },
  { partition: 1, epoch: 0, first: 100, end: 110 },
  { partition: 2, epoch: 0, first: 100, end: 190 },
];

test('a partition with a short backlog is taken whole, and the long ones share the rest', () => {
  expect(splitRows(HOT, 100)).toEqual([
    { partition: 0, epoch: 0, first: 0, end: 45 },
    { partition: 1, epoch: 0, first: 100, end: 110 },
    { partition: 2, epoch: 0, first: 100, end: 145 },
  ]);
});

test('a run that began with an older release takes partitions in proportion to their lag', () => {
  expect(splitRows(HOT, 100, 'byLag')).toEqual([
    { partition: 0, epoch: 0, first: 0, end: 90 },
    { partition: 1, epoch: 0, first: 100, end: 101 },
    { partition: 2, epoch: 0, first: 100, end: 109 },
  ]);
});

test('no partition gets less than another while it has more', () => {
  fc.assert(
    fc.property(backlog, fc.integer({ min: 1, max: 200_000 }), (spans, rows) => {
      const taken = new Map(splitRows(spans, rows).map((span) => [span.partition, lag(span)]));
      const share = ({ partition }: OffsetSpan) => taken.get(partition) ?? 0;
      const left = spans.filter((span) => share(span) < lag(span));
      const longest = Math.max(0, ...taken.values());
      // The remainder of the division is distributed one row each.
      for (const span of left) expect(share(span)).toBeGreaterThanOrEqual(longest - 1);
    }),
  );
});

test.each<Sharing>(['even', 'byLag'])(
  '%s: every share starts at its cursor and stays in its backlog, and together they fill the batch',
  (sharing) => {
    fc.assert(
      fc.property(backlog, fc.integer({ min: 1, max: 200_000 }), (spans, rows) => {
        const total = spans.reduce((sum, span) => sum + span.end - span.first, 0);
        const taken = splitRows(spans, rows, sharing);
        for (const share of taken) {
          const whole = spans[share.partition]!;
          expect(share.first).toBe(whole.first);
          expect(share.end).toBeGreaterThan(share.first);
          expect(share.end).toBeLessThanOrEqual(whole.end);
        }
        const sum = taken.reduce((rowsTaken, share) => rowsTaken + share.end - share.first, 0);
        expect(sum).toBe(Math.min(rows, total));
        expect(taken.map((share) => share.partition)).toEqual(
          taken.map((share) => share.partition).toSorted((a, b) => a - b),
        );
      }),
    );
  },
);
