// Promise: the pipeline plans each range once, after its cursor, and ends, pauses and drains as requested. Checked without a
// server, by replaying a history that grows by the workflow's commands.
import { expect, test } from 'vitest';
import type { BatchOutcome, BatchPlan } from '../../src/domain/pipeline/batch-plan.js';
import type { AwaitInput } from '../../src/domain/pipeline/await-records.js';
import type { PipelineState } from '../../src/domain/pipeline/state.js';
import { startOffline } from '../support/offline-workflow.js';
import { beginRun, firstState } from '../../src/domain/pipeline/first-state.js';
import { plansOf, seen, started, typesOf } from '../support/pipeline-workflow.js';
import { aDone, allDone, aResolution, aStats } from '../support/pipeline-builders.js';

test('a bounded run plans its whole range in batches, and completes with totals', async () => {
  const workflow = await started([2_500], { until: ['2500'], settings: { until: 'now' } });
  for (const range of ['p0 0-1000', 'p0 1000-2000', 'p0 2000-2500']) {
    expect(plansOf(workflow)).toEqual([range]);
    await workflow.answer('ingestBatch', allDone);
  }
  expect(workflow.ended).toEqual({
    how: 'completed',
    value: {
      rows: 2_500,
      deadLetters: 0,
      filtered: 0,
      skipped: 0,
      batches: 3,
      cursors: { 0: '2500' },
      endedBy: 'until',
    },
  });
});

test('lanes plan concurrently, each its own partitions', async () => {
  const workflow = await started([5_000, 5_000], { settings: { lanes: 2 } });
  expect(plansOf(workflow)).toEqual(['p0 0-1000', 'p1 0-1000']);
});

test('an idle lane polls on its own task queue, and then plans what it saw', async () => {
  const workflow = await started([0]);
  expect(workflow.pending).toMatchObject([
    { type: 'awaitRecords', taskQueue: expect.stringMatching(/-waiting$/) as string },
  ]);
  await workflow.answer('awaitRecords', seen([7]));
  expect(plansOf(workflow)).toEqual(['p0 0-7']);
});

test('idle lanes share one wait, and all of them continue with its result', async () => {
  const workflow = await started([0, 0], { settings: { lanes: 2 } });
  expect(typesOf(workflow)).toEqual(['awaitRecords']);
  await workflow.answer('awaitRecords', seen([700, 900]));
  expect(plansOf(workflow)).toEqual(['p0 0-700', 'p1 0-900']);
  // The first lane to finish waits for both, and the second one has nothing to add when it finishes.
  await workflow.answer('ingestBatch', allDone);
  expect(typesOf(workflow)).toEqual(['ingestBatch', 'awaitRecords']);
  await workflow.answer('ingestBatch', allDone);
  expect(typesOf(workflow)).toEqual(['awaitRecords']);
  await workflow.answer('awaitRecords', (input: AwaitInput) => ({
    ...seen([700, 1_900])(input),
    watched: [{ partition: 1, end: '1900', logEnd: '1900' }],
  }));
  expect(plansOf(workflow)).toContain('p1 900-1900');
});

test('a run that an older release began keeps a wait for each lane', async () => {
  const workflow = await startOffline('pipeline', [{}], {}, []);
  await workflow.answer('resolvePipeline', () => aResolution([0, 0], { settings: { lanes: 2 } }));
  expect(typesOf(workflow)).toEqual(['awaitRecords', 'awaitRecords']);
  await workflow.answer('awaitRecords', seen([7, 0]));
  expect(plansOf(workflow)).toEqual(['awaitRecords', 'p0 0-7']);
});

test('a batch is shared evenly, and a run that an older release began shares by lag', async () => {
  const plansWith = async (patches?: readonly string[]) => {
    const workflow = await startOffline('pipeline', [{}], {}, patches);
    await workflow.answer('resolvePipeline', () =>
      aResolution([9_000, 1_000], { settings: { lanes: 1 } }),
    );
    return plansOf(workflow);
  };
  expect(await plansWith()).toEqual(['p0 0-500', 'p1 0-500']);
  expect(await plansWith(['shared-wait'])).toEqual(['p0 0-900', 'p1 0-100']);
});

