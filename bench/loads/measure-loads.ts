import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandLine } from '../command-line.js';
import type { MoveFigures } from '../compare/figures.js';
import { moveWhole } from '../compare/move-whole.js';
import { speedAndCost } from '../compare/report.js';
import { summaryOf } from '../compare/summary.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { millrace } from '../movers/millrace.js';
import type { Load } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { deleteTopic } from '../stage/topic.js';
import { LOAD_CASES, type LoadCase } from './cases.js';
import type { LoadPoint } from './figures.js';

const RECORDS = 2_000_000;

/** Moves different records, or with a transform. With `--before`, an earlier worker takes turns with this one. */
export async function measureLoads(stage: Stage, options: CommandLine): Promise<number> {
  const { rounds, partitions, write, before } = options;
  const builds = [stage.build, ...(before === null ? [] : [before])];
  const folder = await mkdtemp(join(tmpdir(), 'millrace-loads-'));
  const points: LoadPoint[] = [];
  try {
    for (const each of LOAD_CASES) {
      const records = Math.ceil((options.records ?? RECORDS) * each.share);
      const brokers = stage.stack.addresses.kafka;
      const load = await each.createLoad({ brokers, records, partitions });
      const moves = await movesOf(stage, { each, load, builds, rounds, folder });
      await deleteTopic(brokers, load.topic);
      const [now = [], earlier] = moves;
      points.push({
        name: each.name,
        bytesPerRecord: load.bytesPerRecord,
        now: summaryOf(now),
        before: earlier === undefined ? null : summaryOf(earlier),
      });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  if (write) await keep('loads', { about: await describeRun(stage), figures: points });
  const isComplete = ({ now: { lost, doubled } }: LoadPoint) => lost + doubled === 0;
  return points.every(isComplete) ? 0 : 1;
}

interface Moved {
  readonly each: LoadCase;
  readonly load: Load;
  readonly builds: readonly string[];
  readonly rounds: number;
  /** For config files. */
  readonly folder: string;
}

/** The rounds of each build. The builds take turns. */
async function movesOf(
  stage: Stage,
  { each, load, builds, rounds, folder }: Moved,
): Promise<readonly (readonly MoveFigures[])[]> {
  const moves: MoveFigures[][] = builds.map(() => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, build] of builds.entries()) {
      const config = join(folder, `${index}.mjs`);
      await writeFile(config, configOf(build));
      const mover = millrace({
        ...{ name: 'millrace', build },
        ...(each.hasTransform && {
          environment: { MILLRACE_CONFIG: config },
          input: { contract: 'changed_events' },
        }),
      });
      const figures = await moveWhole(stage, mover, load);
      moves[index]?.push(figures);
      console.log(`${each.name}, ${index === 0 ? 'this' : 'before'}: ${speedAndCost(figures)}`);
    }
  }
  return moves;
}

/** The built-in contract, with a transform. */
function configOf(build: string): string {
  return `import { defineConfig, defineContract } from ${JSON.stringify(join(build, 'index.js'))};
    const columns = {
      event_id: { type: 'String', read: 'not-empty' },
      event_type: { type: 'String', read: 'not-empty' },
      timestamp: { type: 'DateTime', read: 'iso-strict' },
      payload: { type: 'String', read: 'json-object' },
      source: { type: 'String', read: 'not-empty' },
      metadata: { type: 'String', read: 'json-object', default: '{}' },
    };
    const events = defineContract({
      name: 'changed_events',
      columns,
      table: { orderBy: ['timestamp', 'event_id'], partitionBy: 'toYYYYMM(timestamp)' },
      eventTime: 'timestamp',
      transform: (row) => ({ source: row.event_type === 'login' ? 'login' : row.source }),
    });
    export default defineConfig({ contracts: [events] });`;
}
