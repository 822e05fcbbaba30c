import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createActivities } from '../../src/activities/create-activities.js';
import { createClickHouse } from '../../src/adapters/clickhouse/clickhouse.js';
import type { Activities } from '../../src/activities/index.js';
import { createKafka } from '../../src/adapters/kafka/kafka.js';
import {
  createPipelineMessages,
  createWorkflowLookUp,
} from '../../src/adapters/temporal/workflows.js';
import type { Decoder } from '../../src/domain/formats/decoder.js';
import { waitingTaskQueue } from '../../src/domain/pipeline/task-queues.js';
import { HEARTBEAT_THROTTLE_MS } from '../../src/domain/limits.js';
import { LAYOUT } from './clickhouse-tables.js';
import type { PipelineWorld } from './pipeline-world.js';

export interface InProcessWorker {
  stop(): Promise<void>;
}

export interface InProcessOptions {
  /** Judges records, instead of the product's own contract and transform. */
  readonly decoder: Decoder;
  /** A task queue other than the world's. */
  readonly taskQueue?: string;
  /** Wraps the activities that the workflow calls. */
  readonly wrap?: (activities: Activities) => Activities;
}

/** A worker with a contract or a transform of the test. */
export async function startInProcessWorker(
  world: PipelineWorld,
  options: InProcessOptions,
): Promise<InProcessWorker> {
  const { addresses, environment, client } = world;
  quietRuntime();
  const taskQueue = options.taskQueue ?? environment['MILLRACE_TASK_QUEUE'] ?? '';
  const connection = await NativeConnection.connect({ address: addresses.temporal });
  const kafka = createKafka({
    brokers: addresses.kafka.split(','),
    clientId: taskQueue,
    tls: null,
    sasl: null,
  });
  const { origin, username, password } = new URL(addresses.clickHouse);
  const clickhouse = createClickHouse({
    urls: [origin],
    user: decodeURIComponent(username) || 'default',
    password: decodeURIComponent(password),
    database: world.database,
    ca: null,
    createTables: true,
    layout: LAYOUT,
  });
  const activities = createActivities({
    ...kafka,
    ...clickhouse,
    workflows: createWorkflowLookUp(client),
    messages: createPipelineMessages(client),
    decoder: options.decoder,
    defaults: {
      topic: world.topic,
      groupId: world.groupId,
      table: world.table,
      database: world.database,
      intervalSeconds: 0.5,
      failoverSeconds: 3,
    },
    memoryBytes: 256 * 1_024 * 1_024,
  });
  const { awaitRecords, ...moving } = options.wrap?.(activities) ?? activities;
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue,
      workflowBundle: { codePath: join(inject('workerBuild'), 'workflow-bundle.js') },
      activities: moving,
      maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
      stickyQueueScheduleToStartTimeout: '1 second',
    }),
    Worker.create({
      connection,
      taskQueue: waitingTaskQueue(taskQueue),
      activities: { awaitRecords },
    }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    async stop() {
      for (const worker of workers) worker.shutdown();
      await running;
      await Promise.all([kafka.close(), clickhouse.close()]);
      await connection.close();
    },
  };
}

let isQuiet = false;

/** Once per process: otherwise Temporal's runtime prevents signals from ending the tests. */
function quietRuntime(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
}
