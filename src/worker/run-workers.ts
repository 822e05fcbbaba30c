import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Activities } from '../activities/index.js';
import { HEARTBEAT_THROTTLE_MS } from '../domain/limits.js';
import { waitingTaskQueue } from '../domain/pipeline/task-queues.js';
import { batchLog } from './telemetry/batch-log.js';

/** Idle pipelines wait in activities that only read offsets. This many of them need only a few MiB. */
const WAITING_SLOTS = 2_000;

/**
 * A batch occupies a slot even while it waits for memory, a broker or a table. Memory already limits how many batches work at
 * once. So there are enough slots that waiting batches do not block other pipelines.
 */
const MOVING_SLOTS = 1_000;

/** After SIGTERM, a running batch has this long to finish. Then it is given back, and the next worker reconciles it. */
const GRACE_MS = 15_000;
export const FORCE_MS = 25_000;

/** Workflows wait this long for a killed worker before another one takes over. The default of 10 s would look like a stall. */
const STICKY_MS = 1_000;

export interface WorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly activities: Activities;
}

export interface Workers {
  readonly isReady: () => boolean;
  /** Resolves when both workers have shut down. */
  readonly run: () => Promise<void>;
}

/** Creates two workers in one process, so that activities that move data never queue behind those that wait for it. */
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
