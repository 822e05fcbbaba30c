// Promise: a batch shares its rows over partitions by their lag, so that none starves and none is asked for more than
// it has. Checked against the rule itself on random backlogs.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitRows } from '../../../../src/domain/records/split-rows.js';

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

test('a backlog too large is taken in proportion to lag, from the front', () => {
  const spans = [
    { partition: 0, epoch: 0, first: 0, end: 900 },
    { partition: 1, epoch: 0, first: 100, end: 200 },
  ];
  expect(splitRows(spans, 100)).toEqual([
    { partition: 0, epoch: 0, first: 0, end: 90 },
    { partition: 1, epoch: 0, first: 100, end: 110 },
  ]);
});

test('every share starts at its cursor, stays in its backlog, and together they fill the batch', () => {
  fc.assert(
    fc.property(backlog, fc.integer({ min: 1, max: 200_000 }), (spans, rows) => {
      const total = spans.reduce((sum, span) => sum + span.end - span.first, 0);
      const taken = splitRows(spans, rows);
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
});
