import { setTimeout as sleep } from 'node:timers/promises';
import { produceFast } from '../../dev/events/fast-producer.js';
import { withMove } from '../compare/move.js';
import { delays } from '../freshness/delays.js';
import { watchOffsets } from '../freshness/watch-offsets.js';
import { checkRows } from '../measure/check-rows.js';
import { untilRunning } from '../measure/until-running.js';
import type { Mover } from '../movers/mover.js';
import { START_MS } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { createTopic, deleteTopic } from '../stage/topic.js';
import { type Moved, rateOf } from './moved.js';

/** Events per second. */
export interface LiveLoad {
  readonly partitions: number;
  readonly hot: number;
  /** Of all other partitions together. 0 leaves the hot one alone. */
  readonly others: number;
}

const SECONDS = 20;
const HOT = 0;

/** Moves the records of a hot partition while they are produced. Measures the delays of the hot partition. */
export async function moveLive(stage: Stage, mover: Mover, load: LiveLoad): Promise<Moved> {
  const { sql, stack } = stage;
  const { kafka } = stack.addresses;
  const { partitions } = load;
  const topic = await createTopic(kafka, partitions);
  const into = { brokers: kafka, topic, startMs: START_MS };
  const records = (load.hot + load.others) * SECONDS;
  try {
    return await withMove(stage, mover, { topic, partitions }, async (move) => {
      await move.startProcess();
      await move.run.begin();
      await untilRunning(move);
      const hot = watchOffsets(sql, move.table, { where: `_partition = ${HOT}`, count: 1 });
      try {
        const count = load.hot * SECONDS;
        const others = { firstPartition: HOT + 1, partitions: partitions - 1, seed: 2 };
        await Promise.all([
          produceFast({ ...into, partitions: 1, count, rate: load.hot, seed: 1 }),
          load.others > 0 &&
            produceFast({ ...into, ...others, count: load.others * SECONDS, rate: load.others }),
        ]);
        await move.watch.untilRows(records);
      } finally {
        // One more query, for the rows of the last block.
        await sleep(200);
        await hot.stop();
      }
      const { lost, doubled } = await checkRows(sql, move.table, records);
      const late = await delays(kafka, topic, hot.sightings, (each) => each === HOT);
      return { rate: rateOf(hot.sightings), delays: [...late], lost, doubled };
    });
  } finally {
    await deleteTopic(kafka, topic);
  }
}
