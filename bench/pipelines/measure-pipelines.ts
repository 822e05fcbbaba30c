import { Client, Connection } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../../src/domain/limits.js';
import { countActions } from '../actions/count-actions.js';
import type { CommandLine } from '../command-line.js';
import { type Move, withMove } from '../compare/move.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { residentMiB, usageOf } from '../measure/process-usage.js';
import { median } from '../measure/rates.js';
import { millrace } from '../movers/millrace.js';
import type { Stage } from '../stage/stage.js';
import { createTopics, deleteTopics } from '../stage/topic.js';
import type { PipelinesFigures } from './figures.js';
import { firstRow } from './first-row.js';

const PIPELINES = 200;
const PARTITIONS = 2;
const INTERVAL_SECONDS = 1;

/** Starts in parallel. A start queries Kafka and creates two tables. */
const STARTS_AT_ONCE = 8;

/** A worker without pipelines. Its memory has settled by then. */
const EMPTY_SECONDS = 10;

/** A pipeline polls more often for a minute after its start. This waits until that is over. */
const SETTLE_SECONDS = 90;

/** The poll of an idle pipeline returns every five minutes, so each one does once. */
const IDLE_SECONDS = 300;

/** The server publishes its counters once a second. */
const METRICS_LAG_MS = 2_000;

/** Pipelines whose first record is followed, one after the other. */
const FIRST_RECORDS = 20;
/** Does not divide an interval, so that records arrive at different times of a poll. */
const PAUSE_MS = 1_370;

interface Idle {
  readonly names: readonly string[];
  readonly client: Client;
  readonly move: Move;
  readonly workerPid: number;
}

/** Lets many pipelines wait on one worker, and then sends a record to some of them. */
export async function measurePipelines(
  stage: Stage,
  options: CommandLine,
  metricsUrl: string,
): Promise<number> {
  const count = options.count ?? PIPELINES;
  const { kafka } = stage.stack.addresses;
  const names = await createTopics(kafka, { count, partitions: PARTITIONS });
  const environment = { BATCH_INTERVAL_SECONDS: String(INTERVAL_SECONDS) };
  const mover = millrace({ name: 'millrace', build: stage.build, environment });
  const topic = names[0] ?? '';
  try {
    const figures = await withMove(stage, mover, { topic, partitions: PARTITIONS }, (move) =>
      measure(stage, { names, move, metricsUrl }),
    );
    console.log(inWords(figures));
    if (options.write) await keep('pipelines', { about: await describeRun(stage), figures });
    return figures.firstRows.lost + figures.firstRows.doubled === 0 ? 0 : 1;
  } finally {
    await deleteTopics(kafka, names);
  }
}

async function measure(
  stage: Stage,
  given: { readonly names: readonly string[]; readonly move: Move; readonly metricsUrl: string },
): Promise<PipelinesFigures> {
  const { names, move, metricsUrl } = given;
  const worker = await move.startProcess();
  const workerPid = worker.pid ?? 0;
  const connection = await Connection.connect({ address: stage.stack.addresses.temporal });
  const idle = { names, client: new Client({ connection }), move, workerPid };
  try {
    await sleep(EMPTY_SECONDS * 1_000);
    const withoutPipelines = residentMiB(workerPid);
    // The first pipeline is the mover's own, on the first topic.
    await move.run.begin();
    await startAll(idle);
    await untilTables(stage, idle);
    const costs = await whileIdle(stage, idle, metricsUrl);
    const memoryMiB = { withoutPipelines, idle: residentMiB(workerPid) };
    return {
      pipelines: names.length,
      partitionsEach: PARTITIONS,
      intervalSeconds: INTERVAL_SECONDS,
      idle: costs,
      memoryMiB,
      firstRows: await bringFirstRecords(stage, idle),
    };
  } finally {
    await endAll(idle);
    await connection.close();
  }
}

function workflowIds({ names, move }: Idle): readonly string[] {
  return [move.job.group, ...names.slice(1)];
}

function tableOf({ move: { job } }: Idle, index: number, topic: string): string {
  return `${job.database}.${index === 0 ? job.table : topic.replaceAll('-', '_')}`;
}

async function startAll(idle: Idle): Promise<void> {
  const { names, client, move } = idle;
  const left = names.slice(1);
  const startSome = async () => {
    for (let topic = left.pop(); topic !== undefined; topic = left.pop()) {
      const table = topic.replaceAll('-', '_');
      await client.workflow.start('pipeline', {
        workflowId: topic,
        taskQueue: move.job.group,
        args: [{ topic, groupId: topic, table }],
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
      });
      await sleep(100);
    }
  };
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, startSome));
}

