// Promise: one lane takes all partitions while there is little to move, and returns them when there is more, and nothing moves
// while any work of a lane is running. Checked on states built for each rule.
import { expect, test } from 'vitest';
import { dealLanes, freeLanes } from '../../../../src/domain/planning/deal-lanes.js';
import type { PipelineState } from '../../../../src/domain/pipeline/state.js';
import { aPlan, aSettings, aState } from '../../../support/pipeline-builders.js';

/** Batches of 1,000 rows. */
const settings = aSettings({ lanes: 2 });
const quiet = aState([10, 20, 30], { settings });
const lanesOf = (state: PipelineState) => state.partitions.lane;
const gathered = (waiting: readonly number[]) => {
  const state = aState(waiting, { settings });
  const lane = waiting.map(() => 0);
  return { ...state, partitions: { ...state.partitions, lane } };
};

test('a tenth of a batch or less goes to one lane', () => {
  expect(lanesOf(quiet)).toEqual([0, 1, 0]);
  expect(lanesOf(dealLanes(quiet))).toEqual([0, 0, 0]);
  expect(lanesOf(dealLanes(aState([50, 51, 0], { settings })))).toEqual([0, 1, 0]);
});

test('more than a fifth of a batch goes to all lanes', () => {
  expect(lanesOf(dealLanes(gathered([100, 100, 0])))).toEqual([0, 0, 0]);
  expect(lanesOf(dealLanes(gathered([100, 100, 1])))).toEqual([0, 1, 0]);
});

test.each<[string, Partial<PipelineState>]>([
  ['a plan is to be reissued', { pending: [aPlan([[1, 0, 7]])] }],
  [
    'a range is being skipped',
    { skips: [{ partition: 1, epoch: 0, first: '0', end: '7', why: 'told to' }] },
  ],
  [
    'rows of an earlier batch may exist',
    { partitions: { ...quiet.partitions, reconcileUntil: ['0', '7', '0'] } },
  ],
])('no partition moves while %s', (_, changes) => {
  expect(lanesOf(dealLanes({ ...quiet, ...changes }))).toEqual([0, 1, 0]);
});

test('unplanned partitions of a lane whose batch does not end go to the other lanes', () => {
  const settings = aSettings({ lanes: 3 });
  const state = gathered([10, 20, 30, 40, 50]);
  const { partitions } = state;
  const three = {
    ...state,
    settings,
    lanes: 3,
    pending: [aPlan([[2, 0, 7]])],
    partitions: { ...partitions, reconcileUntil: ['0', '0', '0', '7', '0'] },
  };
  expect(lanesOf(freeLanes(three, [1]))).toEqual([1, 0, 0, 0, 1]);
  expect(lanesOf(freeLanes({ ...three, pending: [] }, [0, 1]))).toEqual([0, 0, 1, 0, 1]);
});

test('a bounded run keeps its lanes, because one without partitions would end', () => {
  const partitions = { ...quiet.partitions, until: ['10', '20', '30'] };
  expect(lanesOf(dealLanes({ ...quiet, partitions }))).toEqual([0, 1, 0]);
});
