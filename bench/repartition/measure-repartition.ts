import { Client, Connection } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { produceFast } from '../../dev/events/fast-producer.js';
import type { CommandLine } from '../command-line.js';
import { type Move, withMove } from '../compare/move.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { type Delays, delays, summarise } from '../freshness/delays.js';
import { type OffsetWatch, watchOffsets } from '../freshness/watch-offsets.js';
import { checkRows } from '../measure/check-rows.js';
import { untilRunning } from '../measure/until-running.js';
import { millrace } from '../movers/millrace.js';
import { START_MS } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { addPartitions, createTopic, deleteTopic } from '../stage/topic.js';
import type { RepartitionFigures } from './figures.js';

const PARTITIONS = { before: 4, after: 64 };
const LANES = { before: 2, after: 8 };
const INTERVAL_SECONDS = 1;
/** Half of the records go to the old partitions all the time, half to the new ones once they exist. */
const EVENTS_PER_SECOND = 2_000;

/** How long the old partitions receive records. */
const SECONDS = 60;
const PARTITIONS_AT_SECONDS = 15;
const LANES_AT_SECONDS = 35;

/** Adds partitions to a topic, and then lanes to its pipeline, while records arrive. */
export async function measureRepartition(stage: Stage, options: CommandLine): Promise<number> {
  const { kafka } = stage.stack.addresses;
  const topic = await createTopic(kafka, PARTITIONS.before);
  const environment = { BATCH_INTERVAL_SECONDS: String(INTERVAL_SECONDS) };
  const input = { lanes: LANES.before };
  const mover = millrace({ name: 'millrace', build: stage.build, environment, input });
  try {
    const figures = await withMove(
      stage,
      mover,
      { topic, partitions: PARTITIONS.before },
      async (move) => {
        await move.startProcess();
        await move.run.begin();
        await untilRunning(move);
        return measure(stage, move);
      },
    );
    console.log(inWords(figures));
    if (options.write) await keep('repartition', { about: await describeRun(stage), figures });
    return figures.lost + figures.doubled === 0 ? 0 : 1;
  } finally {
    await deleteTopic(kafka, topic);
  }
}

async function measure(stage: Stage, { job, table, watch }: Move): Promise<RepartitionFigures> {
  const { sql } = stage;
  const { kafka } = stage.stack.addresses;
  const into = { brokers: kafka, topic: job.topic, rate: EVENTS_PER_SECOND / 2, startMs: START_MS };
  const old = (EVENTS_PER_SECOND / 2) * SECONDS;
  const added = (EVENTS_PER_SECOND / 2) * (SECONDS - PARTITIONS_AT_SECONDS);
  const isOld = `_partition < ${PARTITIONS.before}`;
  const olds = watchOffsets(sql, table, { where: isOld, count: PARTITIONS.before });
  const news = watchOffsets(sql, table, {
    where: `NOT ${isOld}`,
    count: PARTITIONS.after - PARTITIONS.before,
  });
  try {
    await Promise.all([
      produceFast({ ...into, partitions: PARTITIONS.before, count: old, seed: 1 }),
      (async () => {
        await sleep(PARTITIONS_AT_SECONDS * 1_000);
        await addPartitions(kafka, job.topic, PARTITIONS.after);
        const partitions = PARTITIONS.after - PARTITIONS.before;
        const firstPartition = PARTITIONS.before;
        await produceFast({ ...into, firstPartition, partitions, count: added, seed: 2 });
      })(),
      (async () => {
        await sleep(LANES_AT_SECONDS * 1_000);
        await configureLanes(stage, job.group);
      })(),
    ]);
    await watch.untilRows(old + added);
  } finally {
    // One more query, for the rows of the last block.
    await sleep(200);
    await Promise.all([olds.stop(), news.stop()]);
  }
  const delaysOf = async ({ sightings }: OffsetWatch, isWanted: (partition: number) => boolean) =>
    summarise(await delays(kafka, job.topic, sightings, isWanted));
  const { lost, doubled } = await checkRows(sql, table, old + added);
  return {
    partitions: PARTITIONS,
    lanes: LANES,
    eventsPerSecond: EVENTS_PER_SECOND,
    intervalSeconds: INTERVAL_SECONDS,
    records: old + added,
    old: await delaysOf(olds, (partition) => partition < PARTITIONS.before),
    added: await delaysOf(news, (partition) => partition >= PARTITIONS.before),
    lost,
    doubled,
  };
}

async function configureLanes({ stack }: Stage, workflowId: string): Promise<void> {
  const connection = await Connection.connect({ address: stack.addresses.temporal });
  try {
    const handle = new Client({ connection }).workflow.getHandle(workflowId);
    await handle.executeUpdate('configure', { args: [{ lanes: LANES.after }] });
  } finally {
    await connection.close();
  }
}

function inWords({ partitions, lanes, old, added, lost, doubled }: RepartitionFigures): string {
  const ms = ({ p50Ms, p99Ms, mostMs }: Delays) =>
    `p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, max ${mostMs.toFixed(0)} ms`;
  return [
    `${partitions.before} to ${partitions.after} partitions and ${lanes.before} to ${lanes.after} lanes under load:`,
    `old partitions ${ms(old)}; new partitions ${ms(added)}; lost ${lost}, duplicated ${doubled}`,
  ].join(' ');
}
