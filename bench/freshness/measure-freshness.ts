import { setTimeout as sleep } from 'node:timers/promises';
import type { StackAddresses } from '../../dev/stack/stack-addresses.js';
import { produceFast } from '../../dev/events/fast-producer.js';
import type { CommandLine } from '../command-line.js';
import { type Move, withMove } from '../compare/move.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { checkRows } from '../measure/check-rows.js';
import { untilRunning } from '../measure/until-running.js';
import { millrace } from '../movers/millrace.js';
import { START_MS } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { createTopic, deleteTopic } from '../stage/topic.js';
import { delays, summarise } from './delays.js';
import type { FreshnessPoint } from './figures.js';
import { watchOffsets } from './watch-offsets.js';

interface Case {
  readonly eventsPerSecond: number;
  readonly intervalSeconds: number;
  /** How long to produce events. By default, until every interval has passed several times. */
  readonly seconds?: number;
}

interface PointOptions {
  readonly partitions: number;
  /** How the worker finds the servers. */
  readonly workerAddresses?: StackAddresses;
  /** Called when the worker waits for records and none has been produced. */
  readonly onBegin?: () => void;
}

const RATES = [10, 1_000, 20_000];
const INTERVALS = [0.2, 1, 10];
const PARTITIONS = 4;
/** Millrace's default unless given. */
const LANES = 2;

/** Long enough for several of every interval. */
const MIN_SECONDS = 15;
const MIN_INTERVALS = 4;

/** Produces at a steady rate while Millrace runs, and measures how long each event takes to become a row. */
export async function measureFreshness(stage: Stage, options: CommandLine): Promise<number> {
  const cases = INTERVALS.flatMap((intervalSeconds) =>
    RATES.map((eventsPerSecond) => ({ eventsPerSecond, intervalSeconds })),
  );
  const figures: FreshnessPoint[] = [];
  for (const each of cases) {
    const point = await measurePoint(stage, each, { partitions: PARTITIONS });
    figures.push(point);
    console.log(inWords(point));
  }
  if (options.write) await keep('freshness', { about: await describeRun(stage), figures });
  return figures.every(({ lost, doubled }) => lost + doubled === 0) ? 0 : 1;
}

/** Produces at a steady rate while Millrace runs, and measures how long each event takes to become a row. */
export async function measurePoint(
  stage: Stage,
  one: Case,
  options: PointOptions,
): Promise<FreshnessPoint> {
  const { partitions, workerAddresses: addresses = stage.stack.addresses } = options;
  const { kafka } = stage.stack.addresses;
  const topic = await createTopic(kafka, partitions);
  const environment = { BATCH_INTERVAL_SECONDS: String(one.intervalSeconds) };
  const mover = millrace({ name: 'millrace', build: stage.build, environment });
  const workers = { ...stage, stack: { ...stage.stack, addresses } };
  try {
    return await withMove(workers, mover, { topic, partitions }, async (move) => {
      await move.startProcess();
      await move.run.begin();
      await untilRunning(move);
      options.onBegin?.();
      return await produceAndWatch(stage, move, one);
    });
  } finally {
    await deleteTopic(kafka, topic);
  }
}

async function produceAndWatch(
  { stack, sql }: Stage,
  { job, table, watch }: Move,
  { eventsPerSecond, intervalSeconds, seconds: given }: Case,
): Promise<FreshnessPoint> {
  const seconds = given ?? Math.max(MIN_SECONDS, MIN_INTERVALS * intervalSeconds);
  const records = eventsPerSecond * seconds;
  const offsets = watchOffsets(sql, table);
  const sinceMs = performance.now();
  try {
    await produceFast({
      brokers: stack.addresses.kafka,
      topic: job.topic,
      partitions: job.partitions,
      count: records,
      seed: 1,
      rate: eventsPerSecond,
      // The block numbers of the one table partition count inserts.
      startMs: START_MS,
    });
    await watch.untilRows(records);
  } finally {
    // One more query, for the rows of the last block.
    await sleep(200);
    await offsets.stop();
  }
  const lasted = (performance.now() - sinceMs) / 1_000;
  const found = await delays(stack.addresses.kafka, job.topic, offsets.sightings);
  const { lost, doubled } = await checkRows(sql, table, records);
  const inserts = await insertsInto(sql, job);
  return {
    eventsPerSecond,
    intervalSeconds,
    records,
    ...summarise(found),
    inserts,
    insertsPerLaneAndInterval: inserts / LANES / (lasted / intervalSeconds),
    lost,
    doubled,
  };
}

/**
 * Every insert into one table partition takes the next block number, and a part names the ones that it was merged from.
 */
async function insertsInto(
  sql: (statement: string) => Promise<string>,
  { database, table }: { readonly database: string; readonly table: string },
): Promise<number> {
  const answer = await sql(
    `SELECT max(max_block_number) FROM system.parts
     WHERE database = '${database}' AND table = '${table}' AND active`,
  );
  return Number(answer);
}

function inWords(point: FreshnessPoint): string {
  const { eventsPerSecond, intervalSeconds, p50Ms, p99Ms, mostMs, inserts } = point;
  const rate = eventsPerSecond.toLocaleString('en-US');
  const share = point.insertsPerLaneAndInterval.toFixed(2);
  return [
    `${rate} events/s, interval ${intervalSeconds} s: p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms,`,
    `max ${mostMs.toFixed(0)} ms; ${inserts} inserts, ${share} per lane and interval;`,
    `lost ${point.lost}, duplicated ${point.doubled}`,
  ].join(' ');
}
