// Promise: no secret and no part of any record appears in a log, a history, a heartbeat, a metric, a query's answer, the details
// page or the text of a dead letter, whatever fails. Checked by causing each kind of error with marked secrets and marked
// records, and searching all output for the markers.
import type { WorkflowHandle } from '@temporalio/client';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort } from '../../dev/stack/free-port.js';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import { mutatedBuild } from '../faults/mutations/mutated-build.js';
import type { OwnKafka } from '../support/kafka-own-broker.js';
import { startSaslBroker } from '../support/kafka-sasl-broker.js';
import { kafkajsClient, uniqueName } from '../support/kafka-topic.js';
import { startWorkflow } from '../support/one-shot-workflows.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../support/pipeline-world.js';
import { stackAddresses } from '../support/stack.js';
import { createTraces, findMarks } from '../support/traces.js';
import { waitUntil } from '../support/wait-until.js';
import { anEvent } from '../support/wider-decoder.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { createFrontFolder, type Front, type FrontFolder } from './front/start-front.js';

const mark = (what: string) => `MARKED${what}${randomBytes(6).toString('hex')}`;
const ROW = mark('ROW');
const KAFKA_PASSWORD = mark('KAFKA');
const CLICKHOUSE_PASSWORD = mark('CLICKHOUSE');
const WRONG = mark('WRONG');
const API_KEY = mark('KEY');
const basic = (password: string) => Buffer.from(`mover:${password}`).toString('base64');
const MARKS = [
  ...[ROW, KAFKA_PASSWORD, CLICKHOUSE_PASSWORD, WRONG, API_KEY],
  ...[CLICKHOUSE_PASSWORD, WRONG].map(basic),
];

const traces = createTraces();
const started: WorkflowHandle[] = [];
let broker: OwnKafka;
let tables: FrontFolder;
let front: Front;
let world: PipelineWorld;
let metricsAddress: string;
let worker: WorkerProcess;
let pipeline: Pipeline;

const account = () => ['--user', 'mover', '--password', CLICKHOUSE_PASSWORD];

beforeAll(async () => {
  tables = createFrontFolder();
  const [kafka, clickhouse] = await Promise.all([
    startSaslBroker('mover', KAFKA_PASSWORD),
    tables.start(...account()),
  ]);
  ({ broker } = kafka);
  front = clickhouse;
  world = await openWorld({
    partitions: 2,
    addresses: {
      ...stackAddresses(),
      kafka: broker.address,
      clickHouse: `http://mover:${CLICKHOUSE_PASSWORD}@127.0.0.1:${front.port}`,
    },
    environment: {
      KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${kafka.saslPort}`,
      KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT',
      KAFKA_SASL_MECHANISM: 'PLAIN',
      KAFKA_SASL_USERNAME: 'mover',
      KAFKA_SASL_PASSWORD: KAFKA_PASSWORD,
      CLICKHOUSE_USER: 'mover',
      CLICKHOUSE_PASSWORD,
      BATCH_INTERVAL_SECONDS: '0.2',
      MILLRACE_LOG_LEVEL: 'DEBUG',
    },
  });
  metricsAddress = `127.0.0.1:${await freePort()}`;
  worker = await world.startWorker({ MILLRACE_METRICS_ADDRESS: metricsAddress });
  pipeline = await startPipeline();
});

afterAll(async () => {
  await world.close();
  await broker.stop();
  await tables.remove();
});

async function startPipeline(input?: PipelineInput, workflowId?: string): Promise<Pipeline> {
  const begun = await world.startPipeline(input, workflowId);
  started.push(begun.handle);
  return begun;
}

/** Sends these records, each with the marker also in its key and in a header. */
async function produce(values: readonly string[], partition = 0): Promise<void> {
  const producer = kafkajsClient(broker.address).producer();
  await producer.connect();
  const messages = values.map((value) => ({
    ...{ partition, key: ROW, value },
    headers: { trace: ROW },
  }));
  await producer.send({ topic: world.topic, messages, acks: -1 });
  await producer.disconnect();
}

/** Waits until attempts of this workflow have failed with all these texts, and keeps what Temporal shows of it then. */
async function untilFailing(handle: WorkflowHandle, ...words: readonly RegExp[]): Promise<void> {
  let last = '';
  await waitUntil(
    async () => {
      const { raw } = await handle.describe();
      last = (raw.pendingActivities ?? []).map((each) => each.lastFailure?.message).join('\n');
      return words.every((each) => each.test(last));
    },
    { what: `attempts fail with ${words.join(' and ')}` },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; they say ${last}`);
  });
  await traces.look(handle);
}

async function countOf(what: string): Promise<number> {
  const [row] = await world.sql<{ n: string }>(
    `SELECT toString(count()) AS n FROM ${world.database}.${what}`,
  );
  return Number(row?.n);
}

const lettersOf = (where: string) => `${world.table}_dead_letters FINAL WHERE ${where}`;

async function untilCount(what: string, count: number): Promise<void> {
  let last = 0;
  await waitUntil(async () => (last = await countOf(what)) === count, {
    what: `${count} ${what}`,
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; there are ${last}`);
  });
}

/** Runs a separate pipeline in this environment until it has failed with this text. */
async function fail(words: RegExp, environment: Readonly<Record<string, string>>): Promise<void> {
  const name = uniqueName('failing');
  const other = startWorkerProcess({
    ...world.environment,
    ...environment,
    MILLRACE_TASK_QUEUE: name,
  });
  const handle = await world.client.workflow.start('pipeline', {
    workflowId: name,
    taskQueue: name,
    args: [],
  });
  await untilFailing(handle, words);
  traces.add('history', await handle.fetchHistory());
  await handle.terminate();
  await other.stop();
  traces.add('log', other.log());
}

test('wrong logins and unreachable servers leave no secret', async () => {
  const [nowhere, plainListener] = [await freePort(), broker.address];
  const failing: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
    [/ClickHouse error 516/, { CLICKHOUSE_PASSWORD: WRONG }],
    [/refused the login/, { KAFKA_SASL_PASSWORD: WRONG }],
    [/Kafka broker/, { KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256' }],
    [/Kafka broker/, { KAFKA_BOOTSTRAP_SERVERS: plainListener }],
    [/no answer from/, { CLICKHOUSE_PORT: String(nowhere) }],
    [/no answer from/, { CLICKHOUSE_SECURE: 'true' }],
    [/can't be reached/, { KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${nowhere}` }],
  ];
  await Promise.all(failing.map(([words, environment]) => fail(words, environment)));
  const lonely = startWorkerProcess({
    ...world.environment,
    TEMPORAL_ADDRESS: `127.0.0.1:${nowhere}`,
    TEMPORAL_API_KEY: API_KEY,
  });
  await waitUntil(() => lonely.log().includes('Waiting for Temporal'), {
    what: 'the worker waits for Temporal',
  });
  await lonely.stop();
  traces.add('log', lonely.log());
});