/** Each pipeline creates its table right before it begins to wait for records. */
async function untilTables({ sql }: Stage, { names, move }: Idle): Promise<void> {
  const { database } = move.job;
  for (let seconds = 0; seconds < 600; seconds += 1) {
    const made = await sql(
      `SELECT count() FROM system.tables WHERE database = '${database}' AND name NOT LIKE '%_dead_letters'`,
    );
    if (Number(made) >= names.length) return;
    await sleep(1_000);
  }
  throw new Error(`not all of ${names.length} pipelines started within ten minutes`);
}

async function whileIdle(
  stage: Stage,
  idle: Idle,
  metricsUrl: string,
): Promise<PipelinesFigures['idle']> {
  await sleep(SETTLE_SECONDS * 1_000);
  const sample = async () => ({
    atMs: performance.now(),
    actions: await countActions(metricsUrl, 'default'),
    events: await historyEvents(idle),
    cpu: cpuSeconds(stage, idle),
  });
  const before = await sample();
  await sleep(IDLE_SECONDS * 1_000 + METRICS_LAG_MS);
  const after = await sample();
  const perHour = 3_600_000 / (after.atMs - before.atMs);
  const cpu = (of: keyof typeof after.cpu) => (after.cpu[of] - before.cpu[of]) * perHour;
  return {
    seconds: IDLE_SECONDS,
    cpuPerHour: {
      worker: cpu('worker'),
      kafka: cpu('kafka'),
      temporal: cpu('temporal'),
      clickHouse: cpu('clickHouse'),
    },
    actionsPerHour: (after.actions.all - before.actions.all) * perHour,
    historyEventsPerHour: (after.events - before.events) * perHour,
  };
}

async function historyEvents(idle: Idle): Promise<number> {
  let events = 0;
  for (const id of workflowIds(idle)) {
    events += (await idle.client.workflow.getHandle(id).describe()).historyLength;
  }
  return events;
}

function cpuSeconds({ stack }: Stage, { workerPid }: Idle) {
  const seconds = (pid: number | null) => (pid === null ? 0 : usageOf(pid).cpuSeconds);
  return {
    worker: seconds(workerPid),
    kafka: seconds(stack.kafka.pid),
    temporal: seconds(stack.temporal.pid),
    clickHouse: seconds(stack.clickHouse.pid),
  };
}

async function bringFirstRecords(stage: Stage, idle: Idle): Promise<PipelinesFigures['firstRows']> {
  const { names } = idle;
  const step = Math.max(1, Math.floor(names.length / FIRST_RECORDS));
  const chosen = names
    .map((topic, index) => ({ topic, index }))
    .filter(({ index }) => index % step === 0)
    .slice(0, FIRST_RECORDS);
  const took: number[] = [];
  let [lost, doubled] = [0, 0];
  for (const { topic, index } of chosen) {
    const table = tableOf(idle, index, topic);
    const ms = await firstRow(stage, { topic, table });
    if (ms === null) lost += 1;
    else took.push(ms);
    await sleep(PAUSE_MS);
    const rows = Number(await stage.sql(`SELECT count() FROM ${table}`));
    doubled += Math.max(0, rows - 1);
  }
  const mostMs = Math.max(...took);
  return { records: chosen.length, p50Ms: median(took), mostMs, lost, doubled };
}

async function endAll(idle: Idle): Promise<void> {
  // The mover ends its own pipeline.
  const others = workflowIds(idle).slice(1);
  for (const id of others) {
    await idle.client.workflow
      .getHandle(id)
      .terminate('the run is over')
      .catch(() => undefined);
  }
}

function inWords({ pipelines, idle, memoryMiB, firstRows }: PipelinesFigures): string {
  const whole = (value: number) => Math.round(value).toLocaleString('en-US');
  const { worker, kafka, temporal, clickHouse } = idle.cpuPerHour;
  return [
    `${pipelines} idle pipelines on one worker:`,
    `  CPU seconds per hour: worker ${whole(worker)}, Kafka ${whole(kafka)}, Temporal ${whole(temporal)}, ClickHouse ${whole(clickHouse)}`,
    `  memory of the worker: ${whole(memoryMiB.idle)} MiB, ${whole(memoryMiB.withoutPipelines)} MiB without pipelines`,
    `  per hour: ${whole(idle.actionsPerHour)} actions, ${whole(idle.historyEventsPerHour)} history events`,
    `  first rows of ${firstRows.records} pipelines: p50 ${whole(firstRows.p50Ms)} ms, max ${whole(firstRows.mostMs)} ms; lost ${firstRows.lost}, duplicated ${firstRows.doubled}`,
  ].join('\n');
}
