// Promise: a table is described again soon while something is wrong with it and rarely otherwise, only later plans use the
// result, and it never begins to store less by itself. Checked over states.
import { expect, test } from 'vitest';
import { TABLE_RECHECK_MS, TABLE_REFRESH_MS } from '../../../../src/domain/limits.js';
import { changeSettings } from '../../../../src/domain/planning/change-settings.js';
import { foldBatch } from '../../../../src/domain/planning/fold-batch.js';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import type { PipelineState } from '../../../../src/domain/pipeline/state.js';
import {
  describeAfterMs,
  isUnsettled,
  toBeDescribed,
  withFoundTarget,
} from '../../../../src/domain/planning/table-refresh.js';
import type { Target } from '../../../../src/domain/table/target.js';
import { allDone, aPlan, aState, NOW_MS, RUN } from '../../../support/pipeline-builders.js';

const withTarget = (state: PipelineState, changes: Partial<Target>): PipelineState => ({
  ...state,
  target: { ...state.target, ...changes },
});
const SETTLED: Partial<Target> = {
  describedMs: NOW_MS,
  version: 'v1',
  warnings: [],
  notStored: [],
};
const settled = withTarget(aState([100, 100]), SETTLED);
const atLeastOnce = { level: 'at-least-once', why: ['no window'] } as const;
const missing = { column: 'x', why: 'column x is missing', fix: 'ALTER', optional: true };

const stepOf = (state: PipelineState, lane = 0) =>
  nextStep(state, lane, { ...RUN, due: true, lookedAtMs: null });
const planOf = (state: PipelineState) => {
  const step = stepOf(state);
  if (step.kind !== 'ingest') throw new Error(`it is ${step.kind}`);
  return step.plan;
};

test.each([
  ['nothing is wrong', {}, TABLE_RECHECK_MS],
  ['the guarantee is weaker', { guarantee: atLeastOnce }, TABLE_REFRESH_MS],
  ['something is not stored', { notStored: [missing] }, TABLE_REFRESH_MS],
  ['a warning is open', { warnings: ['w'] }, TABLE_REFRESH_MS],
])('the table is described again after a while if %s', (_, changes, afterMs) => {
  expect(describeAfterMs(withTarget(settled, changes))).toBe(NOW_MS + afterMs);
});

test('a state of an earlier release and a configured one describe the table at once', () => {
  const earlier = withTarget(aState([1]), { describedMs: undefined, warnings: undefined });
  expect(describeAfterMs(earlier)).toBe(0);
  expect(isUnsettled(earlier)).toBe(true);
  expect(describeAfterMs({ ...settled, target: toBeDescribed(settled.target) })).toBe(0);
  expect(changeSettings(settled, { lanes: 2 }).kind).toBe('changed');
});

test('a plan carries its assumptions and what was requested at the start', () => {
  const strict = { ...settled.settings, guarantee: 'exactly-once', durability: 'fsync' } as const;
  expect(planOf({ ...settled, settings: strict })).toMatchObject({
    tableVersion: 'v1',
    describeAfterMs: NOW_MS + TABLE_RECHECK_MS,
    wishes: { lanes: 1, guarantee: 'exactly-once', durability: 'fsync' },
  });
});

test('while no records arrive, one lane watches a table with an open question', () => {
  const idle = (changes: Partial<Target>, lane = 0) => {
    const state = { ...withTarget(aState([0, 0]), { ...SETTLED, ...changes }) };
    const two = { ...state, lanes: 2, partitions: { ...state.partitions, lane: [0, 1] } };
    const step = stepOf(two, lane);
    return step.kind === 'await' ? step.input.table : 'no await';
  };
  expect(idle({})).toBeUndefined();
  expect(idle({ warnings: ['w'] })).toMatchObject({
    target: { warnings: ['w'] },
    wishes: { guarantee: 'report' },
    describeAfterMs: NOW_MS + TABLE_REFRESH_MS,
  });
  expect(idle({ warnings: ['w'] }, 1)).toBeUndefined();
});

test('a batch that found a different table changes only the plans after it', () => {
  const plan = planOf(settled);
  const more = { ...settled.target, version: 'v2', columns: ['more', ...settled.target.columns] };
  const pending = { ...settled, pending: [aPlan([[1, 0, 5]], { batch: 7 })] };
  const next = foldBatch(pending, plan, { ...allDone(plan), foundTarget: more }, NOW_MS);
  expect(next.target).toEqual(more);
  expect(next.pending[0]?.cut.columns).toEqual(pending.pending[0]?.cut.columns);
  const { partitions } = next;
  const more100 = { ...partitions, end: partitions.end.map(() => '200') };
  const after = planOf({ ...next, pending: [], partitions: more100 });
  expect(after).toMatchObject({ tableVersion: 'v2', cut: { columns: more.columns } });
});

test('a re-split of an older plan removes no column from later plans', () => {
  const plan = planOf(settled);
  const more = { ...settled.target, version: 'v2', columns: ['more', ...settled.target.columns] };
  const cut = { ...plan.cut, maxRows: 5 };
  const split = { ...allDone(plan), kind: 'recut', done: [], rest: plan.ranges, cut } as const;
  const state = { ...settled, target: more };
  const next = foldBatch(state, plan, { ...split, why: '241' }, NOW_MS);
  expect(next.target.columns).toEqual(more.columns);
});

test('a different table and one that stores less are not accepted without a decision', () => {
  const { target } = settled;
  expect(withFoundTarget(settled, { ...target, tableId: 'table-2' })).toBe(settled);
  expect(withFoundTarget(settled, { ...target, columns: ['event_id'] })).toBe(settled);
  expect(withFoundTarget(settled, undefined)).toBe(settled);
});

test('warnings of batches stay, and those of an earlier release about the table go', () => {
  const { target } = settled;
  const found = { ...target, warnings: ['of the table'] };
  const warned = { ...settled, warnings: ['of a batch'] };
  expect(withFoundTarget(warned, found).warnings).toEqual(['of a batch']);
  const earlier = { ...target, warnings: undefined };
  expect(withFoundTarget({ ...warned, target: earlier }, found).warnings).toEqual([]);
});
