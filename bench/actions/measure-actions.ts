import { setTimeout as sleep } from 'node:timers/promises';
import { produceFast } from '../../dev/events/fast-producer.js';
import type { CommandLine } from '../command-line.js';
import { type Move, withMove } from '../compare/move.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { untilRunning } from '../measure/until-running.js';
import { checkRows } from '../measure/check-rows.js';
import { millrace } from '../movers/millrace.js';
import { START_MS } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { createTopic, deleteTopic } from '../stage/topic.js';
import { countActions, since } from './count-actions.js';
import type { ActionsFigures, SteadyActions } from './figures.js';

const PARTITIONS = 4;
const INTERVALS = [1, 10];
const EVENTS_PER_SECOND = 1_000;
/** Covers several intervals. */
const STEADY_SECONDS = 60;

/** A pipeline polls more often for a minute after it has moved something. This waits until that is over. */
const SETTLE_SECONDS = 90;
const IDLE_SECONDS = 300;

/** The server publishes its counters once a second. */
const METRICS_LAG_MS = 2_000;

/** One namespace per worker, so that both run side by side. The server's metrics replace hyphens in their names. */
export const NAMESPACES = { this: 'current', before: 'before' } as const;
type WorkerName = keyof typeof NAMESPACES;

/** Counts the actions of an idle and a steady pipeline, with this worker and an earlier one at the same time. */
export async function measureActions(
  stage: Stage,
  options: CommandLine,
  metricsUrl: string,
): Promise<number> {
  const builds: readonly (readonly [WorkerName, string])[] = [
    ['this', stage.build],
    ...(options.before === null ? [] : [['before', options.before] as const]),
  ];
  const figures = await Promise.all(
    builds.map(async ([worker, build]): Promise<ActionsFigures> => {
      const count = () => countActions(metricsUrl, NAMESPACES[worker]);
      const steady: SteadyActions[] = [];
      for (const interval of INTERVALS) {
        steady.push(await measureSteady({ ...stage, build }, { worker, interval, count }));
      }
      return { worker, steady, idle: await measureIdle({ ...stage, build }, { worker, count }) };
    }),
  );
  for (const each of figures) console.log(inWords(each));
  if (options.write) await keep('actions', { about: await describeRun(stage), figures });
  const all = figures.flatMap(({ steady }) => steady);
  return all.every(({ lost, doubled }) => lost + doubled === 0) ? 0 : 1;
}

interface Measured {
  readonly worker: WorkerName;
  readonly count: () => ReturnType<typeof countActions>;
}

function measureSteady(
  stage: Stage,
  { worker, interval, count }: Measured & { readonly interval: number },
): Promise<SteadyActions> {
  return withPipeline(stage, { worker, interval }, async ({ job, table, watch }) => {
    const rows = EVENTS_PER_SECOND * STEADY_SECONDS;
    const before = await count();
    await produceFast({
      brokers: stage.stack.addresses.kafka,
      topic: job.topic,
      partitions: PARTITIONS,
      count: rows,
      seed: 1,
      rate: EVENTS_PER_SECOND,
      startMs: START_MS,
    });
    await watch.untilRows(rows);
    await sleep(METRICS_LAG_MS);
    const used = since(before, await count());
    const { lost, doubled } = await checkRows(stage.sql, table, rows);
    const perMillion = 1e6 / rows;
    return {
      intervalSeconds: interval,
      eventsPerSecond: EVENTS_PER_SECOND,
      rows,
      actionsPerMillionRows: used.all * perMillion,
      heartbeatsPerMillionRows: used.heartbeats * perMillion,
      lost,
      doubled,
    };
  });
}

function measureIdle(stage: Stage, { worker, count }: Measured): Promise<ActionsFigures['idle']> {
  return withPipeline(stage, { worker, interval: 1 }, async () => {
    await sleep(SETTLE_SECONDS * 1_000);
    const before = await count();
    await sleep(IDLE_SECONDS * 1_000 + METRICS_LAG_MS);
    const used = since(before, await count());
    const perHour = 3_600 / IDLE_SECONDS;
    return {
      seconds: IDLE_SECONDS,
      actionsPerHour: used.all * perHour,
      heartbeatsPerHour: used.heartbeats * perHour,
    };
  });
}

/** Runs `use` beside a pipeline that waits for its first record. */
async function withPipeline<T>(
  stage: Stage,
  { worker, interval }: { readonly worker: WorkerName; readonly interval: number },
  use: (move: Move) => Promise<T>,
): Promise<T> {
  const { kafka } = stage.stack.addresses;
  const topic = await createTopic(kafka, PARTITIONS);
  const mover = millrace({
    name: 'millrace',
    build: stage.build,
    namespace: NAMESPACES[worker],
    environment: { BATCH_INTERVAL_SECONDS: String(interval) },
  });
  try {
    return await withMove(stage, mover, { topic, partitions: PARTITIONS }, async (move) => {
      await move.startProcess();
      await move.run.begin();
      await untilRunning(move);
      return use(move);
    });
  } finally {
    await deleteTopic(kafka, topic);
  }
}

function inWords({ worker, idle, steady }: ActionsFigures): string {
  const whole = (value: number) => Math.round(value).toLocaleString('en-US');
  const lines = steady.map(
    (each) =>
      `  ${whole(each.eventsPerSecond)} events/s, interval ${each.intervalSeconds} s: ${whole(each.actionsPerMillionRows)} actions per million rows, ${whole(each.heartbeatsPerMillionRows)} of them heartbeats; lost ${each.lost}, duplicated ${each.doubled}`,
  );
  return [
    `${worker === 'this' ? 'this worker' : 'the previous worker'}:`,
    `  idle: ${whole(idle.actionsPerHour)} actions an hour, ${whole(idle.heartbeatsPerHour)} of them heartbeats`,
    ...lines,
  ].join('\n');
}
