import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { Kafka, logLevel } from 'kafkajs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../src/domain/limits.js';
import type { PipelineStatus } from '../src/domain/pipeline/pipeline-status.js';
import { DEFAULT_TASK_QUEUE } from '../src/domain/pipeline/task-queues.js';
import { runCommand } from './command-line/run-command.js';
import { UsageError } from './command-line/usage-error.js';
import { startDemoWorker } from './demo/demo-worker.js';
import { ensureTopic } from './events/create-topic.js';
import { produceFast } from './events/fast-producer.js';
import { findChromium } from './screenshots/chromium.js';
import { openTerminal, type TerminalCommand } from './screenshots/terminal.js';
import { openTemporalUi, type Tab } from './screenshots/temporal-ui.js';
import { addressVariables, serverEnvironment } from './stack/environment.js';
import { type Stack, startStack } from './stack/start-stack.js';

/** `npm run screenshots`: makes the pictures of Temporal's UI and of the command for the docs, on real servers. */

const FOLDER = fileURLToPath(new URL('../docs/images', import.meta.url));
const TOPIC = 'stream-events';
const WORKFLOW = 'stream-events';
const WAIT_MS = 60_000;

const SCREEN = { columns: 118 } as const;

const CONFIG = `contracts:
  orders:
    columns:
      order_id: UInt64
      customer: { type: LowCardinality(String), path: customer.name }
      amount: Decimal(18, 2)
      created: { type: "DateTime64(3, 'UTC')", path: createdAt, read: epoch-ms }
    table: { orderBy: [created, order_id] }
pipelines:
  orders: { contract: orders, topic: orders, groupId: shop, table: shop.orders }
  events: { topic: stream-events, groupId: events, table: stream_events }
`;

const TABLES = [
  'CREATE DATABASE shop',
  `CREATE TABLE shop.orders (order_id UInt64, customer LowCardinality(String), created DateTime64(3, 'UTC'),
     _topic LowCardinality(String), _topic_id LowCardinality(String), _epoch UInt32, _partition UInt32, _offset UInt64)
   ENGINE = MergeTree ORDER BY (created, order_id)`,
] as const;

/** A page is drawn in pieces, and refreshes itself. */
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
  const worker = startDemoWorker(stack, { taskQueue: DEFAULT_TASK_QUEUE, configFile: null });
  const ui = await openTemporalUi(stack.addresses.temporalUi ?? '', chromium);
  const terminal = await openTerminal(chromium);
  const connection = await Connection.connect({ address: stack.addresses.temporal });
  const picture = async (name: string, tab: Tab) => {
    const page = await ui.open(WORKFLOW, tab);
    await sleep(DRAWN_MS);
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    await page.close();
    console.log(`docs/images/${name}.png`);
  };
  const environment = { ...serverEnvironment(), ...addressVariables(stack.addresses) };
  const command = async (name: string, shown: ShownCommand) => {
    await terminal.picture({ ...SCREEN, ...shown, environment }, join(FOLDER, `${name}.png`));
    console.log(`docs/images/${name}.png`);
  };
  try {
    await showCheck(stack, command);
    await showAll(stack, new Client({ connection }), { picture, command });
    return 0;
  } finally {
    await Promise.all([ui.close(), terminal.close()]);
    await connection.close();
    await worker.stop();
    await stack.stop();
  }
}

type Picture = (name: string, tab: Tab) => Promise<void>;
type ShownCommand = Pick<TerminalCommand, 'arguments' | 'workFolder' | 'rows' | 'afterMs'>;
type PictureOfCommand = (name: string, shown: ShownCommand) => Promise<void>;

/** A contract that has one column more than its table. */
async function showCheck({ addresses, folder }: Stack, command: PictureOfCommand): Promise<void> {
  const kafka = new Kafka({ brokers: [addresses.kafka], logLevel: logLevel.NOTHING });
  for (const topic of ['orders', TOPIC]) await ensureTopic(kafka, topic);
  for (const body of TABLES) await fetch(addresses.clickHouse, { method: 'POST', body });
  const workFolder = join(folder, 'orders');
  await mkdir(workFolder);
  await writeFile(join(workFolder, 'millrace.yaml'), CONFIG);
  await command('check', { arguments: ['check'], workFolder, rows: 16 });
}

async function showAll(
  { addresses, folder, clickHouse }: Stack,
  client: Client,
  { picture, command }: { readonly picture: Picture; readonly command: PictureOfCommand },
): Promise<void> {
  const kafka = new Kafka({ brokers: [addresses.kafka], logLevel: logLevel.NOTHING });
  const partitions = await ensureTopic(kafka, TOPIC);
  const load = { brokers: addresses.kafka, topic: TOPIC, partitions, seed: 1 };
  const handle = await client.workflow.start('pipeline', {
    taskQueue: DEFAULT_TASK_QUEUE,
    workflowId: WORKFLOW,
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
  });
  await Promise.all([
    produceFast({ ...load, count: 350_000, rate: 10_000, badPermille: 1 }),
    sleep(12_000).then(async () => {
      const watch = ['status', WORKFLOW, '--watch'];
      await command('status', { arguments: watch, workFolder: folder, rows: 23, afterMs: 6_000 });
      await picture('timeline', 'Timeline');
      await picture('details', 'User Metadata');
    }),
  ]);
  await handle.signal('pause', { reason: 'maintenance of the dashboards' });
  await until(handle, ({ state }) => state === 'paused');
  await picture('paused', 'User Metadata');
  await handle.signal('resume');

  await clickHouse.kill('SIGKILL');
  await produceFast({ ...load, count: 20_000, firstIndex: 50_000 });
  await sleep(8_000);
  await picture('clickhouse-down', 'Pending Activities');
  await clickHouse.restart();
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
