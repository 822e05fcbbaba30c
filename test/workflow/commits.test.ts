// Promise: offsets that Kafka did not take from a batch are committed later, before the run ends at the latest, and no commit of an
// earlier offset overtakes one of a batch. The workflow is replayed without a server against a history that grows by what it
// asks for.
import { expect, test } from 'vitest';
import type { AwaitInput } from '../../src/domain/pipeline/await-records.js';
import type { BatchOutcome, BatchPlan } from '../../src/domain/pipeline/batch-plan.js';
import type { OfflineWorkflow } from '../support/offline-workflow.js';
import { allDone } from '../support/pipeline-builders.js';
import { plansOf, seen, started, typesOf } from '../support/pipeline-workflow.js';

const notCommitted = (plan: BatchPlan): BatchOutcome => ({
  ...allDone(plan),
  uncommitted: plan.ranges.map(({ partition }) => partition),
});

test('a bounded run ends once Kafka has the offsets that it did not take from a batch', async () => {
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

/** Both partitions have been moved, and Kafka has taken the offsets of neither. */
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

test('after a wait, offsets are committed that Kafka did not take, and nothing waits for that', async () => {
  const workflow = await bothUncommitted();
  await workflow.answer('awaitRecords', seen([700, 900], 'idle'));
  expect(typesOf(workflow)).toEqual(['commitOffsets', 'awaitRecords']);
  expect(commitsOf(workflow)).toMatchObject([
    { cursors: ['700', '900'], only: [0, 1], isOptional: true, unlessOwned: true },
  ]);
  await workflow.answer('commitOffsets', () => 'Kafka does not answer');
  await workflow.answer('awaitRecords', seen([700, 900], 'idle'));
  expect(commitsOf(workflow)).toHaveLength(1);
  await workflow.answer('commitOffsets', () => null);
  await workflow.answer('awaitRecords', seen([700, 900], 'idle'));
  expect(commitsOf(workflow)).toEqual([]);
});

test('a partition with more records is committed by its batch', async () => {
  const workflow = await bothUncommitted();
  await workflow.answer('awaitRecords', more);
  expect(commitsOf(workflow)).toMatchObject([{ only: [0] }]);
  expect(plansOf(workflow)).toContain('p1 900-1900');
  await workflow.answer('commitOffsets', () => 'Kafka does not answer');
  await workflow.answer('awaitRecords', seen([700, 1_900], 'idle'));
  expect(commitsOf(workflow)).toMatchObject([{ cursors: ['700', '900'], only: [0] }]);
});

test('a batch waits for a commit of an earlier offset of its partition', async () => {
  const workflow = await bothUncommitted();
  await workflow.answer('awaitRecords', seen([700, 900], 'idle'));
  await workflow.answer('awaitRecords', more);
  expect(typesOf(workflow)).not.toContain('ingestBatch');
  await workflow.answer('commitOffsets', () => null);
  expect(plansOf(workflow)).toContain('p1 900-1900');
});