test('records that are not events leave no content', async () => {
  const unfit = [
    `${ROW} is no JSON`,
    `"${ROW}"`,
    `{"event_id":"${ROW}"}`,
    `{"${ROW}":`,
    anEvent({ event_id: 7, source: ROW }),
    anEvent({ event_type: '', source: ROW }),
    anEvent({ timestamp: ROW }),
    anEvent({ timestamp: '2200-01-01T00:00:00', source: ROW }),
    anEvent({ payload: [ROW] }),
    anEvent({ metadata: ROW }),
  ];
  await produce([...unfit, anEvent({ source: ROW, payload: { [ROW]: ROW } })]);
  await untilCount(lettersOf("stage IN ('decode', 'validate')"), unfit.length);
  await untilCount(world.table, 1);
});

test('rows that a constraint refuses leave no content', async () => {
  const alter = `ALTER TABLE ${world.database}.${world.table}`;
  await world.sql(`${alter} ADD CONSTRAINT no_bad CHECK event_type != 'bad'`);
  await produce([anEvent({ source: ROW }), anEvent({ event_type: 'bad', source: ROW })]);
  await untilCount(lettersOf("reason = 'refused_by_table'"), 1);
  await untilCount(world.table, 2);
  const redrive = await startWorkflow(world, 'redrive', { dryRun: false });
  started.push(redrive);
  await redrive.result();
  await world.sql(`${alter} DROP CONSTRAINT no_bad`);
});

test('rows refused with unknown error numbers leave no content', async () => {
  const alter = `ALTER TABLE ${world.database}.${world.table}`;
  const kind = `Enum8('t' = 1, 'bad' = 2) MATERIALIZED event_type`;
  await world.sql(`${alter} ADD COLUMN u UInt8 MATERIALIZED throwIf(event_type = 'bad')`);
  await world.sql(`${alter} ADD COLUMN e ${kind}`);
  const types = ['t', 'bad', ROW, 't'];
  await produce(types.map((event_type) => anEvent({ event_type, source: ROW })));
  await untilCount(lettersOf("reason = 'refused_by_table'"), 3);
  await untilCount(world.table, 4);
  await world.sql(`${alter} DROP COLUMN u, DROP COLUMN e`);
  await world.sql(`${alter} ADD COLUMN d String MATERIALIZED toUUID(concat(source, 'x'))`);
  // More successive rows than are treated as individual faults.
  await produce(Array.from({ length: 12 }, () => anEvent({ source: ROW })));
  await waitUntil(async () => (await pipeline.status()).holds.length > 0, {
    what: 'the partition is held',
  });
  await traces.look(pipeline.handle);
  await world.sql(`${alter} DROP COLUMN d`);
  const decision = { partition: 'all', action: 'retry' };
  await pipeline.handle.executeUpdate('resolveHold', { args: [decision] });
  await untilCount(world.table, 16);
});

