import type { CommandLine } from '../command-line.js';
import type { MoveFigures } from '../compare/figures.js';
import { exitCodeOf, moveInTurn } from '../compare/move-in-turn.js';
import { moveWhole } from '../compare/move-whole.js';
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
    const move = () => moveWhole(stage, millrace({ name: 'millrace', build }), load);
    const name = `${records.toLocaleString('en-US')} records`;
    figures.push(...(await moveInTurn(rounds, [{ name, move }])));
    await deleteTopic(brokers, load.topic);
  }
  if (write) await keep('growth', { about: await describeRun(stage), figures });
  return exitCodeOf(figures);
}
