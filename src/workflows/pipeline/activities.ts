import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import type { BatchOutcome, BatchPlan } from '../../domain/pipeline/batch-plan.js';
import { AWAIT_IDLE_MS, HEARTBEAT_TIMEOUT_MS, INGEST_TIMEOUT_MS } from '../../domain/limits.js';
import type { AwaitInput, AwaitResult } from '../../domain/pipeline/await-records.js';
import { batchSummary, waitSummary } from '../../domain/pipeline/batch-summary.js';
import type { WaitPatience } from '../../domain/planning/shared-wait.js';
import { waitingTaskQueue } from '../../domain/pipeline/task-queues.js';
import { retry } from '../shared/retry.js';

const short = { startToCloseTimeout: '2 minutes', heartbeatTimeout: '10 seconds', retry } as const;

export const { resolvePipeline, commitOffsets, recordSkip } = proxyActivities<Activities>(short);

const { ingestBatch } = proxyActivities<Activities>({
  startToCloseTimeout: INGEST_TIMEOUT_MS,
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  retry,
});

const { awaitRecords } = proxyActivities<Activities>({
  startToCloseTimeout: 2 * AWAIT_IDLE_MS,
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  // It only reads offsets, so a canceled wait need not be waited for.
  cancellationType: 'TRY_CANCEL',
  retry,
});

/** `failoverMs`: after this long without a heartbeat, Temporal gives the batch to another worker. */
export function ingest(plan: BatchPlan, failoverMs: number): Promise<BatchOutcome> {
  // Eager dispatch keeps a batch on the worker that planned it and saves a round trip. With it on all lanes, others would idle.
  const allowEagerDispatch = plan.lane === 0;
  return ingestBatch.executeWithOptions(
    { summary: batchSummary(plan), heartbeatTimeout: failoverMs, allowEagerDispatch },
    [plan],
  );
}

/** Waits on a task queue of its own, so that idle pipelines never take the slots that ingest needs. */
export function waitForRecords(
  input: AwaitInput,
  { idleMs, heartbeatMs }: WaitPatience,
): Promise<AwaitResult> {
  const taskQueue = waitingTaskQueue(workflowInfo().taskQueue);
  return awaitRecords.executeWithOptions(
    { taskQueue, summary: waitSummary(input), heartbeatTimeout: heartbeatMs },
    [{ ...input, idleSeconds: idleMs / 1_000 }],
  );
}
