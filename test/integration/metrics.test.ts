// Promise: one endpoint shows every metric that is documented or that dashboard and alerts read, under load and during failures,
// and the numbers match the servers. Checked by scraping a real worker, against SQL and Kafka.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../dev/stack/free-port.js';
import { METRICS, type MetricShape } from '../../src/worker/telemetry/metrics-catalogue.js';
import { kafkajsClient, transactionalProducer } from '../support/kafka-topic.js';
import { metricOf, seriesInUse } from '../support/metric-names.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../support/pipeline-world.js';
import { type Sample, scrape, sumOf } from '../support/scrape.js';
import { waitUntil } from '../support/wait-until.js';

const EVENTS = 20_000;
const UNFIT = 7;

let world: PipelineWorld;
let pipeline: Pipeline;
let address: string;

beforeAll(async () => {
  world = await openWorld({ partitions: 2 });
  address = `127.0.0.1:${await freePort()}`;
  await world.startWorker({ MILLRACE_METRICS_ADDRESS: address });
  pipeline = await world.startPipeline({ batch: { maxRows: 2_000 } });
  await world.produce(EVENTS);
  await pipeline.caughtUp();
});

afterAll(() => world.close());

const mine = (labels: Readonly<Record<string, string>> = {}) => ({
  pipeline: world.workflowId,
  ...labels,
});

/** Waits until the endpoint shows a matching number. */
async function shows(
  name: string,
  labels: Readonly<Record<string, string>>,
  isIt: (value: number | null) => boolean,
): Promise<void> {
  let last: number | null = null;
  const seen = async () => isIt((last = sumOf(await scrape(address), name, labels)));
  await waitUntil(seen, { what: `${name} is as expected` }).catch((error: unknown) => {
    throw new Error(`${String(error)}; it is ${last}`);
  });
}

async function produceUnfit(): Promise<void> {
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  const messages = Array.from({ length: UNFIT }, () => ({ value: 'not JSON', partition: 0 }));
  await producer.send({ topic: world.topic, messages });
  await producer.disconnect();
}

test('rows, records and inserts are counted as the table has them', async () => {
  await shows('millrace_rows_total', mine(), (value) => value === EVENTS);
  const samples = await scrape(address);
  const [table] = await world.sql<{ n: string }>(
    `SELECT toString(count()) AS n FROM ${world.database}.${world.table}`,
  );
  expect(Number(table?.n)).toBe(EVENTS);
  for (const name of ['millrace_records_total', 'millrace_inserted_rows_total']) {
    expect([name, sumOf(samples, name, mine())]).toEqual([name, EVENTS]);
  }
  const batches = sumOf(samples, 'millrace_batches_total', mine({ outcome: 'done' })) ?? 0;
  expect(sumOf(samples, 'millrace_batch_seconds_count', mine())).toBe(batches);
  expect(sumOf(samples, 'millrace_batch_phase_seconds_count', mine({ phase: 'insert' }))).toBe(
    batches,
  );
  for (const name of ['value', 'fetched', 'inserted']) {
    expect(sumOf(samples, `millrace_${name}_bytes_total`, mine()), name).toBeGreaterThan(EVENTS);
  }
});

test('rejected records are counted by reason', async () => {
  await produceUnfit();
  const labels = mine({ reason: 'invalid_json' });
  await shows('millrace_dead_letters_total', labels, (value) => value === UNFIT);
});

test('a row that the table refuses is counted as a re-split by its code', async () => {
  const alter = `ALTER TABLE ${world.database}.${world.table}`;
  await world.sql(`${alter} ADD CONSTRAINT no_999 CHECK _offset % 1000 != 999`);
  await world.produce(2_000);
  const labels = mine({ code: '469', action: 'bisect' });
  await shows('millrace_refused_inserts_total', labels, (value) => (value ?? 0) > 0);
  const refused = mine({ reason: 'refused_by_table' });
  await shows('millrace_dead_letters_total', refused, (value) => value === 2);
  await world.sql(`${alter} DROP CONSTRAINT no_999`);
  await shows('millrace_lag_records', mine(), (value) => value === 0);
});

