// Promise: verify compares every partition once, at most four at a time, slice after slice, reports its results so far, and ends
// early on request. Checked without a server, by replaying a history that grows by the workflow's commands.
import { expect, test } from 'vitest';
import { VERIFY_SLICE_OFFSETS } from '../../src/domain/limits.js';
import type { VerifyReport } from '../../src/domain/verify/public-types.js';
import type { SliceProgress, VerifyPlan, VerifySlice } from '../../src/domain/verify/plan.js';
import { foldSlice, firstVerifyState } from '../../src/domain/verify/state.js';
import { type OfflineWorkflow, startOffline } from '../support/offline-workflow.js';
import { aVerifyPlan } from '../support/verify-builders.js';

/** Everything is correct. */
const complete = ({ range, before }: VerifySlice): SliceProgress => {
  const records = range.end - range.first;
  const tally = { ...before, records: before.records + records, rows: before.rows + records };
  return { v: 1, next: range.end, tally };
};

const slicesOf = (workflow: OfflineWorkflow) =>
  workflow.pending.map(({ args }) => {
    const { partition, first, end } = (args[0] as VerifySlice).range;
    return `p${partition} ${first}-${end}`;
  });

async function comparing(plan: VerifyPlan): Promise<OfflineWorkflow> {
  const workflow = await startOffline('verify', []);
  await workflow.answer('resolveVerify', () => plan);
  return workflow;
}

const reportOf = (workflow: OfflineWorkflow) => workflow.ended?.value as VerifyReport;

test('four partitions at a time are compared in one slice each, until all are done', async () => {
  const workflow = await comparing(aVerifyPlan([100, 100, 100, 100, 100, 0]));
  expect(slicesOf(workflow)).toEqual(['p0 0-100', 'p1 0-100', 'p2 0-100', 'p3 0-100']);
  await workflow.answer('verifySlice', complete);
  expect(slicesOf(workflow)).toEqual(['p1 0-100', 'p2 0-100', 'p3 0-100', 'p4 0-100']);
  for (let left = 0; left < 4; left++) await workflow.answer('verifySlice', complete);
  expect(workflow.ended?.how).toBe('completed');
  expect(reportOf(workflow)).toMatchObject({
    state: 'completed',
    verdict: 'complete',
    records: 500,
    rows: 500,
    compared: 500,
    offsets: 500,
  });
});

test('a long partition is compared in slices, each with the results so far', async () => {
  const end = VERIFY_SLICE_OFFSETS + 10;
  const workflow = await comparing(aVerifyPlan([end]));
  expect(slicesOf(workflow)).toEqual([`p0 0-${VERIFY_SLICE_OFFSETS}`]);
  await workflow.answer('verifySlice', complete);
  expect(slicesOf(workflow)).toEqual([`p0 ${VERIFY_SLICE_OFFSETS}-${end}`]);
  await workflow.answer('verifySlice', complete);
  expect(reportOf(workflow)).toMatchObject({ verdict: 'complete', records: end });
});

test('an empty comparison is complete at once', async () => {
  const workflow = await comparing(aVerifyPlan([0, 0]));
  expect(reportOf(workflow)).toMatchObject({ verdict: 'complete', records: 0 });
});

test('a stop ends it with the known results, and without a verdict on the rest', async () => {
  const workflow = await comparing(aVerifyPlan([100, 100, 100, 100, 100]));
  await workflow.answer('verifySlice', complete);
  await workflow.signal('stop', { reason: 'enough' });
  expect(workflow.ended?.how).toBe('completed');
  expect(reportOf(workflow)).toMatchObject({ state: 'stopped', verdict: 'unknown', records: 100 });
  expect(reportOf(workflow).notes.join()).toContain('stopped');
});

test('a stop before any result ends it too', async () => {
  const workflow = await startOffline('verify', []);
  await workflow.signal('stop');
  expect(reportOf(workflow)).toMatchObject({ state: 'stopped', verdict: 'unknown' });
});

test('carried state continues with the partitions that were not compared', async () => {
  const state = firstVerifyState(aVerifyPlan([100, 100]));
  const first = complete({
    range: state.plan.partitions[0]!,
    before: state.found[0]!.tally,
  } as never);
  const workflow = await startOffline('verify', [{}, foldSlice(state, 0, first)]);
  expect(slicesOf(workflow)).toEqual(['p1 0-100']);
  await workflow.answer('verifySlice', complete);
  expect(reportOf(workflow)).toMatchObject({ verdict: 'complete', records: 200 });
});

test('an invalid input fails the run at once, naming the field', async () => {
  const workflow = await startOffline('verify', [{ untill: 'now' }]);
  expect(workflow.ended).toMatchObject({ how: 'failed' });
  expect(String(workflow.ended?.value)).toContain('untill');
});
