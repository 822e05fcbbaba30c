import { Client, Connection } from '@temporalio/client';
import { Kafka, logLevel } from 'kafkajs';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../../src/domain/limits.js';
import type { PipelineStatus } from '../../src/domain/pipeline/pipeline-status.js';
import { ensureTopic } from '../events/create-topic.js';
import { produceFast } from '../events/fast-producer.js';
import { logTail } from '../stack/log-tail.js';
import { StackError } from '../stack/stack-error.js';
import type { Stack } from '../stack/start-stack.js';
import { countDecided, countRecords, type Counts } from './count-records.js';
import type { DemoWorker } from './demo-worker.js';
import type { ProgressBar } from './progress-bar.js';

export const DEMO = {
  topic: 'stream-events',
  table: 'stream_events',
  taskQueue: 'millrace',
  workflowId: 'stream-events',
} as const;

/** What the demo found out, by asking the servers and not the pipeline. */
export interface DemoResult extends Counts {
  readonly produced: number;
  readonly batches: number;
  /** From the start of the pipeline until the last row could be queried. */
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Address of Temporal's UI. */
  readonly ui: string;
}

const START_TIMEOUT_MS = 120_000;
const POLL_MS = 100;

export interface DemoOptions {
  readonly events: number;
  /** So many events in a thousand are unfit and become dead letters. */
  readonly badPermille: number;
  readonly bar: ProgressBar;
}

/** Produces sample events, has the pipeline move them, and counts what came of each. */
export async function runDemo(
  { addresses }: Stack,
  worker: DemoWorker,
  { events, badPermille, bar }: DemoOptions,
): Promise<DemoResult> {
  const { taskQueue, table, topic, workflowId } = DEMO;
  const kafka = new Kafka({ brokers: [addresses.kafka], logLevel: logLevel.NOTHING });
  const partitions = await ensureTopic(kafka, topic);
  bar.begin('producing', events);
  const produced = await produceFast({
    brokers: addresses.kafka,
    topic,
    partitions,
    count: events,
    badPermille,
    seed: randomInt(2 ** 31),
    onProgress: (count) => {
      bar.show(count);
    },
  });
  const connection = await Connection.connect({ address: addresses.temporal });
  try {
    const client = new Client({ connection });
    await untilPolled(client, worker);
    bar.begin('moving', events);
    const startedMs = Date.now();
    const handle = await client.workflow.start('pipeline', {
      taskQueue,
      workflowId,
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
    });
    await untilMoved(addresses.clickHouse, events, bar);
    const seconds = (Date.now() - startedMs) / 1_000;
    bar.end();
    const counts = await countRecords(addresses.clickHouse, table, produced);
    const { totals } = await handle.query<PipelineStatus>('status');
    return {
      produced: events,
      ...counts,
      batches: totals.batches,
      seconds: Math.round(seconds * 1_000) / 1_000,
      rowsPerSecond: Math.round(counts.rows / seconds),
      ui: addresses.temporalUi ?? '',
    };
  } finally {
    await connection.close();
  }
}

/** Waits until the worker asks for tasks, so that its own start is not part of any figure. */
async function untilPolled(client: Client, worker: DemoWorker): Promise<void> {
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadlineMs && worker.ended() === null) {
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: DEMO.taskQueue },
    });
    if (pollers.length > 0) return;
    await sleep(POLL_MS);
  }
  const how = worker.ended() ?? `took no task within ${START_TIMEOUT_MS} ms`;
  throw new StackError(`the worker ${how}:\n${logTail(worker.logFile, 0)}`);
}

async function untilMoved(url: string, events: number, bar: ProgressBar): Promise<void> {
  for (;;) {
    const decided = await countDecided(url, DEMO.table);
    bar.show(decided);
    if (decided >= events) return;
    await sleep(POLL_MS);
  }
}
