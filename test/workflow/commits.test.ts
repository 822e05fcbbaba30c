// Promise: offsets that Kafka did not accept from a batch, or that a skip moved, are committed later, at the latest before the
// run ends, and no lane waits for that. Checked without a server, by replaying a history that grows by the workflow's commands.
import { expect, test } from 'vitest';
import type { AwaitInput } from '../../src/domain/pipeline/await-records.js';
import type { BatchOutcome, BatchPlan } from '../../src/domain/pipeline/batch-plan.js';
import { type OfflineWorkflow, startOffline } from '../support/offline-workflow.js';
import { firstState } from '../../src/domain/pipeline/first-state.js';
import { allDone, aResolution } from '../support/pipeline-builders.js';
import { plansOf, seen, started, typesOf } from '../support/pipeline-workflow.js';

const notCommitted = (plan: BatchPlan): BatchOutcome => ({
  ...allDone(plan),
  uncommitted: plan.ranges.map(({ partition }) => partition),
});

test('a bounded run ends once Kafka accepts the offsets that it refused from a batch', async () => {
  const workflow = await started([2_000], { until: ['2000'], settings: { until: 'now' } });
  await workflow.answer('ingestBatch', notCommitted);
  expect(plansOf(workflow)).toEqual(['p0 1000-2000']);
  await workflow.answer('ingestBatch', notCommitted);
  expect(workflow.ended).toBeNull();
  expect(workflow.pending).toMatchObject([
    { type: 'commitOffsets', args: [{ cursors: ['2000'], only: [0], unlessOwned: true }] },
  ]);
  await workflow.answer('commitOffsets', () => null);
  expect(workflow.ended).toMatchObject({ how: 'completed', value: { rows: 2_000 } });
});

test('a later batch of the partition commits for the earlier one', async () => {
  const workflow = await started([2_000], { until: ['2000'], settings: { until: 'now' } });
  await workflow.answer('ingestBatch', notCommitted);
  await workflow.answer('ingestBatch', allDone);
  expect(workflow.ended).toMatchObject({ how: 'completed' });
});

const commitsOf = (workflow: OfflineWorkflow) =>
  workflow.pending.flatMap(({ type, args }) => (type === 'commitOffsets' ? [args[0]] : []));

/** Both partitions were moved, and Kafka has accepted the offsets of neither. */
async function bothUncommitted(): Promise<OfflineWorkflow> {
  const workflow = await started([0, 0], { settings: { lanes: 2 } });
  await workflow.answer('awaitRecords', seen([700, 900]));
  await workflow.answer('ingestBatch', notCommitted);
  await workflow.answer('ingestBatch', notCommitted);
  return workflow;
}

const more = (input: AwaitInput) => ({
  ...seen([700, 1_900])(input),
  watched: [{ partition: 1, end: '1900', logEnd: '1900' }],
});

/** Ends waits without records until the workflow commits. Each step takes a few seconds of the workflow's time. */
async function untilCommit(
  workflow: OfflineWorkflow,
  ends: readonly number[] = [700, 900],
): Promise<number> {
  for (let waits = 1; ; waits++) {
    await workflow.answer('awaitRecords', seen(ends, 'idle'));
    if (commitsOf(workflow).length > 0 || waits > 20) return waits;
  }
}

test('failed commits are repeated at intervals after a wait, and nothing waits for them', async () => {
  const workflow = await bothUncommitted();
  await workflow.answer('awaitRecords', seen([700, 900], 'idle'));
  expect(typesOf(workflow)).toEqual(['commitOffsets', 'awaitRecords']);
  expect(commitsOf(workflow)).toMatchObject([
    { cursors: ['700', '900'], only: [0, 1], isOptional: true, unlessOwned: true },
  ]);
  await workflow.answer('commitOffsets', () => 'Kafka does not answer');
  expect(await untilCommit(workflow)).toBeGreaterThan(1);
  expect(commitsOf(workflow)).toHaveLength(1);
  await workflow.answer('commitOffsets', () => null);
  expect(await untilCommit(workflow)).toBeGreaterThan(20);
});

test('a partition with more records is committed by its batch', async () => {
  const workflow = await bothUncommitted();
  await workflow.answer('awaitRecords', more);
  expect(commitsOf(workflow)).toMatchObject([{ only: [0] }]);
  expect(plansOf(workflow)).toContain('p1 900-1900');
});

test('a partition whose commit was overtaken by a batch is committed once more', async () => {
  for (const isBatchFirst of [true, false]) {
    const workflow = await started([0, 0], { settings: { lanes: 1 } });
    await workflow.answer('awaitRecords', seen([300, 400]));
    await workflow.answer('ingestBatch', notCommitted);
    await workflow.answer('awaitRecords', seen([300, 400], 'idle'));
    await workflow.answer('awaitRecords', seen([300, 900]));
    expect(plansOf(workflow)).toEqual(['commitOffsets', 'p1 400-900']);
    if (isBatchFirst) await workflow.answer('ingestBatch', allDone);
    await workflow.answer('commitOffsets', () => null);
    if (!isBatchFirst) await workflow.answer('ingestBatch', allDone);
    await untilCommit(workflow, [300, 900]);
    expect(commitsOf(workflow)).toMatchObject([{ cursors: ['300', '900'], only: [1] }]);
  }
});

test('a group that a person assigned to the pipeline is committed to, whoever committed last', async () => {
  const uncommitted = { ...firstState(aResolution([5], { until: ['5'] })), uncommitted: [0] };
  const partitions = { ...uncommitted.partitions, cursor: ['5'] };
  const carried = { ...uncommitted, partitions, takeGroup: true };
  const workflow = await startOffline('pipeline', [{}, carried]);
  expect(commitsOf(workflow)).toMatchObject([{ cursors: ['5'], only: [0] }]);
  expect(commitsOf(workflow)[0]).not.toHaveProperty('unlessOwned');
});

test('the offset after a skip is committed too, unless a worker of an older release recorded it', async () => {
  const skip = { partition: 0, epoch: 0, first: '0', end: '5', why: 'lost' };
  const carried = { ...firstState(aResolution([5], { until: ['5'] })), skips: [skip] };
  const commitsAfter = async (recorded: unknown) => {
    const workflow = await startOffline('pipeline', [{}, carried]);
    await workflow.answer('recordSkip', () => recorded);
    return commitsOf(workflow);
  };
  expect(await commitsAfter({ isUncommitted: true })).toMatchObject([
    { cursors: ['5'], only: [0] },
  ]);
  expect(await commitsAfter(undefined)).toEqual([]);
});
