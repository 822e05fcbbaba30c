import type { CommandLine } from '../command-line.js';
import type { MoveFigures } from '../compare/figures.js';
import { moveWhole } from '../compare/move-whole.js';
import { speedAndCost } from '../compare/report.js';
import { summaryOf } from '../compare/summary.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { millrace } from '../movers/millrace.js';
import { createPlainLoad } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { deleteTopic } from '../stage/topic.js';

const SIZES = [1_000_000, 3_000_000, 10_000_000];

/** Moves larger and larger loads. The cost of a row should not depend on the number of rows. */
export async function measureGrowth(stage: Stage, options: CommandLine): Promise<number> {
  const { rounds, partitions, write } = options;
  const { build, stack } = stage;
  const brokers = stack.addresses.kafka;
  const sizes = options.records === null ? SIZES : [options.records];
  const figures: MoveFigures[] = [];
  for (const records of sizes) {
    const load = await createPlainLoad({ brokers, records, partitions });
    const moves: MoveFigures[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const move = await moveWhole(stage, millrace({ name: 'millrace', build }), load);
      moves.push(move);
      console.log(`${records.toLocaleString('en-US')} records: ${speedAndCost(move)}`);
    }
    figures.push(summaryOf(moves));
    await deleteTopic(brokers, load.topic);
  }
  if (write) await keep('growth', { about: await describeRun(stage), figures });
  return figures.every(({ lost, doubled }) => lost + doubled === 0) ? 0 : 1;
}
