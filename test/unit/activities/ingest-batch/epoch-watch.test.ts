// Promise: records that cannot belong to the planned log are noticed before they are used, and all others are not suspected.
// Checked fetch by fetch.
import { expect, test } from 'vitest';
import {
  leaderEpochOf,
  watchLeaderEpochs,
} from '../../../../src/activities/ingest-batch/epoch-watch.js';
import type { LeaderEpochs } from '../../../../src/domain/log/leader-epochs.js';

const RANGE = { partition: 4, epoch: 0, first: '100', end: '200', endLeaderEpoch: 6 };
const fetched = (...leaderEpochs: LeaderEpochs) => ({ partition: 4, leaderEpochs });

test('rising leader epochs up to that of the planned end are accepted and kept', () => {
  const watch = watchLeaderEpochs([{ ...RANGE, leaderEpochs: [[2, 0]] }]);
  expect(watch.fits(fetched([2, 100], [3, 120]))).toBe(true);
  expect(watch.fits(fetched([3, 130], [6, 150]))).toBe(true);
  expect(watch.below(4, 150)).toEqual([
    [2, 0],
    [3, 120],
  ]);
  expect(leaderEpochOf(watch.below(4, 200))).toBe(6);
});

test('records of a later leader cannot have existed when the range was planned', () => {
  expect(watchLeaderEpochs([RANGE]).fits(fetched([7, 180]))).toBe(false);
  // Behind the range they may.
  expect(watchLeaderEpochs([RANGE]).fits(fetched([7, 200]))).toBe(true);
});

test('records of an earlier leader cannot follow those of a later one', () => {
  const watch = watchLeaderEpochs([{ ...RANGE, leaderEpochs: [[5, 90]] }]);
  expect(watch.fits(fetched([4, 100]))).toBe(false);
});

test('nothing is suspected if brokers report no epochs, or plans are older than epochs', () => {
  const watch = watchLeaderEpochs([{ partition: 4, epoch: 0, first: '100', end: '200' }]);
  expect(watch.fits(fetched())).toBe(true);
  expect(leaderEpochOf(watch.below(4, 150))).toBeUndefined();
  expect(watch.fits(fetched([9, 150]))).toBe(true);
});
