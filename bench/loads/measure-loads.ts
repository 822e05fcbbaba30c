import { STREAM_EVENTS_COLUMNS } from '../../src/domain/contract/stream-events.js';
import type { CommandLine } from '../command-line.js';
import type { MoveFigures } from '../compare/figures.js';
import { exitCodeOf, moveInTurn } from '../compare/move-in-turn.js';
import { moveWhole } from '../compare/move-whole.js';
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
    const [now, earlier = null] = await moveInTurn(
      rounds,
      builds.map((build, index) => ({
        name: `${each.name}, ${index === 0 ? 'this' : 'before'}`,
        move: () => moveBy(stage, build, { each, load }),
      })),
    );
    await deleteTopic(brokers, load.topic);
    if (now === undefined) throw new Error('no round was measured');
    points.push({ name: each.name, bytesPerRecord: load.bytesPerRecord, now, before: earlier });
  }
  if (write) await keep('loads', { about: await describeRun(stage), figures: points });
  return exitCodeOf(
    points.flatMap(({ now, before: earlier }) => [now, ...(earlier ? [earlier] : [])]),
  );
}

function moveBy(
  stage: Stage,
  build: string,
  { each, load }: { readonly each: LoadCase; readonly load: Load },
): Promise<MoveFigures> {
  return withContractFile(build, CHANGED_EVENTS, (config) => {
    const declared = each.hasTransform && {
      environment: { MILLRACE_CONFIG: config },
      input: { contract: 'changed_events' },
    };
    return moveWhole(stage, millrace({ name: 'millrace', build, ...declared }), load);
  });
}

/** The built-in contract, with a transform. */
const CHANGED_EVENTS = `{
  name: 'changed_events',
  columns: ${JSON.stringify(STREAM_EVENTS_COLUMNS)},
  table: { orderBy: ['timestamp', 'event_id'], partitionBy: 'toYYYYMM(timestamp)' },
  eventTime: 'timestamp',
  transform: (row) => ({ source: row.event_type === 'login' ? 'login' : row.source }),
}`;
