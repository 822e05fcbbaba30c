import { WIDE_COLUMNS, wideEvent } from '../../test/support/wide-events.js';
import type { CommandLine } from '../command-line.js';
import { chooseMovers } from '../compare/choose-movers.js';
import { exitCodeOf, moveInTurn } from '../compare/move-in-turn.js';
import { moveWhole } from '../compare/move-whole.js';
import { ratio } from '../compare/summary.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { millrace } from '../movers/millrace.js';
import { isOurs, type MoverName } from '../movers/mover.js';
import { withContractFile } from '../stage/contract-file.js';
import type { Stage } from '../stage/stage.js';
import type { TableShape } from '../stage/tables.js';
import { createTextLoad } from '../stage/text-load.js';
import { deleteTopic } from '../stage/topic.js';

const RECORDS = 1_000_000;
/** As a user would declare it. */
const CONTRACT = JSON.stringify({
  name: 'wide',
  columns: WIDE_COLUMNS,
  table: { orderBy: ['created_at', 'id'] },
  eventTime: 'created_at',
});

const SHAPE: TableShape = {
  columns: WIDE_COLUMNS,
  engine: 'ENGINE = MergeTree ORDER BY (created_at, id)',
  parsing: { date_time_input_format: "'best_effort'" },
};

/** Moves events with 25 typed columns: Millrace decodes them, and the others let ClickHouse parse them. */
export async function measureWide(stage: Stage, options: CommandLine): Promise<number> {
  const { rounds, partitions, write } = options;
  const records = options.records ?? RECORDS;
  const brokers = stage.stack.addresses.kafka;
  const columns = Object.keys(SHAPE.columns);
  const load = await createTextLoad({
    ...{ brokers, records, partitions, columns, shape: SHAPE },
    textOf: wideEvent,
  });
  const movers = await withContractFile(stage.build, CONTRACT, async (config) =>
    moveInTurn(
      rounds,
      (await moversOf(stage, options, config)).map((mover) => ({
        name: mover.title,
        move: () => moveWhole(stage, mover, load),
      })),
    ),
  );
  await deleteTopic(brokers, load.topic);
  const ours = movers.find(({ mover }) => isOurs(mover));
  for (const other of movers) {
    if (ours === undefined || other === ours) continue;
    console.log(`Millrace is ${ratio(ours, other).toFixed(2)} times as fast as ${other.mover}.`);
  }
  const { bytesPerRecord } = load;
  const figures = { records, columns: columns.length, bytesPerRecord, movers };
  if (write) await keep('wide', { about: await describeRun(stage), figures });
  return exitCodeOf(movers);
}

/** They can move any event. The others only move sample events. */
const ANY_EVENT: readonly MoverName[] = ['kafkaEngine', 'redpandaConnect', 'bento'];

async function moversOf({ build }: Stage, options: CommandLine, config: string) {
  const { movers } = await chooseMovers({ ...options, spark: false }, build);
  const ours = millrace({
    ...{ name: 'millrace', build, input: { contract: 'wide' } },
    environment: { MILLRACE_CONFIG: config },
  });
  return movers.flatMap((mover) => {
    if (mover.name === ours.name) return [ours];
    return ANY_EVENT.includes(mover.name) ? [mover] : [];
  });
}