test('with little to move one lane takes all partitions, and returns them when there is more', async () => {
  const workflow = await started([0, 0], { settings: { lanes: 2 } });
  await workflow.answer('awaitRecords', seen([40, 60]));
  expect(plansOf(workflow)).toEqual(['p0 0-40', 'p1 0-60']);
  expect(typesOf(workflow)).toEqual(['ingestBatch']);
  await workflow.answer('ingestBatch', allDone);
  expect(typesOf(workflow)).toEqual(['awaitRecords']);
  // Records that have waited for an interval are due in both lanes.
  await workflow.answer('awaitRecords', seen([240, 260]));
  expect(typesOf(workflow)).toEqual(['ingestBatch', 'ingestBatch']);
  expect(plansOf(workflow)).toEqual(['p0 40-240', 'p1 60-260']);
});

test('a batch that does not end keeps only its own partitions', async () => {
  const workflow = await started([0, 0, 0], { settings: { lanes: 2 } });
  await workflow.answer('awaitRecords', seen([40, 0, 0]));
  expect(plansOf(workflow)).toEqual(['p0 0-40']);
  await workflow.fire();
  expect(workflow.pending).toMatchObject([
    { type: 'ingestBatch' },
    { type: 'awaitRecords', args: [{ partitions: [1, 2] }] },
  ]);
  await workflow.answer('awaitRecords', seen([40, 5, 0]));
  expect(plansOf(workflow)).toEqual(['p0 0-40', 'p1 0-5']);
});

test('a run that an older release began leaves every partition in its lane', async () => {
  const patches = ['shared-wait', 'even-shares'];
  const workflow = await startOffline('pipeline', [{}], {}, patches);
  await workflow.answer('resolvePipeline', () => aResolution([0, 0], { settings: { lanes: 2 } }));
  await workflow.answer('awaitRecords', seen([40, 60]));
  expect(typesOf(workflow)).toEqual(['ingestBatch', 'ingestBatch']);
});

test('a continued run plans known waiting records at once', async () => {
  const state: PipelineState = beginRun(firstState(aResolution([40])));
  const next = await startOffline('pipeline', [{}, state]);
  expect(plansOf(next)).toEqual(['p0 0-40']);
});

test('a paused pipeline plans nothing, and continues at the same offset', async () => {
  const workflow = await started([3_000]);
  await workflow.signal('pause', { reason: 'maintenance' });
  await workflow.answer('ingestBatch', allDone);
  expect(workflow.pending).toEqual([]);
  await workflow.signal('resume');
  expect(plansOf(workflow)).toEqual(['p0 1000-2000']);
});

test('an unreadable argument does not disable a signal', async () => {
  const workflow = await started([3_000]);
  await workflow.signal('pause', 'now!');
  await workflow.answer('ingestBatch', allDone);
  expect(workflow.pending).toEqual([]);
});

test('stop lets the batch in progress finish, plans no more, and completes', async () => {
  const workflow = await started([3_000]);
  await workflow.signal('stop', { reason: 'done' });
  expect(workflow.ended).toBeNull();
  await workflow.answer('ingestBatch', allDone);
  expect(workflow.ended).toMatchObject({
    how: 'completed',
    value: { endedBy: 'stop', cursors: { 0: '1000' } },
  });
});

test('a pause while the settings are being resolved does not disturb the start', async () => {
  const workflow = await startOffline('pipeline', [{}]);
  await workflow.signal('pause');
  expect(workflow.pending.map(({ type }) => type)).toEqual(['resolvePipeline']);
});

test('a batch with smaller limits is planned again and reconciles', async () => {
  const workflow = await started([1_000]);
  await workflow.answer('ingestBatch', (plan: BatchPlan): BatchOutcome => {
    const rest = [{ partition: 0, epoch: 0, first: '300', end: '1000' }];
    const cut = { ...plan.cut, maxRows: 100 };
    const done = [aDone(0, 0, 300)];
    return { kind: 'recut', done, rest, cut, why: 'memory', stats: aStats(300), warnings: [] };
  });
  await workflow.answer('awaitRecords', seen([1_000]));
  const plan = workflow.pending[0]!.args[0] as BatchPlan;
  expect(plan).toMatchObject({ earlierSends: 'unknown', cut: { maxRows: 100 }, batch: 2 });
  expect(plansOf(workflow)).toEqual(['p0 300-1000']);
});

test('a chosen start is committed, so that it is not forgotten', async () => {
  const workflow = await started([10], { cursor: ['10'], settings: { from: 'latest' } });
  expect(workflow.pending).toMatchObject([{ type: 'commitOffsets', args: [{ cursors: ['10'] }] }]);
});

test('a start commits only what the group does not know', async () => {
  const settings = { from: 'latest' } as const;
  const workflow = await started([10], { cursor: ['10'], settings, uncommitted: [] });
  expect(workflow.pending).toMatchObject([{ type: 'commitOffsets', args: [{ only: [] }] }]);
});

