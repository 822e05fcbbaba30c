// Promise: the memo contains what `temporal workflow list` must show of a pipeline, and stays the same while nothing changes
// that matters to a person.
import { expect, test } from 'vitest';
import { foldBatch } from '../../../../src/domain/planning/fold-batch.js';
import {
  isShown,
  parsePipelineMemo,
  pipelineMemo,
} from '../../../../src/domain/pipeline/pipeline-memo.js';
import type { PipelineState } from '../../../../src/domain/pipeline/state.js';
import { pipelineStatus, startingStatus } from '../../../../src/domain/status/status.js';
import { allDone, aPlan, aState, aStats, NOW_MS } from '../../../support/pipeline-builders.js';

const memoOf = (state: PipelineState) =>
  pipelineMemo(pipelineStatus(state, { pause: state.pause, draining: null, inHand: [] }), state);

test('the memo is empty before the settings are known', () => {
  expect(pipelineMemo(startingStatus('...'), null)).toBeNull();
});

test('the memo names the state, source, target and guarantee', () => {
  expect(memoOf(aState([10]))).toEqual({
    state: 'running',
    topic: 'stream-events',
    groupId: 'group',
    table: 'stream_events',
    guarantee: 'exactly-once',
    holds: {},
    bounded: false,
    database: 'default',
    tableId: 'table-1',
    topicId: 'topic-1',
  });
});

test('a memo of an older release counts as shown, and as changed if it says something else', () => {
  const { database, tableId, topicId, ...older } = memoOf(aState([10]))!;
  expect([database, tableId, topicId]).toEqual(['default', 'table-1', 'topic-1']);
  const memo = memoOf(aState([10]))!;
  expect(isShown(memo, older)).toBe(true);
  expect(isShown(memo, memo)).toBe(true);
  expect(isShown({ ...memo, state: 'paused' }, older)).toBe(false);
  expect(isShown({ ...memo, topicId: 'topic-2' }, memo)).toBe(false);
  expect(isShown(memo, undefined)).toBe(false);
});

test('a table that carries no guarantee appears in the memo, and is read back', () => {
  const state = aState([10]);
  const guarantee = { level: 'none', why: ['it is a Buffer'] } as const;
  const memo = memoOf({ ...state, target: { ...state.target, guarantee } });
  expect(memo).toMatchObject({ guarantee: 'none' });
  expect(parsePipelineMemo(JSON.parse(JSON.stringify(memo)))).toEqual(memo);
});

test('batches do not change the memo', () => {
  const state = aState([10]);
  const plan = aPlan([[0, 0, 10]]);
  expect(memoOf(foldBatch(state, plan, allDone(plan), NOW_MS))).toEqual(memoOf(state));
});

test('held partitions are counted by reason', () => {
  const plan = aPlan([
    [0, 0, 10],
    [1, 0, 10],
  ]);
  const state = foldBatch(
    aState([10, 10]),
    plan,
    {
      kind: 'held',
      held: { partitions: [0, 1], reason: 'GroupOwnedElsewhere', detail: 'Workflow x runs' },
      done: [],
      rest: plan.ranges,
      stats: aStats(),
      warnings: [],
    },
    NOW_MS,
  );
  expect(memoOf(state)).toMatchObject({ state: 'held', holds: { GroupOwnedElsewhere: 2 } });
});

test('the memo is read back, and foreign content is ignored', () => {
  const memo = memoOf(aState([10]));
  expect(parsePipelineMemo(JSON.parse(JSON.stringify(memo)))).toEqual(memo);
  for (const other of [undefined, null, 'x', {}, { ...memo, state: 'flying' }]) {
    expect(parsePipelineMemo(other)).toBeNull();
  }
});
