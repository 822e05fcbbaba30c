import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { Kafka, logLevel } from 'kafkajs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../src/domain/limits.js';
import type { PipelineStatus } from '../src/domain/pipeline/pipeline-status.js';
import { runCommand } from './command-line/run-command.js';
import { UsageError } from './command-line/usage-error.js';
import { startDemoWorker } from './demo/demo-worker.js';
import { ensureTopic } from './events/create-topic.js';
import { produceFast } from './events/fast-producer.js';
import { findChromium, openTemporalUi, type Tab } from './screenshots/temporal-ui.js';
import { type Stack, startStack } from './stack/start-stack.js';

/** `npm run screenshots`: makes the pictures of Temporal's UI in the docs again, from a pipeline on real servers. */

const FOLDER = fileURLToPath(new URL('../docs/images', import.meta.url));
const TOPIC = 'stream-events';
const WORKFLOW = 'stream-events';
const WAIT_MS = 60_000;

/** A page is drawn piece by piece, and refreshes itself. */
const DRAWN_MS = 3_000;

async function main(): Promise<number> {
  const chromium = findChromium();
  if (chromium === null) {
    throw new UsageError(
      "There is no Chromium: install Debian's package chromium, or set CHROMIUM.",
    );
  }
  await mkdir(FOLDER, { recursive: true });
  const stack = await startStack();
  const worker = startDemoWorker(stack);
  const ui = await openTemporalUi(stack.addresses.temporalUi ?? '', chromium);
  const connection = await Connection.connect({ address: stack.addresses.temporal });
  const picture = async (name: string, tab: Tab) => {
    const page = await ui.open(WORKFLOW, tab);
    await sleep(DRAWN_MS);
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    await page.close();
    console.log(`docs/images/${name}.png`);
  };
  try {
    await showAll(stack, new Client({ connection }), picture);
    return 0;
  } finally {
    await ui.close();
    await connection.close();
    await worker.stop();
    await stack.stop();
  }
}

type Picture = (name: string, tab: Tab) => Promise<void>;

async function showAll(stack: Stack, client: Client, picture: Picture): Promise<void> {
  const { addresses } = stack;
  const kafka = new Kafka({ brokers: [addresses.kafka], logLevel: logLevel.NOTHING });
  const partitions = await ensureTopic(kafka, TOPIC);
  const load = { brokers: addresses.kafka, topic: TOPIC, partitions, seed: 1 };
  const handle = await client.workflow.start('pipeline', {
    taskQueue: 'millrace',
    workflowId: WORKFLOW,
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
  });
  await Promise.all([
    produceFast({ ...load, count: 200_000, rate: 10_000, badPermille: 1 }),
    sleep(12_000).then(async () => {
      await picture('timeline', 'Timeline');
      await picture('details', 'User Metadata');
    }),
  ]);
  await handle.signal('pause', { reason: 'maintenance of the dashboards' });
  await until(handle, ({ state }) => state === 'paused');
  await picture('paused', 'User Metadata');
  await handle.signal('resume');

  await stack.clickHouse.kill('SIGKILL');
  await produceFast({ ...load, count: 20_000, firstIndex: 50_000 });
  await sleep(8_000);
  await picture('clickhouse-down', 'Pending Activities');
  await stack.clickHouse.restart();
  await until(handle, ({ lag }) => lag === 0);

  await produceFast({ ...load, count: 8_000, firstIndex: 55_000, badPermille: 1_000 });
  await until(handle, ({ holds }) => holds.length > 0);
  await picture('held', 'User Metadata');
}

async function until(
  handle: WorkflowHandle,
  condition: (status: PipelineStatus) => boolean,
): Promise<void> {
  const deadlineMs = Date.now() + WAIT_MS;
  while (!condition(await handle.query<PipelineStatus>('status'))) {
    if (Date.now() > deadlineMs) throw new Error(`the pipeline did not get there in ${WAIT_MS} ms`);
    await sleep(200);
  }
}

runCommand(main);