test('an older worker that answers a commit with nothing disturbs no start', async () => {
  const workflow = await started([10], { settings: { from: 'earliest' } });
  await workflow.answer('commitOffsets', () => undefined);
  expect(workflow.pending).toMatchObject([{ type: 'awaitRecords' }]);
});

test('the first run of a start replays, and a reset or retried run says that it is not the first', async () => {
  const input = { from: 'earliest', replay: true };
  const first = await startOffline('pipeline', [input]);
  expect(first.pending).toMatchObject([{ type: 'resolvePipeline', args: [input] }]);
  expect(first.pending[0]?.args).toEqual([input]);
  const info = { firstExecutionRunId: 'a7a7cf1c-7f5f-4a8b-8dc6-3a1a2d0e5c11' };
  const later = await startOffline('pipeline', [input], info);
  expect(later.pending[0]?.args).toEqual([{ ...input, startedBefore: true }]);
  const plain = await startOffline('pipeline', [{ from: 'earliest' }], info);
  expect(plain.pending[0]?.args).toEqual([{ from: 'earliest' }]);
});

test('carried state continues at the same offset, without resolving anything', async () => {
  const state: PipelineState = beginRun(firstState(aResolution([3_000])));
  const carried = { ...state, partitions: { ...state.partitions, cursor: ['1500'] } };
  const next = await startOffline('pipeline', [{}, carried]);
  expect(plansOf(next)).toEqual(['p0 1500-2500']);
});

test('an idle group keeps its offsets, except those of an old topic that is not decided yet', async () => {
  const state: PipelineState = beginRun(firstState(aResolution([5, 9])));
  const range = { partition: 1, first: '9', end: '9' };
  const hold = { partition: 1, reason: 'TopicRewound', since: '', detail: '', range } as const;
  const partitions = { ...state.partitions, cursor: ['5', '9'] };
  const idle = { ...state, partitions, committedMs: 0 };
  const commits = async (carried: PipelineState) => {
    const workflow = await startOffline('pipeline', [{}, carried]);
    await workflow.answer('awaitRecords', seen([5, 9], 'idle'));
    return workflow.pending.filter(({ type }) => type === 'commitOffsets').map(({ args }) => args);
  };
  const all = await commits(idle);
  expect(all).toMatchObject([[{ cursors: ['5', '9'] }]]);
  expect(all[0]?.[0]).not.toHaveProperty('only');
  const held = { ...idle, holds: [{ hold, plan: null, foundTopicId: 'topic-1' }] };
  expect(await commits(held)).toMatchObject([[{ cursors: ['5', '9'], only: [0] }]]);
});

test('an invalid input fails the run at once, naming the field', async () => {
  const workflow = await startOffline('pipeline', [{ tpoic: 'x' }]);
  expect(workflow.ended).toMatchObject({ how: 'failed' });
  expect(String(workflow.ended?.value)).toContain('tpoic');
});

test('a worker that knows no contracts moves nothing for a run that names one', async () => {
  const workflow = await startOffline('pipeline', [{ contract: 'table' }]);
  await workflow.answer('resolvePipeline', () => aResolution([10]));
  expect(workflow.pending).toEqual([]);
  expect(workflow.ended).toMatchObject({ how: 'failed' });
  expect(JSON.stringify(workflow.ended)).toContain('replace all workers of this task queue');

  const other = await startOffline('pipeline', [{ contract: 'table' }]);
  const settings = { contract: 'table', from: 'committed' } as const;
  await other.answer('resolvePipeline', () => aResolution([5_000], { settings }));
  expect(plansOf(other)).toEqual(['p0 0-1000']);
});

test('an answer that does not continue the cursor moves nothing, and says what is wrong', async () => {
  const workflow = await started([2_500], { until: ['2500'], settings: { until: 'now' } });
  await workflow.answer('ingestBatch', (plan: BatchPlan): BatchOutcome => {
    const { partition, end } = plan.ranges[0]!;
    return { ...allDone(plan), done: [aDone(partition, 1, Number(end))] };
  });
  // An error that is not a Temporal failure: the task of the run fails until a fixed worker takes it, and alerts.
  expect(workflow.ended).toEqual({
    how: 'failed',
    value: 'Ledger: batch 1 reported [1, 1000) of partition 0, but 0 comes next',
  });
  expect(workflow.pending).toEqual([]);
});
