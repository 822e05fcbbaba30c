// Promise: Millrace continues a table that a PySpark job has filled, and no event is lost or duplicated: after a clean stop with
// the one printed command, after a kill in the middle of a batch with the four. Checked with real Spark, by counting events.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSpark, type SparkPackages } from '../../bench/movers/spark/packages.js';
import { plainTable } from '../../bench/stage/tables.js';
import { produceFast } from '../../dev/events/fast-producer.js';
import { type Stack, startStack } from '../../dev/stack/start-stack.js';
import { documentedStatements } from '../integration/docs/documented-blocks.js';
import { createTopic } from '../support/kafka-topic.js';
import { query, uniqueName } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { lastOf } from './checkpoint-files.js';
import { printedIn } from './printed-commands.js';
import { type SparkProcesses, startSparkJob } from './spark-job.js';

const PARTITIONS = 4;

/** For a machine that is busy with other work. */
const PATIENCE_MS = 600_000;

let packages: SparkPackages;
let stack: Stack;
let worker: WorkerProcess;
let folder: string;

/** A topic, a table and a job of one test. */
interface Scene {
  readonly topic: string;
  readonly table: string;
  readonly checkpoint: string;
  readonly job: SparkProcesses;
  produced: number;
}

beforeAll(async () => {
  packages = await ensureSpark();
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), 'millrace-from-spark-'));
  const { kafka, temporal, clickHouse } = stack.addresses;
  const { hostname, port } = new URL(clickHouse);
  worker = startWorkerProcess({
    ...{ KAFKA_BOOTSTRAP_SERVERS: kafka, TEMPORAL_ADDRESS: temporal },
    ...{ CLICKHOUSE_HOST: hostname, CLICKHOUSE_PORT: port, BATCH_INTERVAL_SECONDS: '0.5' },
  });
  await worker.ready();
});

afterAll(async () => {
  await worker.stop();
  await stack.stop();
  await rm(folder, { recursive: true });
});

const sql = <Row>(statement: string) => query<Row>(statement, stack.addresses.clickHouse);

async function startJob(events: number): Promise<Scene> {
  const topic = await createTopic(stack.addresses.kafka, { partitions: PARTITIONS });
  const name = uniqueName('events').replaceAll('-', '_');
  await sql(plainTable('default', name));
  const work = await mkdtemp(join(folder, 'job-'));
  const scene = { topic, table: name, checkpoint: join(work, 'checkpoint'), produced: 0 };
  await produce(scene, events);
  const { kafka, clickHouse } = stack.addresses;
  const files = { checkpoint: scene.checkpoint, folder: work };
  const job = startSparkJob({
    packages,
    kafka,
    topic,
    clickHouse,
    table: `default.${name}`,
    ...files,
  });
  return Object.assign(scene, { job });
}

async function produce(scene: Pick<Scene, 'topic'> & { produced: number }, count: number) {
  const load = { topic: scene.topic, partitions: PARTITIONS, count, seed: 1 };
  await produceFast({
    ...{ ...load, brokers: stack.addresses.kafka },
    firstIndex: scene.produced / PARTITIONS,
  });
  scene.produced += count;
}

async function rowsOf({
  table,
}: Scene): Promise<{ readonly rows: number; readonly events: number }> {
  const [counts] = await sql<{ rows: string; events: string }>(
    `SELECT toString(count()) AS rows, toString(uniqExact(event_id)) AS events FROM ${table}`,
  );
  return { rows: Number(counts?.rows), events: Number(counts?.events) };
}

async function until(what: string, { job }: Scene, condition: () => Promise<boolean>) {
  const holds = async () => {
    const failure = job.failure();
    if (failure !== null) throw new Error(failure);
    return condition();
  };
  await waitUntil(holds, { timeoutMs: PATIENCE_MS, what });
}

/** Everything that was produced is written, and the batch is finished. */
async function untilFinished(scene: Scene): Promise<void> {
  await until('the job has moved all', scene, async () => {
    const [offsets, commits] = await Promise.all([
      lastOf(scene.checkpoint, 'offsets'),
      lastOf(scene.checkpoint, 'commits'),
    ]);
    const isDone = offsets !== null && offsets.number === commits?.number;
    return isDone && (await rowsOf(scene)).rows >= scene.produced;
  });
}

/** As the guide says: the columns, then the command, then the printed commands. */
async function moveOn(scene: Scene): Promise<readonly string[]> {
  for (const statement of documentedStatements(['docs/guides/from-spark.md'])) {
    await sql(statement.replace('stream_events', scene.table));
  }
  const text = await shell(`npm run from-spark -- ${scene.checkpoint} --table ${scene.table}`);
  const printed = printedIn(text);
  // The last of several is the alternative, which duplicates records.
  const chosen = printed.length > 1 ? printed.slice(0, -1) : printed;
  for (const { kind, text: what } of chosen) await (kind === 'command' ? shell(what) : sql(what));
  return chosen.map(({ text: what }) => what.split(' ').slice(0, 3).join(' '));
}

async function shell(command: string): Promise<string> {
  const path = [dirname(stack.temporalProgram), process.env['PATH']].join(delimiter);
  const env = { PATH: path, HOME: process.env['HOME'], TEMPORAL_ADDRESS: stack.addresses.temporal };
  const { stdout } = await promisify(execFile)('bash', ['-c', command], { env });
  return stdout;
}

async function expectNothingLostOrDoubled(scene: Scene): Promise<void> {
  const arrived = async () => (await rowsOf(scene)).events >= scene.produced;
  await waitUntil(arrived, { timeoutMs: PATIENCE_MS, what: 'all events are rows' });
  await shell(`temporal workflow signal --workflow-id ${scene.topic} --name stop`);
  await shell(`temporal workflow result --workflow-id ${scene.topic}`);
  expect(await rowsOf(scene)).toEqual({ rows: scene.produced, events: scene.produced });
}

test('a job stopped between batches continues with one command and exactly-once', async () => {
  const scene = await startJob(20_000);
  await untilFinished(scene);
  await scene.job.stop();
  await produce(scene, 12_000);
  expect(await moveOn(scene)).toEqual(['temporal workflow start']);
  await produce(scene, 4_000);
  await expectNothingLostOrDoubled(scene);
  const status = await shell(`temporal workflow query --workflow-id ${scene.topic} --name status`);
  expect(status).toContain('"guarantee":{"level":"exactly-once"}');
});

test('four commands move the rest of a job that was killed in a partly written batch', async () => {
  const scene = await startJob(20_000);
  await untilFinished(scene);
  await produce(scene, 80_000);
  await until('a part of the next batch is written', scene, async () => {
    return (await rowsOf(scene)).rows > 20_000;
  });
  await scene.job.kill();
  const { rows } = await rowsOf(scene);
  // Otherwise nothing was in doubt, and the test would prove nothing.
  expect(rows).toBeGreaterThan(20_000);
  expect(rows).toBeLessThan(scene.produced);
  await produce(scene, 8_000);
  expect(await moveOn(scene)).toEqual([
    'temporal workflow start',
    'temporal workflow result',
    expect.stringContaining('INSERT INTO'),
    'temporal workflow start',
  ]);
  await produce(scene, 4_000);
  await expectNothingLostOrDoubled(scene);
});
