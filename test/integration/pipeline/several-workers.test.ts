// Promise: lanes are distributed over all workers of the task queue, and every event is in the table exactly once. Checked with
// 16 partitions, 8 lanes and 2 workers. The producer's own record is the oracle for the rows, and the workflow's history says
// which process did which batch of which lane.
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BatchPlan } from '../../../src/domain/pipeline/batch-plan.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';

const PARTITIONS = 16;
const LANES = 8;
const EVENTS = 80_000;

let world: PipelineWorld;

beforeAll(async () => {
  world = await openWorld({ partitions: PARTITIONS });
  await Promise.all([world.startWorker(), world.startWorker()]);
});

afterAll(() => world.close());

test('every event is inserted once with 16 partitions, 8 lanes and 2 workers', async () => {
  await world.produce(EVENTS);
  const pipeline = await world.startPipeline({ lanes: LANES, batch: { maxRows: 2_000 } });
  await pipeline.caughtUp();
  expect(await world.ledger()).toEqual({
    produced: EVENTS,
    rows: EVENTS,
    deadLetters: 0,
    missing: 0,
    doubled: 0,
    wrong: 0,
  });
  const batches = await batchesOf(pipeline.handle);
  const lanes = new Map<number, Set<number>>();
  for (const { plan } of batches) {
    for (const { partition } of plan.ranges) {
      lanes.set(partition, (lanes.get(partition) ?? new Set()).add(plan.lane));
    }
  }
  // Each partition belongs to one lane, and all lanes have work.
  expect([...lanes.values()].every(({ size }) => size === 1)).toBe(true);
  expect(new Set(batches.map(({ plan }) => plan.lane)).size).toBe(LANES);
  // Temporal gives a batch to whichever worker asks first: half of them each, on average.
  const done = world.workers.map(
    ({ pid }) => batches.filter(({ worker }) => worker.startsWith(`${pid}@`)).length,
  );
  process.stdout.write(`batches of each worker: ${done.join(' and ')}\n`);
  expect(Math.min(...done)).toBeGreaterThan(batches.length / 8);
});

interface StartedBatch {
  readonly plan: BatchPlan;
  /** `PID@HOST` of the worker that took it. */
  readonly worker: string;
}

/** Batches in the history: planned by the workflow, started by a worker. */
async function batchesOf(handle: WorkflowHandle): Promise<readonly StartedBatch[]> {
  const { events = [] } = await handle.fetchHistory();
  const plans = new Map<string, BatchPlan>();
  for (const { eventId, activityTaskScheduledEventAttributes: scheduled } of events ?? []) {
    const data = scheduled?.input?.payloads?.[0]?.data;
    if (scheduled?.activityType?.name !== 'ingestBatch' || !data) continue;
    plans.set(String(eventId), JSON.parse(Buffer.from(data).toString()) as BatchPlan);
  }
  return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) => {
    const plan = plans.get(String(started?.scheduledEventId));
    return plan === undefined ? [] : [{ plan, worker: started?.identity ?? '' }];
  });
}
