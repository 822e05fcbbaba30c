// Promise: status warns about the offsets of the group as long as Kafka lacks some of them, and no longer.
import { expect, test } from 'vitest';
import { foldBatch } from '../../../../src/domain/planning/fold-batch.js';
import { offsetsLag, withoutUncommitted } from '../../../../src/domain/planning/uncommitted.js';
import { allDone, aPlan, aState, NOW_MS } from '../../../support/pipeline-builders.js';

const LAG = offsetsLag('group', 'no answer within 5000 ms');
const OTHERS = ['a broker is slow', offsetsLag('another-group', 'REBALANCE_IN_PROGRESS')];
const plan = aPlan([
  [0, 0, 10],
  [1, 0, 5],
]);
const refused = { ...allDone(plan), uncommitted: [0, 1], warnings: [...OTHERS, LAG] };
const before = foldBatch(aState([10, 5]), plan, refused, NOW_MS);

test('a refused commit is a warning', () => {
  expect(before.warnings).toEqual([...OTHERS, LAG]);
});

test('the warning stays while one partition is left, and goes with the last one', () => {
  const half = withoutUncommitted(before, [0]);
  expect(half.warnings).toContain(LAG);
  expect(withoutUncommitted(half, [1])).toMatchObject({ uncommitted: undefined, warnings: OTHERS });
});

test('a batch that commits all that was left takes the warning away', () => {
  const next = aPlan(
    [
      [0, 10, 12],
      [1, 5, 6],
    ],
    { batch: 2 },
  );
  expect(foldBatch(before, next, allDone(next), NOW_MS).warnings).toEqual(OTHERS);
  const one = aPlan([[0, 10, 12]], { batch: 2 });
  expect(foldBatch(before, one, allDone(one), NOW_MS).warnings).toContain(LAG);
});

test('a batch whose commit is refused again warns with the newest reason', () => {
  const next = aPlan([[0, 10, 12]], { batch: 2 });
  const newest = offsetsLag('group', 'UNKNOWN_MEMBER_ID');
  const again = { ...allDone(next), uncommitted: [0], warnings: [newest] };
  expect(foldBatch(before, next, again, NOW_MS).warnings).toContain(newest);
  // Workers of older releases name no partitions.
  const older = foldBatch(aState([10, 5]), plan, { ...allDone(plan), warnings: [LAG] }, NOW_MS);
  expect(older.warnings).toEqual([LAG]);
});
