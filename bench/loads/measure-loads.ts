import type { CommandLine } from '../command-line.js';
import type { MoveFigures } from '../compare/figures.js';
import { moveWhole } from '../compare/move-whole.js';
import { speedAndCost } from '../compare/report.js';
import { summaryOf } from '../compare/summary.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { millrace } from '../movers/millrace.js';
import { withContractFile } from '../stage/contract-file.js';
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
  const points: LoadPoint[] = [];
  for (const each of LOAD_CASES) {
    const records = Math.ceil((options.records ?? RECORDS) * each.share);
    const brokers = stage.stack.addresses.kafka;
    const load = await each.createLoad({ brokers, records, partitions });
    const [now = [], earlier] = await movesOf(stage, { each, load, builds, rounds });
    await deleteTopic(brokers, load.topic);
    points.push({
      name: each.name,
      bytesPerRecord: load.bytesPerRecord,
      now: summaryOf(now),
      before: earlier === undefined ? null : summaryOf(earlier),
    });
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
}

/** The rounds of each build. The builds take turns. */
async function movesOf(
  stage: Stage,
  { each, load, builds, rounds }: Moved,
): Promise<readonly (readonly MoveFigures[])[]> {
  const moves: MoveFigures[][] = builds.map(() => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, build] of builds.entries()) {
      const figures = await withContractFile(build, CHANGED_EVENTS, (config) => {
        const input = { contract: 'changed_events' };
        const environment = { MILLRACE_CONFIG: config };
        const declared = each.hasTransform && { environment, input };
        return moveWhole(stage, millrace({ name: 'millrace', build, ...declared }), load);
      });
      moves[index]?.push(figures);
      console.log(`${each.name}, ${index === 0 ? 'this' : 'before'}: ${speedAndCost(figures)}`);
    }
  }
  return moves;
}

/** The built-in contract, with a transform. */
const CHANGED_EVENTS = `{
  name: 'changed_events',
  columns: {
    event_id: { type: 'String', read: 'not-empty' },
    event_type: { type: 'String', read: 'not-empty' },
    timestamp: { type: 'DateTime', read: 'iso-strict' },
    payload: { type: 'String', read: 'json-object' },
    source: { type: 'String', read: 'not-empty' },
    metadata: { type: 'String', read: 'json-object', default: '{}' },
  },
  table: { orderBy: ['timestamp', 'event_id'], partitionBy: 'toYYYYMM(timestamp)' },
  eventTime: 'timestamp',
  transform: (row) => ({ source: row.event_type === 'login' ? 'login' : row.source }),
}`;
