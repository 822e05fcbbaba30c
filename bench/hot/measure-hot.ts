import { setTimeout as sleep } from 'node:timers/promises';
import { produceFast } from '../../dev/events/fast-producer.js';
import type { CommandLine } from '../command-line.js';
import { withMove } from '../compare/move.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { delays, summarise } from '../freshness/delays.js';
import { watchOffsets } from '../freshness/watch-offsets.js';
import { checkRows } from '../measure/check-rows.js';
import { median } from '../measure/rates.js';
import { untilRunning } from '../measure/until-running.js';
import { millrace } from '../movers/millrace.js';
import type { Mover } from '../movers/mover.js';
import { START_MS } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { createTopic, deleteTopic } from '../stage/topic.js';
import type { HotFigures } from './figures.js';
import { delaysIn, doubledIn, lostIn, type Moved, rateOf } from './moved.js';
import { moveLive } from './move-live.js';

const PARTITIONS = 8;
const HOT = 0;
const RECORDS = 3_000_000;
const INTERVAL_SECONDS = 1;

/** The hot partition has nine of ten records. */
const HOT_PER_OTHER = 9;

/** Leaves the machine spare time, because the backlog is moved as fast as possible. */
const LIVE = { partitions: PARTITIONS, hot: 90_000, others: 10_000 };

interface Moves {
  readonly alone: Moved[];
  readonly beside: Moved[];
  readonly liveAlone: Moved[];
  readonly liveBeside: Moved[];
}

interface Load {
  /** Size of the hot partition's backlog. */
  readonly records: number;
  /** Null: the hot partition is alone. */
  readonly others: { readonly count: number; readonly rate: number } | null;
}

/** Moves a hot partition's backlog alternately alone and beside seven partitions that receive records meanwhile. */
export async function measureHot(stage: Stage, options: CommandLine): Promise<number> {
  const { rounds } = options;
  const records = options.records ?? RECORDS;
  const moves: Moves = { alone: [], beside: [], liveAlone: [], liveBeside: [] };
  let others: { readonly count: number; readonly rate: number } | null = null;
  for (let round = 1; round <= rounds; round += 1) {
    const first = await moveOnce(stage, { records, others: null });
    moves.alone.push(first);
    console.log(`hot partition alone: ${perSecond(first.rate)}`);
    others ??= othersBeside(records, first.rate);
    const second = await moveOnce(stage, { records, others });
    moves.beside.push(second);
    console.log(`beside ${perSecond(others.rate)} of others: ${perSecond(second.rate)}`);
    const liveAlone = await moveLive(stage, moverOf(stage), { ...LIVE, others: 0 });
    moves.liveAlone.push(liveAlone);
    console.log(`${perSecond(LIVE.hot)} as they are produced, alone: ${perSecond(liveAlone.rate)}`);
    const liveBeside = await moveLive(stage, moverOf(stage), LIVE);
    moves.liveBeside.push(liveBeside);
    console.log(`beside ${perSecond(LIVE.others)} of others: ${perSecond(liveBeside.rate)}`);
  }
  const figures = toFigures({ records, rounds, othersRate: others?.rate ?? 0 }, moves);
  console.log(inWords(figures));
  if (options.write) await keep('hot', { about: await describeRun(stage), figures });
  return figures.lost + figures.doubled === 0 ? 0 : 1;
}

/** A tenth of all records, spread over the time that the backlog takes. */
function othersBeside(records: number, hotRate: number) {
  return {
    count: Math.ceil(records / HOT_PER_OTHER),
    rate: Math.ceil(hotRate / HOT_PER_OTHER),
  };
}

async function moveOnce(stage: Stage, { records, others }: Load): Promise<Moved> {
  const { sql, stack } = stage;
  const { kafka } = stack.addresses;
  const topic = await createTopic(kafka, PARTITIONS);
  const mover = moverOf(stage);
  const all = records + (others?.count ?? 0);
  try {
    const into = { brokers: kafka, topic, startMs: START_MS };
    await produceFast({ ...into, partitions: 1, count: records, seed: 1 });
    return await withMove(stage, mover, { topic, partitions: PARTITIONS }, async (move) => {
      await move.startProcess();
      await move.run.begin();
      await untilRunning(move);
      const hot = watchOffsets(sql, move.table, { where: `_partition = ${HOT}`, count: 1 });
      const cold = watchOffsets(sql, move.table, {
        where: `_partition != ${HOT}`,
        count: PARTITIONS - 1,
      });
      try {
        await move.watch.untilRows(1);
        if (others !== null) {
          const partitions = PARTITIONS - 1;
          await produceFast({ ...into, ...others, firstPartition: HOT + 1, partitions, seed: 2 });
        }
        await move.watch.untilRows(all);
      } finally {
        // One more query, for the rows of the last block.
        await sleep(200);
        await Promise.all([hot.stop(), cold.stop()]);
      }
      const { lost, doubled } = await checkRows(sql, move.table, all);
      const late = await delays(kafka, topic, cold.sightings, (each) => each !== HOT);
      return { rate: rateOf(hot.sightings), delays: [...late], lost, doubled };
    });
  } finally {
    await deleteTopic(kafka, topic);
  }
}

function moverOf({ build }: Stage): Mover {
  const environment = { BATCH_INTERVAL_SECONDS: String(INTERVAL_SECONDS) };
  return millrace({ name: 'millrace', build, environment });
}

function toFigures(
  given: { readonly records: number; readonly rounds: number; readonly othersRate: number },
  { alone, beside, liveAlone, liveBeside }: Moves,
): HotFigures {
  const all = [...alone, ...beside, ...liveAlone, ...liveBeside];
  const live = (moves: readonly Moved[]) => ({
    rate: median(moves.map(({ rate }) => rate)),
    ...summarise(delaysIn(moves)),
  });
  return {
    partitions: PARTITIONS,
    rounds: given.rounds,
    records: given.records,
    intervalSeconds: INTERVAL_SECONDS,
    rate: {
      alone: median(alone.map(({ rate }) => rate)),
      besideOthers: median(beside.map(({ rate }) => rate)),
    },
    others: { eventsPerSecond: given.othersRate, ...summarise(delaysIn(beside)) },
    live: {
      hotPerSecond: LIVE.hot,
      othersPerSecond: LIVE.others,
      alone: live(liveAlone),
      besideOthers: live(liveBeside),
    },
    lost: lostIn(all),
    doubled: doubledIn(all),
  };
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en-US')} rows/s`;
}

function inWords({ rate, others, live, lost, doubled }: HotFigures): string {
  const ratio = (rate.besideOthers / rate.alone).toFixed(2);
  const liveRatio = (live.besideOthers.rate / live.alone.rate).toFixed(2);
  return [
    `The hot partition's backlog moves at ${ratio} of its rate alone, live records at ${liveRatio},`,
    `with a p99 of ${live.besideOthers.p99Ms.toFixed(0)} ms (${live.alone.p99Ms.toFixed(0)} ms alone).`,
    `The others' rows came after ${others.p50Ms.toFixed(0)} ms (p50), ${others.p99Ms.toFixed(0)} ms (p99) and ${others.mostMs.toFixed(0)} ms at most;`,
    `lost ${lost}, duplicated ${doubled}`,
  ].join(' ');
}
