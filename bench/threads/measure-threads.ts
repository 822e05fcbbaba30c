import type { CommandLine } from '../command-line.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { exitCodeOf } from '../compare/move-in-turn.js';
import { median } from '../measure/rates.js';
import { millrace } from '../movers/millrace.js';
import { createPlainLoad } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { deleteTopic } from '../stage/topic.js';
import { PROCESS_NAMES, type ThreadPoint } from './figures.js';
import { moveWithThreads, type ThreadMove } from './move-with-threads.js';

const RECORDS = 5_000_000;

/** Divides the CPU time of a run among the threads of all processes. With `--before`, an earlier worker takes turns. */
export async function measureThreads(stage: Stage, options: CommandLine): Promise<number> {
  const { rounds, partitions, write, before } = options;
  const brokers = stage.stack.addresses.kafka;
  const records = options.records ?? RECORDS;
  const load = await createPlainLoad({ brokers, records, partitions });
  const [now, earlier]: readonly [ThreadMove[], ThreadMove[]] = [[], []];
  for (let round = 1; round <= rounds; round += 1) {
    now.push(
      await moveWithThreads(stage, millrace({ name: 'millrace', build: stage.build }), load),
    );
    if (before === null) continue;
    earlier.push(await moveWithThreads(stage, millrace({ name: 'millrace', build: before }), load));
  }
  await deleteTopic(brokers, load.topic);
  const points = pointsOf(now, earlier);
  for (const each of points) {
    const beside = each.before === null ? '' : `, before ${each.before.toFixed(2)}`;
    console.log(`${each.process}, ${each.threads}: ${each.now.toFixed(2)} µs/row${beside}`);
  }
  if (write) {
    await keep('threads', {
      about: await describeRun(stage),
      figures: { records, rounds, points },
    });
  }
  return exitCodeOf([...now, ...earlier]);
}

function pointsOf(now: readonly ThreadMove[], earlier: readonly ThreadMove[]) {
  return PROCESS_NAMES.flatMap((process) => {
    const kinds = new Set(
      [...now, ...earlier].flatMap(({ micros }) => [...micros[process].keys()]),
    );
    const over = (moves: readonly ThreadMove[], kind: string) =>
      median(moves.map(({ micros }) => micros[process].get(kind) ?? 0));
    return [...kinds].map((kind): ThreadPoint => {
      const before = earlier.length === 0 ? null : over(earlier, kind);
      return { process, threads: kind, now: over(now, kind), before };
    });
  });
}