test('a failing batch is counted as failed attempts by cause, and its records as waiting', async () => {
  const { database, table } = world;
  await world.sql(`RENAME TABLE ${database}.${table} TO ${database}.away`);
  await world.produce(100);
  const cause = mine({ activity: 'ingestBatch', cause: 'ClickHouse 60' });
  await shows('millrace_failed_attempts_total', cause, (value) => (value ?? 0) > 0);
  const operator = mine({ code: '60', action: 'operator' });
  expect(sumOf(await scrape(address), 'millrace_refused_inserts_total', operator)).not.toBeNull();
  await shows('millrace_lag_records', mine(), (value) => value === 100);
  await shows('millrace_waiting_seconds', mine(), (value) => (value ?? 0) > 5);
  await world.sql(`RENAME TABLE ${database}.away TO ${database}.${table}`);
  await shows('millrace_lag_records', mine(), (value) => value === 0);
});

test('an open transaction appears with its first offset, and its records as lag until it ends', async () => {
  const producer = transactionalProducer(kafkajsClient(world.addresses.kafka), world.workflowId);
  await producer.connect();
  const open = await producer.transaction();
  const [sent] = await open.send({
    topic: world.topic,
    messages: [{ value: 'left out', partition: 1 }],
  });
  const first = Number(sent?.baseOffset);
  const partition = mine({ partition: '1' });
  await shows('millrace_open_transaction_first_offset', partition, (value) => value === first);
  await shows('millrace_open_transaction_seconds', partition, (value) => (value ?? 0) > 0);
  await shows('millrace_lag_records', mine(), (value) => value === 1);
  await open.abort();
  await producer.disconnect();
  await shows('millrace_lag_records', mine(), (value) => value === 0);
});

test('a pause appears although no activity runs', async () => {
  await pipeline.signal('pause', { reason: 'maintenance' });
  await shows('millrace_pipeline_state', mine({ state: 'paused' }), (value) => value === 1);
  await pipeline.signal('resume');
});

test('every metric exists with exactly the documented labels', async () => {
  // What Temporal counts when a worker cannot continue a workflow.
  await world.client.workflow.start('no-such-type', {
    workflowId: `${world.workflowId}-unknown`,
    taskQueue: world.environment['MILLRACE_TASK_QUEUE']!,
    args: [],
    workflowRunTimeout: '20 seconds',
  });
  await shows('temporal_workflow_task_execution_failed_total', {}, (value) => (value ?? 0) > 0);
  const samples = await scrape(address);
  for (const [metric, { labels, kind }] of Object.entries<MetricShape>(METRICS)) {
    const name = kind === 'histogram' ? `${metric}_count` : metric;
    const found = samples.filter((sample) => sample.name === name);
    expect(found.length, metric).toBeGreaterThan(0);
    for (const sample of found) {
      expect([metric, Object.keys(sample.labels).toSorted()]).toEqual([metric, labels.toSorted()]);
    }
  }
});

test('everything that alerts and dashboard read exists, and every metric is documented', async () => {
  const samples = await scrape(address);
  const names = new Set(samples.map(({ name }) => name));
  expect(seriesInUse().filter((series) => !names.has(series))).toEqual([]);
  const ours = [...names].filter((name) => name.startsWith('millrace_'));
  expect(ours.filter((name) => !(metricOf(name) in METRICS))).toEqual([]);
});

test('the Temporal labels that alerts use exist', async () => {
  const samples = await scrape(address);
  const has = (name: string, label: string) =>
    samples.some((sample: Sample) => sample.name === name && label in sample.labels);
  expect(has('temporal_workflow_task_execution_failed_total', 'failure_reason')).toBe(true);
  for (const label of ['task_queue', 'worker_type']) {
    expect([label, has('temporal_worker_task_slots_available', label)]).toEqual([label, true]);
  }
});

test('a completed pipeline no longer appears', async () => {
  await pipeline.signal('stop');
  await pipeline.result();
  await shows('millrace_lag_records', mine(), (value) => Number.isNaN(value));
  const state = mine({ state: 'running' });
  expect(sumOf(await scrape(address), 'millrace_pipeline_state', state)).toBeNaN();
});