test('a view that fails on a row, refused dead letters and a ClickHouse that is killed then leave no content', async () => {
  const { database, table } = world;
  const view = `${database}.numbers`;
  await world.sql(
    `CREATE MATERIALIZED VIEW ${view} ENGINE = MergeTree ORDER BY n AS SELECT toInt32(source) AS n FROM ${database}.${table}`,
  );
  const alter = `ALTER TABLE ${database}.${table}_dead_letters`;
  await world.sql(`${alter} ADD CONSTRAINT no_more CHECK value = ''`);
  await produce([anEvent({ source: ROW })], 0);
  // With little to move one lane takes both partitions, and a batch of both would fail in one way only.
  await untilFailing(pipeline.handle, /pushing to view/);
  await produce([`${ROW} is no JSON`], 1);
  await untilFailing(pipeline.handle, /pushing to view/, /no_more/);
  await front.end('SIGKILL');
  await untilFailing(pipeline.handle, /no answer from/);
  front = await tables.start(...account(), '--port', String(front.port));
  await world.sql(`DROP VIEW ${view}`);
  await world.sql(`${alter} DROP CONSTRAINT no_more`);
  await untilCount(world.table, 17);
  await untilCount(lettersOf('_partition = 1'), 1);
});

test('a range that is held because most of it is unfit leaves no content', async () => {
  await produce(Array.from({ length: 1_200 }, () => `${ROW} is no JSON`));
  await waitUntil(async () => (await pipeline.status()).holds.length > 0, {
    what: 'the partition is held',
  });
  await traces.look(pipeline.handle);
  await pipeline.handle.executeUpdate('resolveHold', {
    args: [{ partition: 0, action: 'continue' }],
  });
  await untilCount(lettersOf("reason = 'invalid_json' AND _partition = 0"), 1_202);
  const verify = await startWorkflow(world, 'verify');
  started.push(verify);
  await verify.result();
  await traces.look(verify);
});

test('a transform that throws its input leaves no content', async () => {
  traces.add('metrics', await (await fetch(`http://${metricsAddress}/metrics`)).text());
  await worker.stop();
  const throwing = await mutatedBuild(inject('workerBuild'), {
    edits: [
      {
        file: 'src/domain/contract/transform.ts',
        find: 'transform: Transform = identity;',
        replace:
          'transform: Transform = (event) => { throw new Error(`not this: ${event.source}`); };',
      },
    ],
  });
  try {
    worker = startWorkerProcess(world.environment, throwing.folder);
    await worker.ready();
    await produce([anEvent({ source: ROW })], 1);
    await untilCount(lettersOf("reason = 'rejected_by_transform'"), 1);
    const redrive = await startWorkflow(world, 'redrive', { dryRun: false, stages: ['insert'] });
    started.push(redrive);
    await redrive.result();
    await traces.look(pipeline.handle);
    await pipeline.signal('stop');
    await pipeline.result();
    await worker.stop();
    traces.add('log', worker.log());
  } finally {
    await throwing.remove();
  }
});

test('no marker appears in any output, and each kind of output was searched', async () => {
  for (const each of world.workers) traces.add('log', each.log());
  for (const { workflowId } of started) await traces.addHistory(world.client, workflowId);
  const letters = `${world.database}.${world.table}_dead_letters`;
  const words = await world.sql(`SELECT * EXCEPT (value, _key, _headers) FROM ${letters}`);
  traces.add('dead letters', words);
  const seen = [...new Set(traces.all().map(({ where }) => where))].toSorted();
  expect(seen).toEqual([
    ...['dead letters', 'description', 'details page', 'history', 'log', 'metrics'],
    ...['query batches', 'query report', 'query status'],
  ]);
  const known = RegExp(`${world.workflowId}|phases`);
  for (const where of seen) {
    const texts = traces.all().filter((trace) => trace.where === where);
    expect([where, texts.some(({ text }) => known.test(text))]).toEqual([where, true]);
  }
  // Dead letters keep the records whole on purpose, so the markers exist.
  expect(
    await countOf(`${world.table}_dead_letters WHERE position(value, '${ROW}') > 0`),
  ).toBeGreaterThan(0);
  expect(findMarks(traces.all(), MARKS)).toEqual([]);
});
