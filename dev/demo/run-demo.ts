import { Client, Connection } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PipelineHandle, startPipeline, type VerifyReport } from '../../src/client.js';
import { logTail } from '../stack/log-tail.js';
import { StackError } from '../stack/stack-error.js';
import type { Stack } from '../stack/start-stack.js';
import type { DemoSubject } from './demo-subject.js';
import type { DemoWorker } from './demo-worker.js';
import type { ProgressBar } from './progress-bar.js';

/** Counts from the report of `verify`, which compares the topic with the table and does not rely on the pipeline. */
type Verified = Pick<VerifyReport, 'rows' | 'deadLetters' | 'filtered' | 'lost' | 'doubled'>;

/** The result of a demo. */
export interface DemoResult extends Verified {
  readonly produced: number;
  /** The whole report, with the verdict. */
  readonly verify: VerifyReport;
  readonly batches: number;
  /** From the start of the pipeline until the last row could be queried. */
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Address of Temporal's UI. */
  readonly ui: string;
}

/**
 * A worker that a user starts against the demo's Temporal polls the default task queue. It may lack the demo's contract, so the
 * demo has a queue of its own.
 */
export const DEMO_TASK_QUEUE = 'millrace-demo';

const START_TIMEOUT_MS = 120_000;
const POLL_MS = 100;

export interface DemoOptions {
  readonly events: number;
  /** How many events in a thousand are invalid and become dead letters. */
  readonly badPermille: number;
  readonly bar: ProgressBar;
}

/** True if the topic has every record that was produced, and verify found each of them once. */
export function isComplete({ produced, verify }: DemoResult): boolean {
  return verify.verdict === 'complete' && verify.records >= produced;
}

/** Produces sample events, lets the pipeline move them, and lets verify check each of them. */
export async function runDemo(
  subject: DemoSubject,
  { addresses, worker }: Pick<Stack, 'addresses'> & { readonly worker: DemoWorker },
  { events, badPermille, bar }: DemoOptions,
): Promise<DemoResult> {
  const { table, workflowId, input } = subject;
  bar.begin('producing', events);
  await subject.produce({
    broker: addresses.kafka,
    events,
    badPermille,
    onProgress: (count) => {
      bar.show(count);
    },
  });
  await createDatabaseOf(addresses.clickHouse, table);
  const connection = await Connection.connect({ address: addresses.temporal });
  try {
    const client = new Client({ connection });
    await untilPolled(client, worker);
    bar.begin('moving', events);
    const startedMs = Date.now();
    const pipeline = await startPipeline(client, input, {
      workflowId,
      taskQueue: DEMO_TASK_QUEUE,
    });
    await pipeline.started();
    const moved = await untilMoved(pipeline, events, bar);
    const seconds = (Date.now() - startedMs) / 1_000;
    bar.end();
    // Up to the end of the topic, because the group may not have committed the last batch yet.
    const verify = await (await pipeline.verify({ until: 'now' })).result();
    const { rows, deadLetters, filtered, lost, doubled } = verify;
    return {
      ...{ produced: events, rows, deadLetters, filtered, lost, doubled },
      batches: moved.batches,
      seconds: Math.round(seconds * 1_000) / 1_000,
      rowsPerSecond: Math.round(moved.rows / seconds),
      ui: addresses.temporalUi ?? '',
      verify,
    };
  } finally {
    await connection.close();
  }
}

/** Waits until the worker polls for tasks, so that the figures do not include its start. */
async function untilPolled(client: Client, worker: DemoWorker): Promise<void> {
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadlineMs && worker.ended() === null) {
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: DEMO_TASK_QUEUE },
    });
    if (pollers.length > 0) return;
    await sleep(POLL_MS);
  }
  const how = worker.ended() ?? `took no task within ${START_TIMEOUT_MS} ms`;
  throw new StackError(`the worker ${how}:\n${logTail(worker.logFile, 0)}`);
}

async function untilMoved(
  pipeline: PipelineHandle,
  events: number,
  bar: ProgressBar,
): Promise<{ readonly rows: number; readonly batches: number }> {
  for (;;) {
    const { totals, holds } = await pipeline.status();
    const moved = totals.rows + totals.deadLetters + totals.filtered;
    bar.show(moved);
    if (moved >= events) return totals;
    const [hold] = holds;
    if (hold !== undefined) {
      throw new StackError(
        `the pipeline holds partition ${hold.partition} (${hold.reason}): ${hold.detail}`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** Creates the database if the name of the table has one: `database.table`. */
async function createDatabaseOf(url: string, table: string): Promise<void> {
  const [database, name] = table.split('.');
  if (name === undefined) return;
  const sql = `CREATE DATABASE IF NOT EXISTS ${database ?? ''}`;
  const response = await fetch(url, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(`ClickHouse refused ${sql}: ${text}`);
}
