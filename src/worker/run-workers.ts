import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Activities } from '../activities/index.js';
import { HEARTBEAT_THROTTLE_MS } from '../domain/limits.js';
import { waitingTaskQueue } from '../domain/pipeline/task-queues.js';
import { batchLog } from './telemetry/batch-log.js';

/** Idle pipelines wait in activities that only read offsets: so many of them cost a few MiB. */
const WAITING_SLOTS = 2_000;

/**
 * A batch that waits for memory, a broker or a table holds a slot. Memory limits the batches that work, so slots need not,
 * and batches that wait leave slots to other pipelines.
 */
const MOVING_SLOTS = 1_000;

/** A running batch may finish within this time after SIGTERM; then it is given back, and the next worker reconciles it. */
const GRACE_MS = 15_000;
export const FORCE_MS = 25_000;

/** A killed worker's workflows wait this long for it: the default of 10 s would be seen as a stall. */
const STICKY_MS = 1_000;

export interface WorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly activities: Activities;
}

export interface Workers {
  readonly isReady: () => boolean;
  /** Resolves once the workers have been asked to end, and have. */
  readonly run: () => Promise<void>;
}

/** Two workers in one process: what moves data never queues behind what only waits for it. */
export async function createWorkers(options: WorkersOptions): Promise<Workers> {
  const { connection, namespace, taskQueue, activities } = options;
  const { awaitRecords, ...moving } = activities;
  const common: Pick<WorkerOptions, 'connection' | 'namespace' | 'maxHeartbeatThrottleInterval'> = {
    connection,
    namespace,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
  };
  const workers = await Promise.all([
    Worker.create({
      ...common,
      ...workflows(),
      taskQueue,
      activities: moving,
      maxConcurrentActivityTaskExecutions: MOVING_SLOTS,
      interceptors: { activity: [batchLog] },
      stickyQueueScheduleToStartTimeout: STICKY_MS,
      shutdownGraceTime: GRACE_MS,
      shutdownForceTime: FORCE_MS,
    }),
    Worker.create({
      ...common,
      taskQueue: waitingTaskQueue(taskQueue),
      activities: { awaitRecords },
      maxConcurrentActivityTaskExecutions: WAITING_SLOTS,
      shutdownForceTime: FORCE_MS,
    }),
  ]);
  return {
    isReady: () => workers.every((worker) => worker.getState() === 'RUNNING'),
    async run() {
      await Promise.all(workers.map((worker) => worker.run()));
    },
  };
}

/** The bundle that the build made; from source, the workflows are bundled at start. */
function workflows(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const codePath = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  return { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) };
}
